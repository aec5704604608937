"""Runs a cell: builds what it names, trains it or plans it, measures it. Resumes to the same bits."""

import hashlib
import io
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from gyges import checkpoints
from gyges.agents.base import Agent
from gyges.agents.exact import Exact, possible_value, random_value
from gyges.agents.language import BestOfN
from gyges.cell import Cell
from gyges.environments.base import Environment
from gyges.environments.text import Text
from gyges.evaluation import texts
from gyges.evaluation.evaluate import TRAINING, evaluate
from gyges.evaluation.probes import Reads, readings
from gyges.evaluation.replay import replay, same_episode
from gyges.faults import Fault
from gyges.parameters import traced, with_parameters
from gyges.registry import find, is_file_name
from gyges.rewards.base import HostReward, Reward
from gyges.schooling import schooled
from gyges.seeds import over_seeds
from gyges.training import train
from gyges.workers import cache_folder

ROOMS = ("agents", "environments", "evaluation", "graders", "oversight", "rewards")
BATCH = 256
REPLAYED_SEEDS = 2
SAVE_EVERY = 10.0
"""Seconds between checkpoints: what a kill can cost."""
EVALUATION = 2**31 - 1
"""Folded into a seed's key for evaluation; no update has this number."""
Inputs = Mapping[str, pd.DataFrame]


class Tell(Protocol):
    """Hears how far a cell is: updates and environment steps done, reward and true utility of the last update."""

    def __call__(self, updates: int, env_steps: int, earned: tuple[float, float] | None = None) -> None: ...


@dataclass(frozen=True)
class CellResult:
    """What the store keeps of a cell."""

    metrics: pd.DataFrame
    episodes: list[dict[str, Any]]


@cache
def code_digest() -> str:
    """Digest of the code and the platform that decide results."""
    here = Path(__file__).parent
    own = {path for room in ROOMS for path in (here / room).rglob("*.py")}
    own |= {
        here / f"{name}.py"
        for name in ("experiment", "parameters", "records", "rollout", "schooling", "seeds", "training", "transformer")
    }
    digest = hashlib.sha256()
    for path in sorted(own):
        digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    digest.update(f"{jax.__version__} {eqx.__version__} {platform.machine()} {jax.default_backend()}".encode())
    return digest.hexdigest()


def cell_key(cell: Cell) -> str:
    """Content hash of all that determines the cell's result, files of the user's own included."""
    own = [Path(name.rpartition(":")[0]) for name in (cell.environment, cell.reward, cell.agent) if is_file_name(name)]
    for path in own:
        if not path.is_file():
            raise Fault(f"there is no file {path}; give FILE:NAME, for example my_rewards.py:MyReward")
    files = [hashlib.sha256(path.read_bytes()).hexdigest() for path in own]
    return cell.key(" ".join([code_digest(), *files]))


def signature(cell: Cell) -> str:
    """Cells of equal signature share compiled programs: they differ in numbers only."""
    static = {
        name: cell.agent_parameters[name] for name in ("width", "depth", "anchored") if name in cell.agent_parameters
    }
    return f"{cell.environment} {cell.agent} {cell.reward} {len(cell.seeds)} {cell.episodes} {sorted(static.items())}"


def run_cell(
    cell: Cell,
    *,
    inputs: Inputs,
    checkpoint: Path | None,
    progress: Tell,
) -> CellResult:
    """Trains and measures all seeds of `cell`.

    **Arguments:**

    - `inputs`: metrics of the cells that this one needs, by position.
    - `checkpoint`: a folder of its own, in which unfinished work is kept and found again.
    - `progress`: told how far the work is.
    """
    environment = with_parameters(find("environments", Environment, cell.environment)(), cell.environment_parameters)
    run = {Exact.name: _plan, BestOfN.name: _select}.get(cell.agent, _train)
    return run(cell, environment, inputs, checkpoint, progress)


def build_reward(cell: Cell, environment: Environment[Any], keys: Any, inputs: Inputs) -> Any:
    """The cell's reward, with a leading seed axis."""
    kind = find("rewards", (Reward, HostReward), cell.reward)
    numbers = {name: value for name, value in cell.reward_parameters.items() if not isinstance(value, str)}
    for name, source in cell.reward_parameters.items():
        if isinstance(source, str):  # a training curve of the needed cell, one row per seed: "0:incidents"
            position, _, metric = source.partition(":")
            numbers[name] = _curve(inputs[position], metric, cell.seeds)
    try:
        if issubclass(kind, HostReward):
            return kind(**numbers)
        per_seed = {name: value for name, value in numbers.items() if isinstance(value, np.ndarray)}
        shared = {name: value for name, value in numbers.items() if name not in per_seed}
        make = lambda key, own: traced(kind.create(key, environment, **shared, **own))  # noqa: E731
        return eqx.filter_jit(eqx.filter_vmap(make))(
            keys, {name: jnp.asarray(value) for name, value in per_seed.items()}
        )
    except TypeError as error:
        raise Fault(f"reward `{cell.reward}` cannot be made from {sorted(numbers)}: {error}") from error


def build_agents(cell: Cell, environment: Environment[Any], keys: Any) -> Any:
    """The cell's agents as they are made, with a leading seed axis."""
    kind = find("agents", Agent, cell.agent)
    create = lambda key: traced(kind.create(key, environment, **cell.agent_parameters))  # noqa: E731
    return eqx.filter_jit(eqx.filter_vmap(create))(keys)


def taught(
    cell: Cell, environment: Environment[Any], agents: Any, reward: Any, keys: Any, heard: Callable[[], None]
) -> tuple[Any, Any]:
    """Agents and reward after school, from the shelf where they have been there before."""
    shelf = cache_folder(os.environ) / "schooled"
    return schooled(cell, environment, agents, reward, keys, code=code_digest(), shelf=shelf, heard=heard)


def _select(
    cell: Cell,
    environment: Environment[Any],
    inputs: Inputs,
    checkpoint: Path | None,
    progress: Tell,
) -> CellResult:
    # Best-of-n trains nothing: the reward picks among samples of the agent as it starts.
    keys = jax.vmap(jax.random.key)(jnp.array(cell.seeds))
    agents, reward = build_agents(cell, environment, keys), build_reward(cell, environment, keys, inputs)
    agents, reward = taught(cell, environment, agents, reward, keys, lambda: progress(0, 0))
    rows = _Rows(cell, environment)
    shifted = {name: traced(world) for name, world in environment.conditions().items() if name != TRAINING}
    for condition, world in {"": environment, **shifted}.items():
        for index, seed in enumerate(cell.seeds):
            own = slice(index, index + 1)
            agent, judge = jax.tree.map(
                lambda leaf, own=own: leaf[own] if eqx.is_array(leaf) else leaf, (agents, reward)
            )
            key = jax.vmap(lambda key: jax.random.fold_in(key, EVALUATION))(keys[own])
            for metric, n, value in texts.best_of(world, agent, judge, key, cell.episodes):
                rows.add(condition, metric, seed, n, value)
            progress(0, 0)
    for name in ("area", "false_positive", "false_negative"):
        for seed, value in zip(cell.seeds, np.asarray(getattr(reward, name, ())), strict=False):
            rows.add("", f"reward_model/{name}", seed, cell.updates, value)
    return rows.result([])


def _curve(table: pd.DataFrame, metric: str, seeds: tuple[int, ...]) -> np.ndarray:
    rows = table[table["metric"] == f"train/{metric}"]
    return np.stack([rows[rows["seed"] == seed].sort_values("update")["value"].to_numpy() for seed in seeds])


def _train(
    cell: Cell,
    environment: Environment[Any],
    inputs: Inputs,
    checkpoint: Path | None,
    progress: Tell,
) -> CellResult:
    keys = jax.vmap(jax.random.key)(jnp.array(cell.seeds))
    agents, reward = build_agents(cell, environment, keys), build_reward(cell, environment, keys, inputs)
    rows = _Rows(cell, environment)
    done = 0
    saved = checkpoints.load(checkpoint) if checkpoint else None
    if saved is not None:
        done, (agents, reward), rows.rows = _unpack(saved, (agents, reward))
    else:
        agents, reward = taught(cell, environment, agents, reward, keys, lambda: progress(0, 0))
        if 0 in cell.budgets:
            rows.measure(0, agents, reward, keys)
    budgets = {*cell.budgets, cell.updates}
    warm = round(cell.warm * cell.updates)
    episodes: list[dict[str, Any]] = []
    last_save = time.monotonic()
    progress(done, done * BATCH * environment.horizon * len(cell.seeds))
    for step in train(
        environment, agents, reward, keys,
        updates=cell.updates, overseer=traced(environment.overseer()), episodes=BATCH, warm=warm, done=done,
    ):  # fmt: skip
        rows.curve(step.update, step.metrics)
        if step.update in budgets:
            episodes = rows.measure(step.update, step.agents, step.reward, keys)
        if checkpoint and step.update < cell.updates and time.monotonic() - last_save > SAVE_EVERY:
            checkpoints.save(checkpoint, _pack(step.update, (step.agents, step.reward), rows.rows))
            last_save = time.monotonic()
        earned = float(step.metrics["reward"].mean()), float(step.metrics["true_utility"].mean())
        progress(step.update, step.update * BATCH * environment.horizon * len(cell.seeds), earned)
    rows.compare(inputs)
    rows.conclude(reward)
    return rows.result(episodes)


def _plan(
    cell: Cell,
    environment: Environment[Any],
    inputs: Inputs,
    checkpoint: Path | None,
    progress: Tell,
) -> CellResult:
    # A plan is the same for every seed; the seeds differ in the episodes that it is measured on.
    keys = jax.vmap(jax.random.key)(jnp.array(cell.seeds))
    reward = build_reward(cell, environment, keys[:1], inputs)
    one = reward if isinstance(reward, HostReward) else jax.tree.map(lambda leaf: leaf[0], reward)
    agent = Exact.create(keys[0], environment, **cell.agent_parameters).solve(environment, one)
    rows = _Rows(cell, environment)
    episodes: list[dict[str, Any]] = []
    for index in range(len(cell.seeds)):
        played = rows.measure(cell.updates, over_seeds(traced(agent), 1), reward, keys[index : index + 1], index)
        episodes += played if index < REPLAYED_SEEDS else []
    low, high = agent.hidden_value(environment)
    worst, best = possible_value(environment)
    facts = {
        "hidden_low": low, "hidden_high": high, "worst_hidden": worst, "best_hidden": best,
        "random_hidden": random_value(environment),
    }  # fmt: skip
    for metric, value in facts.items():
        for seed in cell.seeds:
            rows.add("", metric, seed, cell.updates, value)
    rows.compare({"own": rows.result([]).metrics})
    progress(cell.updates, 0)
    return rows.result(episodes)


class _Rows:
    """The long table of a cell while it grows."""

    def __init__(self, cell: Cell, environment: Environment[Any]) -> None:
        self.cell = cell
        self.environment = environment
        self.rows: list[list[Any]] = []

    def add(self, condition: str, metric: str, seed: int, update: int, value: float) -> None:
        self.rows.append([condition, metric, seed, update, float(value)])

    def curve(self, update: int, metrics: dict[str, np.ndarray]) -> None:
        for metric, values in metrics.items():
            for seed, value in zip(self.cell.seeds, values, strict=True):
                self.add("", f"train/{metric}", seed, update, value)

    def measure(self, update: int, agents: Agent, reward: Any, keys: Any, first: int = 0) -> list[dict[str, Any]]:
        """Adds an evaluation, and returns its replays."""
        seeds = self.cell.seeds[first : first + len(keys)]
        keys = jax.vmap(lambda key: jax.random.fold_in(key, EVALUATION))(keys)
        found, played = evaluate(self.environment, agents, reward, keys, self.cell.episodes)
        for condition, metric, position, value in found:
            self.add(condition, metric, seeds[position], update, value)
        if isinstance(self.environment, Text):
            return self._texts(self.environment, update, agents, reward, played[TRAINING][0], seeds)
        episode = same_episode(played)
        replays = []
        for condition, seen in played.items():
            reading = np.asarray(readings(reward, seen[0].mind)) if isinstance(reward, Reads) else None
            for position, seed in enumerate(seeds[:REPLAYED_SEEDS]):
                own = None if reading is None else reading[position]
                drawn = replay(self.environment, seen, position, episode, own)
                if drawn:
                    replays.append(drawn | {"reward": self.cell.name, "seed": seed, "condition": condition})
        return replays

    def _texts(
        self, environment: Text, update: int, agents: Any, reward: Any, played: Any, seeds: tuple[int, ...]
    ) -> list[dict[str, Any]]:
        values, shown = texts.measured(environment, agents, reward, played)
        for seed, measures in zip(seeds, values, strict=True):
            for metric, value in measures.items():
                self.add(TRAINING, metric, seed, update, value)
        facts = {"reward": self.cell.name, "condition": TRAINING, "update": update}
        return [
            text | facts | {"seed": seed}
            for seed, own in zip(seeds[:REPLAYED_SEEDS], shown, strict=False)
            for text in own
        ]

    def compare(self, inputs: Inputs) -> None:
        """Adds the specification gap, if an exact plan of the same world is among the inputs.

        Its range is from a random policy to the best: see docs/decisions.md.
        """
        facts = {
            metric: table.loc[table["metric"] == metric, "value"].iloc[0]
            for table in inputs.values()
            for metric in ("best_hidden", "random_hidden")
            if (table["metric"] == metric).any()
        }
        if not facts:
            return
        best, base = facts["best_hidden"], facts["random_hidden"]
        for condition, metric, seed, update, value in list(self.rows):
            if (condition, metric) == (TRAINING, "true_utility"):
                self.add("", "specification_gap", seed, update, (best - value) / (best - base))

    def conclude(self, reward: Any) -> None:
        """Adds what a host reward keeps of the whole training."""
        if not isinstance(reward, HostReward):
            return
        table = self.result([]).metrics
        names = [name.removeprefix("train/") for name in table["metric"].unique() if name.startswith("train/")]
        curves = {name: _curve(table, name, self.cell.seeds) for name in names}
        for metric, values in reward.concluded(curves).items():
            for seed, value in zip(self.cell.seeds, values, strict=True):
                if np.isfinite(value):
                    self.add("", metric, seed, self.cell.updates, value)

    def result(self, episodes: list[dict[str, Any]]) -> CellResult:
        table = pd.DataFrame(self.rows, columns=["condition", "metric", "seed", "update", "value"])
        table.insert(0, "agent", self.cell.agent)
        table.insert(0, "reward", self.cell.name)
        table.insert(0, "environment", self.cell.environment)
        return CellResult(table, episodes)


def _pack(done: int, state: Any, rows: list[list[Any]]) -> bytes:
    arrays = [_plain(leaf) for leaf in jax.tree.leaves(eqx.filter(state, eqx.is_array))]
    file = io.BytesIO()
    head = np.frombuffer(json.dumps([done, rows]).encode(), np.uint8)
    np.savez(file, head, *arrays)
    return file.getvalue()


def _unpack(saved: bytes, like: Any) -> tuple[int, Any, list[list[Any]]]:
    with np.load(io.BytesIO(saved)) as file:
        head, *arrays = (file[name] for name in file.files)
    done, rows = json.loads(head.tobytes())
    template, rest = eqx.partition(like, eqx.is_array)
    leaves, structure = jax.tree.flatten(template)
    kept = [_like(array, leaf) for array, leaf in zip(arrays, leaves, strict=True)]
    return done, eqx.combine(jax.tree.unflatten(structure, kept), rest), rows


def _plain(leaf: Any) -> np.ndarray:
    if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        leaf = jax.random.key_data(leaf)
    return np.asarray(leaf)


def _like(array: np.ndarray, leaf: Any) -> Any:
    if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        return jax.random.wrap_key_data(jnp.asarray(array))
    return jnp.asarray(array)
