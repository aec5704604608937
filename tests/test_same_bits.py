"""The same seed gives the same bits, also through a kill."""

from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_world import EPISODES, KEYS, REVIEWER, SHOP, LearnsFromLabels

from gyges import checkpoints, experiment
from gyges.cell import Cell
from gyges.parameters import traced
from gyges.seeds import over_seeds
from gyges.training import train

# The same seed gives the same bits.


def bits(tree: Any) -> list[bytes]:
    leaves = jax.tree.leaves(eqx.filter(tree, eqx.is_array))
    plain = (jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf for leaf in leaves)
    return [np.asarray(leaf).tobytes() for leaf in plain]


def finish(agents: Any, updates: int, done: int = 0, reward: Any = None) -> Any:
    reward = over_seeds(traced(LearnsFromLabels()), 2) if reward is None else reward
    running = train(SHOP, agents, reward, KEYS, updates=updates, overseer=REVIEWER, episodes=EPISODES, done=done)
    return [*running][-1]


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(agents):
    first, second = finish(agents, 3), finish(agents, 3)
    assert bits((first.agents, first.reward)) == bits((second.agents, second.reward))
    assert bits(jax.tree.map(lambda leaf: leaf[0], first.agents.network)) != bits(
        jax.tree.map(lambda leaf: leaf[1], first.agents.network)
    )


def test_training_that_goes_on_from_an_update_repeats_the_same_bits(agents):
    whole, half = finish(agents, 4), finish(agents, 2)
    resumed = finish(half.agents, 4, done=2, reward=half.reward)
    assert bits((whole.agents, whole.reward)) == bits((resumed.agents, resumed.reward))


class KilledError(Exception):
    pass


def test_a_killed_cell_resumes_to_the_same_bits(tmp_path, monkeypatch):
    world = Path(__file__).parent / "tiny_world.py"
    cell = Cell(
        environment=f"{world}:Shop",
        reward=f"{world}:LearnsFromLabels",
        agent_parameters={"width": 4, "depth": 1, "epochs": 1, "minibatches": 1},
        updates=4,
        budgets=(1, 4),
        seeds=(0, 1),
        episodes=32,
    )
    monkeypatch.setattr(experiment, "SAVE_EVERY", 0.0)
    undisturbed = experiment.run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)
    folder = tmp_path / "checkpoint"

    def kill(updates: int, *_: object) -> None:
        if updates == 3:
            raise KilledError

    with pytest.raises(KilledError):
        experiment.run_cell(cell, inputs={}, checkpoint=folder, progress=kill)
    assert checkpoints.load(folder) is not None
    seen: list[int] = []
    resumed = experiment.run_cell(cell, inputs={}, checkpoint=folder, progress=lambda updates, *_: seen.append(updates))
    assert seen == [3, 4]  # it did go on from where it was killed
    assert resumed.metrics.equals(undisturbed.metrics)
    assert resumed.episodes == undisturbed.episodes
