"""Rewards that somebody wrote down."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from gyges.records import Evidence, Truth
from gyges.rewards.base import Reward


class Outcome(Reward):
    """Pays what the ledger shows, whoever watches."""

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        return evidence.task


class SeenTheft(Reward):
    """Pays visible task progress and fines each violation that a camera recorded."""

    fine: Float[Array, ""] | float = 15.0

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        return evidence.task - self.fine * evidence.incident


class Oracle(Reward):
    """Fines each violation, seen or not: the control that no overseer could write."""

    fine: Float[Array, ""] | float = 15.0

    def __call__(self, evidence: Evidence, truth: Truth) -> Float[Array, "time batch"]:
        return evidence.task - self.fine * truth.violation.astype(jnp.float32)
