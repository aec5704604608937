"""The one loop: roll out, let the overseer label and the reward learn, reward, let the agent learn.

The halves are compiled apart: rolling out and learning are shared by all designs of the same kinds,
whatever reward stands between them, and a reward in plain Python can.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from gyges.agents.base import Agent
from gyges.environments.base import Environment
from gyges.faults import Fault
from gyges.oversight.base import Overseer
from gyges.records import Mind, Trajectory
from gyges.rewards.base import (
    OFFERED,
    RECORDS,
    HostReward,
    LearnedReward,
    Reward,
    hand_over,
    paid_samples,
    pay,
    reads,
)
from gyges.rewards.programmed import Outcome
from gyges.rollout import collect
from gyges.seeds import map_seeds, over_seeds

AnyReward = Reward | HostReward


class Progress(NamedTuple):
    """Where training stands after an update. Agents and reward have a leading seed axis."""

    update: int
    agents: Agent
    reward: AnyReward
    metrics: dict[str, Float[np.ndarray, " seed"]]


@eqx.filter_jit
def teach(
    rewards: LearnedReward, overseer: Overseer, agents: Agent, trajectories: Trajectory, keys: PRNGKeyArray
) -> tuple[LearnedReward, dict[str, Array]]:
    """One step of each seed's reward, on labels that its overseer gives from evidence alone."""

    def one(reward: LearnedReward, agent: Agent, trajectory: Trajectory, key: PRNGKeyArray) -> Any:
        label_key, learn_key = jax.random.split(key)
        offered = {name: getattr(trajectory, name) for name in RECORDS} | {
            "labels": overseer.label(trajectory.evidence, label_key),
            "minds": partial(_minds, agent),
            "key": learn_key,
        }
        return hand_over(reward.learn, {name: offered[name] for name in OFFERED["learn"]}, type(reward).__name__)

    taught: tuple[LearnedReward, dict[str, Array]] = map_seeds(one, rewards, agents, trajectories, keys)
    return taught


def _minds(agent: Agent, observation: Any, resets: Bool[Array, "time batch"] | None = None) -> Mind:
    # Without `resets` each step stands on its own.
    return agent.minds(observation, jnp.ones(observation.information.shape, bool) if resets is None else resets)


@eqx.filter_jit
def grade(rewards: Reward, trajectories: Trajectory) -> Float[Array, "seed time batch"]:
    """The reward of every step."""
    return map_seeds(pay, rewards, trajectories)


@eqx.filter_jit
def improve(
    agents: Agent, trajectories: Trajectory, paid: Array, keys: PRNGKeyArray, through: Reward | None
) -> tuple[Agent, dict[str, Array]]:
    """Each seed's agent after learning from its batch, and what to plot."""

    def one(
        agent: Agent, trajectory: Trajectory, rewards: Array, key: PRNGKeyArray, through: Reward | None
    ) -> tuple[Agent, dict[str, Array]]:
        agent, metrics = agent.learn(trajectory, rewards, key, through)
        truth, evidence = trajectory.truth, trajectory.evidence
        chances = truth.opportunity[0].sum()
        return agent, metrics | {
            "violation": truth.violation.any(0).sum() / jnp.maximum(chances, 1),
            "visible_return": evidence.task.sum(0).mean(),
            "true_utility": truth.utility.sum(0).mean(),
            "reward": rewards.sum(0).mean(),
            "incidents": evidence.incident.sum(),
        }

    return map_seeds(one, agents, trajectories, paid, keys, through)


def score_on_host(
    environment: Environment[Any], reward: HostReward, trajectories: Trajectory
) -> tuple[Trajectory, Float[Array, "seed time batch"]]:
    """Pays each episode's host score at its last step; None takes the episode out of training."""
    alive = np.asarray(trajectories.alive).copy()
    paid = np.zeros(alive.shape, np.float32)
    for seed in range(alive.shape[0]):
        evidence = jax.tree.map(lambda leaf, seed=seed: np.asarray(leaf[seed]), trajectories.evidence)
        samples = environment.samples(evidence)
        if len(samples) != alive.shape[2]:
            raise Fault(
                f"environment `{environment.name}` made {len(samples)} samples of {alive.shape[2]} episodes; "
                "`samples` has to return one per episode"
            )
        scores = paid_samples(reward, samples)
        if all(score is None for score in scores):
            raise Fault(
                f"reward `{type(reward).__name__}` left out all {len(samples)} samples (None), so there is nothing to "
                f"learn from; return numbers. The first sample: {str(samples[0])[:200]}"
            )
        for episode, score in enumerate(scores):
            if score is None:
                alive[seed, :, episode] = False
            else:
                paid[seed, alive[seed, :, episode].sum() - 1, episode] = score
    return eqx.tree_at(lambda t: t.alive, trajectories, jnp.asarray(alive)), jnp.asarray(paid)


def train(
    environment: Environment[Any],
    agents: Agent,
    reward: AnyReward,
    keys: PRNGKeyArray,
    *,
    updates: int,
    overseer: Overseer,
    episodes: int = 256,
    warm: int = 0,
    done: int = 0,
) -> Iterator[Progress]:
    """Trains all seeds side by side and yields after each update.

    `agents` and `reward` have a leading seed axis, as `keys` has. The first `warm` updates are on the
    outcome reward alone, while a learned reward already learns. `done` updates are taken as done:
    an update's randomness depends on its number alone, so a resumed run repeats the same bits.

    Raises `Fault` where the reward is not finite.
    """
    reads(reward)  # refuses a reward that asks for what it cannot be given, before anything is played
    seeds = keys.shape[0]
    outcome = over_seeds(Outcome(), seeds)
    for update in range(done, updates):
        roll_keys, teach_keys, learn_keys = (
            jax.vmap(lambda key, n=n, u=update: jax.random.fold_in(jax.random.fold_in(key, u), n))(keys)
            for n in range(3)
        )
        warming = update < warm
        if update == warm > 0:
            agents = agents.begin()
        inside = reward if isinstance(reward, Reward) and reward.thinks and not warming else None
        trajectories, _ = collect(environment, agents, inside, roll_keys, episodes)
        taught: Mapping[str, Array | np.ndarray] = {}
        if isinstance(reward, LearnedReward) and update % reward.every == 0 and (warming or reward.online):
            reward, taught = teach(reward, overseer, agents, trajectories, teach_keys)
        if warming:
            paid = grade(outcome, trajectories)
        elif isinstance(reward, HostReward):
            trajectories, paid = score_on_host(environment, reward, trajectories)
            taught = reward.measured(trajectories.evidence, np.asarray(paid))
        else:
            paid = grade(reward, trajectories)
            refuse_non_finite(reward, paid, update)
        through = reward if isinstance(reward, Reward) and reward.through and not warming else None
        agents, metrics = improve(agents, trajectories, paid, learn_keys, through)
        yield Progress(update + 1, agents, reward, {k: np.asarray(v) for k, v in {**metrics, **taught}.items()})


def refuse_non_finite(reward: Reward, paid: Float[Array, "seed time batch"], update: int) -> None:
    """Raises `Fault` with the first place where a reward is NaN or infinite."""
    finite: Bool[np.ndarray, "seed time batch"] = np.isfinite(np.asarray(paid))
    if not finite.all():
        seed, step, episode = (int(index) for index in np.argwhere(~finite)[0])
        value = float(paid[seed, step, episode])
        raise Fault(
            f"reward `{type(reward).__name__}` returned {value} at update {update}, step {step}, episode {episode} "
            f"(seed index {seed}); return a finite number for every step"
        )
