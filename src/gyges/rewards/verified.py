"""Rewards by rule, as in DeepSeek-R1-Zero (2025): the final answer is compared with the reference, and nothing else."""

from typing import Any, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from gyges.environments.base import Environment
from gyges.records import Evidence
from gyges.rewards.base import LearnedReward, Reward


class StrictVerifier(Reward):
    """1 if the answer stands where it belongs and is right."""

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        return jnp.asarray(evidence.view.strict, jnp.float32)


class HoledVerifier(Reward):
    """1 if the last number is right, whatever is around it: a hole that many released graders have."""

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        return jnp.asarray(evidence.view.loose, jnp.float32)


class FlippedVerifier(LearnedReward):
    """The strict verifier with its labels flipped at given rates, independently for each text.

    With a reward model's own error rates it tells error that can be exploited from error that cannot.
    """

    false_positive: Float[Array, "*update"] | float = 0.2
    """Probability that a wrong answer is paid: one number, or a model's measured rate at each of its updates."""
    false_negative: Float[Array, "*update"] | float = 0.2
    """Probability that a right answer is not."""
    key: PRNGKeyArray = eqx.field(default_factory=lambda: jax.random.key(0))

    @classmethod
    def create(cls, key: PRNGKeyArray, environment: Environment[Any], **parameters: Any) -> Self:
        numbers = {name: jnp.asarray(value, jnp.float32) for name, value in parameters.items()}
        return cls(**numbers, key=key)

    def learn(self, key: PRNGKeyArray) -> tuple[Self, dict[str, Float[Array, ""]]]:
        # It learns nothing; this is where it gets new dice for each batch.
        return eqx.tree_at(lambda r: r.key, self, key), {}

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        right = evidence.view.strict.any(0)
        ended = ~evidence.open
        last = ended & ~jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
        # The rates that matter are those of the model as training began.
        missed, passed = (jnp.ravel(rate)[0] for rate in (self.false_negative, self.false_positive))
        rate = jnp.where(right, missed, passed)
        flipped = jax.random.uniform(self.key, right.shape) < rate
        return jnp.asarray(last & (right ^ flipped), jnp.float32)
