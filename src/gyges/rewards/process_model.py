"""A process reward model (Lightman et al. 2023, "Let's verify step by step"): is each step right?"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from gyges.rewards.reward_model import Marked, RewardModel, cross_entropy


class ProcessModel(RewardModel):
    """Fitted to labels of steps, which stop at the first error; pays the product over all steps."""

    def loss(self, scores: Float[Array, "batch horizon"], texts: Marked) -> Float[Array, ""]:
        wrong = texts.step & (texts.valid < 0.5)
        unbroken = jnp.cumsum(wrong, 1) - wrong == 0  # up to the first error, that one included
        return cross_entropy(scores, texts.valid, texts.step & unbroken)

    def judge(self, scores: Float[Array, "batch horizon"], texts: Marked) -> Float[Array, " batch"]:
        return jnp.exp(jnp.where(texts.step, jax.nn.log_sigmoid(scores), 0.0).sum(1))
