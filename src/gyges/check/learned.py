"""Trials of a reward that learns."""

from typing import Any

import equinox as eqx
import jax
import numpy as np

from gyges.check.findings import CheckReport
from gyges.check.trials import KEYS, legal_trajectory, untrained
from gyges.environments.base import Environment
from gyges.oversight.reviewer import Reviewer
from gyges.parameters import traced
from gyges.rewards.base import LearnedReward
from gyges.seeds import one_seed, over_seeds
from gyges.training import teach


def check_learning(report: CheckReport, reward: LearnedReward, world: Environment[Any]) -> LearnedReward | None:
    """The reward after one call of `learn`, as training makes it; None if that fails."""
    agents = untrained(world)
    before = over_seeds(reward, 1)

    def learn() -> tuple[LearnedReward, dict[str, Any]]:
        return teach(before, traced(Reviewer()), agents, over_seeds(legal_trajectory(world, 3), 1), KEYS)

    came = report.attempt("`learn`", learn, "return the reward after learning, and a dictionary of metrics")
    if came is None:
        return None
    if not (isinstance(came, tuple) and len(came) == 2 and isinstance(came[1], dict)):
        report.failed("`learn`: return the reward after learning and a dictionary of metrics, `(self, {})`")
        return None
    after, metrics = came
    if not report.expect(
        _form(after) == _form(before),
        "`learn` returns a reward of the same form",
        "`learn` returns something of another structure, shape or dtype than the reward; change array fields "
        "with `eqx.tree_at` and keep their shapes",
    ):
        return None
    wrong = [name for name, value in metrics.items() if not np.isfinite(np.asarray(value)).all()]
    arrays = jax.tree.leaves(eqx.filter(after, eqx.is_inexact_array))
    if wrong or not all(np.isfinite(np.asarray(leaf)).all() for leaf in arrays):
        report.failed(f"`learn` makes {wrong or 'a field'} that is not finite; guard divisions and logarithms")
        return None
    again, _ = learn()
    report.expect(
        _bits(again) == _bits(after),
        "`learn` does the same with the same batch and key",
        "`learn` does something else each time; draw from the `key` that it can name",
    )
    changed = sum(one != other for one, other in zip(_bits(before), _bits(after), strict=True))
    report.note(
        f"learns: one batch changed {changed} of {len(_bits(after))} fields; `learn` is called "
        + ("after every update" if reward.every == 1 else f"every {reward.every} updates")
        + ("" if reward.online else ", only during the warm start")
    )
    learned: LearnedReward = one_seed(after, 0)
    return learned


def _form(tree: Any) -> Any:
    arrays, _ = eqx.partition(tree, eqx.is_array)
    return jax.tree.structure(tree), [(leaf.shape, leaf.dtype) for leaf in jax.tree.leaves(arrays)]


def _bits(tree: Any) -> list[bytes]:
    leaves = jax.tree.leaves(eqx.filter(tree, eqx.is_array))
    keys = (jax.random.key_data(x) if jax.numpy.issubdtype(x.dtype, jax.dtypes.prng_key) else x for x in leaves)
    return [np.asarray(leaf).tobytes() for leaf in keys]
