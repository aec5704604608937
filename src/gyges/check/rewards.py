"""Trials of a reward: its form, and the properties that decide where it can be used."""

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gyges.check.findings import CheckReport
from gyges.check.learned import check_learning
from gyges.check.loading import make
from gyges.check.minds import check_thinking
from gyges.check.trials import KEYS, close, legal_trajectory, untrained
from gyges.environments.base import Environment
from gyges.records import Trajectory
from gyges.rewards.base import LearnedReward, Reward, kind, pay, reads
from gyges.rollout import collect
from gyges.seeds import over_seeds
from gyges.training import grade

PLAYED = 256
WHAT_IT_IS = {
    "behaviourist": "sees only what an overseer sees",
    "non-behaviourist": "sees what the agent is thinking",
    "reference": "sees the truth, which no overseer has: a control, not a proposal",
}


def check_reward(report: CheckReport, thing: type[Reward], world: Environment[Any]) -> None:
    """Adds what is found of a reward, tried in `world`."""
    reward = make(report, thing, KEYS[0], world)
    if reward is None:
        return
    what = report.attempt("what it reads", partial(kind, reward))
    if what is None:
        return
    names = ", ".join(f"`{name}`" for name in sorted(reads(reward))) or "nothing"
    article = "a " if what == "reference" else ""
    report.passed(f"reads {names}, so it is {article}{what}: it {WHAT_IT_IS[what]}")
    if isinstance(reward, LearnedReward):
        learned = check_learning(report, reward, world)
        if learned is None:
            return
        reward = learned
    trajectory = legal_trajectory(world, 0)
    paid = report.attempt(
        f"paying {world.name} records",
        lambda: np.asarray(pay(reward, trajectory)),
        f"its evidence has the view {view_of(trajectory)}",
    )
    if paid is None:
        return
    steps, episodes = paid.shape
    report.passed(f"returns one float per step, shape ({steps}, {episodes})")
    blank = jax.tree.map(jnp.zeros_like, trajectory)
    empty = np.asarray(pay(reward, eqx.tree_at(lambda t: t.alive, blank, jnp.ones_like(trajectory.alive))))
    wrong = next((value for value in [*paid[~np.isfinite(paid)], *empty[~np.isfinite(empty)]]), None)
    if not report.expect(
        wrong is None,
        "finite on random records and on blank ones",
        f"returns {wrong} on legal records; return a finite number for every step (guard divisions and logarithms)",
    ):
        return
    if report.expect(
        np.array_equal(paid, pay(reward, trajectory)),
        "the same records are paid the same again",
        "pays the same records differently when asked again; draw lots from a key field, not from a global source",
    ):
        if not check_compiled(report, reward, trajectory, paid):
            return
        check_independence(report, reward, trajectory, paid)
        check_memory(report, reward, world)
    check_recording(report, reward, trajectory, paid)
    check_thinking(report, reward, trajectory)
    check_scale(report, reward, world)


def view_of(trajectory: Trajectory) -> str:
    """The names of the footage's fields."""
    names = getattr(trajectory.evidence.view, "__annotations__", {})
    return ", ".join(f"`{name}`" for name in names) or "with no fields"


def check_compiled(report: CheckReport, reward: Reward, trajectory: Trajectory, paid: np.ndarray) -> bool:
    """Training compiles a reward and maps it over seeds."""
    compiled = report.attempt(
        "compiled by `jax.jit` for two seeds",
        lambda: np.asarray(grade(over_seeds(reward, 2), over_seeds(trajectory, 2))),
        "use `jnp.where` in place of `if`, and JAX functions in place of NumPy or Python ones",
    )
    if compiled is None:
        return False
    return report.expect(
        close(compiled[0], paid) and close(compiled[1], paid),
        "compiled, it pays the same",
        "pays something else when compiled; keep no state outside its fields",
    )


def check_independence(report: CheckReport, reward: Reward, trajectory: Trajectory, paid: np.ndarray) -> None:
    """What an episode earns is its own doing, whoever plays beside it, and padding is no part of it."""
    if any(_is_key(leaf) for leaf in jax.tree.leaves(reward)):
        report.note("draws lots with a key of its own, so an episode's place in the batch matters")
        return
    episodes = paid.shape[1]
    order = np.random.default_rng(0).permutation(episodes)
    shuffled = pay(reward, columns(trajectory, order))
    fewer = pay(reward, columns(trajectory, np.arange(episodes // 2)))
    report.expect(
        close(shuffled, paid[:, order]) and close(fewer, paid[:, : episodes // 2]),
        "an episode is paid the same among others, in any order and number",
        "what an episode earns changes with the other episodes of the batch; do not sum, average or rank "
        "over "
        "axis 1 (agents normalise advantages themselves)",
    )
    other = jax.tree.map(lambda leaf: jnp.roll(leaf, 1, 1), trajectory.mind)
    thinks_otherwise = jax.tree.map(
        lambda own, strange: jnp.where(trajectory.alive.reshape(paid.shape + (1,) * (own.ndim - 2)), own, strange),
        trajectory.mind,
        other,
    )
    spoilt = pay(reward, eqx.tree_at(lambda t: t.mind, trajectory, thinks_otherwise))
    report.expect(
        close(spoilt, paid),
        "padding does not matter",
        "what is thought after the end of an episode changes what the episode earns; leave padding out "
        "of sums "
        "over time",
    )


def check_memory(report: CheckReport, reward: Reward, world: Environment[Any]) -> None:
    """Whether a step is paid by itself, by what came before it, or by what came after."""
    first, second = (legal_trajectory(world, seed, padded=False) for seed in (1, 2))
    middle = first.alive.shape[0] // 2

    def spliced(one: Any, other: Any) -> Any:
        steps = one.ndim > 1 and one.shape[:2] == first.alive.shape
        return jnp.concatenate([one[:middle], other[middle:]]) if steps else one

    mixed = pay(reward, jax.tree.map(spliced, first, second))
    ahead = not close(mixed[:middle], pay(reward, first)[:middle])
    behind = not close(mixed[middle:], pay(reward, second)[middle:])
    if ahead or behind:
        when = " and ".join(["the steps before"] * behind + ["the steps after (it judges in hindsight)"] * ahead)
        report.note(f"has memory: what a step earns depends on {when}; it cannot be planned for exactly")
    else:
        report.note("has no memory: each step is paid by itself")


def check_recording(report: CheckReport, reward: Reward, trajectory: Trajectory, paid: np.ndarray) -> None:
    """Whether it reads what is blank when nobody records."""
    evidence = trajectory.evidence
    view = jax.tree.map(jnp.zeros_like, evidence.view)
    dark = eqx.tree_at(lambda e: (e.incident, e.recorded), evidence, (evidence.incident * 0, evidence.recorded & False))
    dark = eqx.tree_at(lambda e: e.view, dark, view, is_leaf=lambda leaf: leaf is None)
    unseen = np.asarray(pay(reward, eqx.tree_at(lambda t: t.evidence, trajectory, dark)))
    recorded = np.asarray(evidence.recorded)
    moved = float((abs(unseen - paid) > 1e-4 * (1 + abs(paid)))[recorded].mean())
    if moved:
        report.note(
            f"reads what is blank where nobody records: without the recording {moved:.0%} of recorded steps "
            "would be paid otherwise, so what is done unseen is not what it is paid for"
        )
    else:
        report.note("pays the same whether a step was recorded or not")


def check_scale(report: CheckReport, reward: Reward, world: Environment[Any]) -> None:
    """How large it is beside the ledger, for an agent that does almost anything."""
    played = report.attempt(
        f"playing the {world.name}", lambda: collect(world, untrained(world), None, KEYS, PLAYED)[0]
    )
    if played is None:
        return
    paid = np.asarray(grade(over_seeds(reward, 1), played))[0]
    ledger = np.asarray(played.evidence.task)[0].sum(0)
    returns = paid.sum(0)
    report.note(
        f"untrained agents in the {world.name} earn {returns.mean():.2f} (sd {returns.std():.2f}) per "
        "episode "
        f"where the ledger shows {ledger.mean():.2f} (sd {ledger.std():.2f}); steps pay from "
        f"{paid.min():.2f} "
        f"to {paid.max():.2f}"
    )


def columns(trajectory: Trajectory, chosen: np.ndarray) -> Trajectory:
    """Some of the episodes, in some order."""
    wide = trajectory.alive.ndim

    def pick(leaf: Any) -> Any:
        return leaf[:, chosen] if leaf.ndim >= wide else leaf[chosen]

    picked: Trajectory = jax.tree.map(pick, trajectory)
    return picked


def _is_key(leaf: Any) -> bool:
    return bool(eqx.is_array(leaf) and jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key))
