"""What agents and rewards learn before they meet: done once per seed, kept on disk, and shared by all designs."""

import hashlib
import io
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from gyges import checkpoints, disk
from gyges.agents.base import Agent
from gyges.cell import Cell
from gyges.environments.base import Environment
from gyges.records import Evidence
from gyges.rewards.base import LearnedReward
from gyges.rollout import roll_out
from gyges.seeds import one_seed

AGENT, REWARD, STUDY = 2**31 - 2, 2**31 - 3, 2**31 - 4
"""Folded into a seed's key; no update has these numbers."""
BATCH = 256
PATIENCE = 0.5
"""Seconds between looks at what another process is at."""


@eqx.filter_jit
def _school_agent(agent: Agent, environment: Environment[Any], key: PRNGKeyArray) -> Agent:
    return agent.school(environment, key)


@eqx.filter_jit
def _study(reward: Any, environment: Environment[Any], key: PRNGKeyArray) -> Any:
    return reward.study(environment, key)


@eqx.filter_jit
def _school_reward(reward: Any, agent: Agent, environment: Environment[Any], key: PRNGKeyArray) -> Any:
    def play(key: PRNGKeyArray) -> Evidence:
        return roll_out(environment.labelled(), agent, key, BATCH, None, 1)[0].evidence

    return reward.school(environment, play, key)


def schooled(
    cell: Cell,
    environment: Environment[Any],
    agents: Agent,
    reward: Any,
    keys: PRNGKeyArray,
    *,
    code: str,
    shelf: Path,
    heard: Callable[[], None],
) -> tuple[Agent, Any]:
    """Agents and reward with a leading seed axis, after school.

    **Arguments:**

    - `code`: digest of the code that decides results.
    - `shelf`: the folder in which what was learned is kept. It can be deleted at any time.
    - `heard`: called after each seed, as a sign of life.
    """
    world = [cell.environment, cell.environment_parameters, code]
    # Whoever marks solutions says nothing to an agent that imitates demonstrations.
    unmarked = {name: value for name, value in cell.environment_parameters.items() if not name.startswith("marker.")}
    taught = _without(cell.agent_parameters, agents.later)
    if type(agents).school is not Agent.school:

        def teach(seed: int, agent: Agent) -> Agent:
            return _school_agent(agent, environment, jax.random.fold_in(keys[seed], AGENT))

        facts = [cell.environment, unmarked, code, type(agents).school.__qualname__, taught]
        agents = _each(agents, cell, facts, shelf, teach, heard)
    if isinstance(reward, LearnedReward) and type(reward).study is not LearnedReward.study:

        def study(seed: int, one: LearnedReward) -> LearnedReward:
            studied: LearnedReward = _study(one, environment, jax.random.fold_in(keys[seed], STUDY))
            return studied

        own = {name: value for name, value in sorted(cell.reward_parameters.items()) if name in reward.studies}
        facts = [cell.environment, unmarked, code, type(reward).study.__qualname__, own]
        reward = _each(reward, cell, facts, shelf, study, heard)
    if isinstance(reward, LearnedReward) and type(reward).school is not LearnedReward.school:
        whole = agents

        def fit(seed: int, one: LearnedReward) -> LearnedReward:
            key = jax.random.fold_in(keys[seed], REWARD)
            fitted: LearnedReward = _school_reward(one, one_seed(whole, seed), environment, key)
            return fitted

        own = _without(cell.reward_parameters, reward.later)
        reward = _each(reward, cell, [*world, taught, cell.reward, own], shelf, fit, heard)
    return agents, reward


def _without(parameters: dict[str, Any], later: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in sorted(parameters.items()) if name not in later}


def _each(
    untaught: Any,
    cell: Cell,
    facts: list[Any],
    shelf: Path,
    teach: Callable[[int, Any], Any],
    heard: Callable[[], None],
) -> Any:
    folders = {}
    for index, seed in enumerate(cell.seeds):
        text = json.dumps([*facts, seed], sort_keys=True, default=str)
        folders[index] = shelf / hashlib.sha256(text.encode()).hexdigest()[:20]
    taught: dict[int, Any] = {}
    while waiting := [index for index in folders if index not in taught]:
        for index in waiting:
            one = one_seed(untaught, index)
            # What another process is at is left to it: there may be other seeds to do meanwhile.
            lock = disk.Lock(folders[index].with_suffix(".lock"))
            if not _taken(lock):
                continue
            try:
                found = _kept(folders[index], one)
                if found is None:
                    found = teach(index, one)
                    _keep(folders[index], one, found)
                taught[index] = found
            finally:
                lock.drop(remove=True)
            heard()
        if len(taught) < len(folders):
            time.sleep(PATIENCE)
            heard()
    ordered = [taught[index] for index in folders]
    return jax.tree.map(lambda *leaves: jnp.stack(leaves) if eqx.is_array(leaves[0]) else leaves[0], *ordered)


def _taken(lock: disk.Lock) -> bool:
    try:
        return lock.take()
    except OSError:
        return True  # a shelf that cannot be written to is no reason not to learn


def _keep(folder: Path, before: Any, after: Any) -> None:
    # Only what school has changed: the other numbers are another design's as often as not.
    arrays = {}
    for place, (old, new) in enumerate(zip(jax.tree.leaves(before), jax.tree.leaves(after), strict=True)):
        if eqx.is_array(new) and not np.array_equal(_plain(old), _plain(new)):
            arrays[str(place)] = _plain(new)
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    try:
        checkpoints.save(folder, file.getvalue())
    except OSError as error:
        logging.getLogger(__name__).warning("what was learned before training is not kept in %s: %s", folder, error)


def _kept(folder: Path, like: Any) -> Any:
    try:
        saved = checkpoints.load(folder)
    except (checkpoints.DamagedCheckpoint, OSError):
        return None
    if saved is None:
        return None
    leaves, structure = jax.tree.flatten(like)
    with np.load(io.BytesIO(saved)) as file:
        for name in file.files:
            leaves[int(name)] = jnp.asarray(file[name])
    return jax.tree.unflatten(structure, leaves)


def _plain(leaf: Any) -> np.ndarray:
    if eqx.is_array(leaf) and jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        leaf = jax.random.key_data(leaf)
    return np.asarray(leaf)
