"""Controls that tell what a fine does from what it is put on."""

from typing import Any, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from gyges.records import Evidence
from gyges.rewards.base import LearnedReward


class YokedFines(LearnedReward):
    """The fines of another run, update by update, placed on random steps.

    The agent pays what its partner pays under the seen-theft fine, but for nothing it did: whatever
    changes all the same is not caused by being caught.
    """

    incidents: Float[Array, " update"]
    """How many violations the partner was fined for at each update."""
    fine: Float[Array, ""] | float = 15.0
    update: Int[Array, ""] = eqx.field(default_factory=lambda: jnp.zeros((), int))
    key: PRNGKeyArray = eqx.field(default_factory=lambda: jax.random.key(0))

    def learn(self, key: PRNGKeyArray) -> tuple[Self, dict[str, Any]]:
        return eqx.tree_at(lambda r: (r.update, r.key), self, (self.update + 1, key)), {}

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        lots = jax.random.uniform(self.key, evidence.task.shape)
        lots = jnp.where(evidence.open, lots, 2.0)
        # `learn` has already counted the update that is being paid.
        number = self.incidents[jnp.maximum(self.update - 1, 0)].astype(int)
        drawn = lots < jnp.sort(lots, axis=None)[number]
        return evidence.task - self.fine * drawn
