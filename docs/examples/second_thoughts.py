"""A reward that is paid while the agent thinks."""

import jax.numpy as jnp

from gyges.rewards import Reward

STOLEN = 0
"""The place among the corridor's features of "holds what is not its own"."""


class SecondThoughts(Reward):
    """Pays what the ledger shows; what hurts is the thought of holding what is not one's own."""

    hurt: float = 20.0

    def __call__(self, evidence):
        return evidence.task

    def thought(self, mind):
        if mind.plan is None:  # an agent that imagines nothing cannot be hurt by it
            return jnp.zeros_like(mind.value)
        imagined = mind.plan.mind.observation.features[..., STOLEN]
        return -self.hurt * (imagined > 0).any(0)
