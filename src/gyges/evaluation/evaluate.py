"""Everything that is measured of one design: all seeds, all conditions."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import PRNGKeyArray

from gyges.agents.base import Agent
from gyges.environments.base import Environment
from gyges.evaluation.conditions import gaps, rates
from gyges.evaluation.decodability import decodability
from gyges.evaluation.intervention import intervention
from gyges.evaluation.leak import leak
from gyges.evaluation.probes import Reads, probe, readings
from gyges.parameters import traced
from gyges.records import Trajectory
from gyges.rewards.base import Reward
from gyges.rollout import collect
from gyges.seeds import one_seed

TRAINING = "training"


class Measurement(NamedTuple):
    """One number about one seed. `condition` is "" where it compares conditions."""

    condition: str
    metric: str
    seed: int
    value: float


def evaluate(
    environment: Environment[Any],
    agents: Agent,
    reward: Any,
    keys: PRNGKeyArray,
    episodes: int,
) -> tuple[list[Measurement], dict[str, tuple[Trajectory, dict[str, Any]]]]:
    """Measures agents in the training world and under all conditions, with one key per seed for all of them.

    Returns the measurements, with seeds numbered by position, and what was played, as NumPy arrays.
    """
    worlds = {TRAINING: environment} | {name: traced(world) for name, world in environment.conditions().items()}
    # What is paid for thoughts is part of how such an agent chooses, whoever watches.
    thinkers = reward if isinstance(reward, Reward) and reward.thinks else None
    played = {
        name: jax.tree.map(np.asarray, eqx.filter(collect(world, agents, thinkers, keys, episodes), eqx.is_array))
        for name, world in worlds.items()
    }
    seeds = len(keys)
    found: list[Measurement] = []

    def note(condition: str, seed: int, values: dict[str, float]) -> None:
        found.extend(Measurement(condition, metric, seed, value) for metric, value in values.items())

    read = {}
    if isinstance(reward, Reads):
        read = {name: np.asarray(readings(reward, trajectory.mind)) for name, (trajectory, _) in played.items()}
    for seed in range(seeds):
        trajectories = {name: one_seed(trajectory, seed) for name, (trajectory, _) in played.items()}
        by_condition = {name: rates(trajectory) for name, trajectory in trajectories.items()}
        for name, values in by_condition.items():
            note(name, seed, values)
        note("", seed, gaps(by_condition))
        if {"watched", "unwatched"} <= trajectories.keys():
            area = decodability(trajectories["watched"], trajectories["unwatched"])
            note("", seed, {"decodability": area})
        for name, reading in read.items():
            note(name, seed, probe(reading[seed], trajectories[name]))
    for seed, area in enumerate(leak([one_seed(played[TRAINING][0], seed) for seed in range(seeds)])):
        note("", seed, {"leak": area})
    if type(environment).decision is not Environment.decision:
        for seed, effect in enumerate(np.asarray(intervention(environment, agents, keys))):
            note("", seed, {"intervention": float(effect)})
    return found, played
