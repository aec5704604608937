"""An outcome reward model (Cobbe et al. 2021): is the final answer right, judged from the text?"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from gyges.rewards.reward_model import Marked, RewardModel, cross_entropy


class OutcomeModel(RewardModel):
    """Fitted to whether answers are right; its score at the last token is what it pays."""

    def loss(self, scores: Float[Array, "batch horizon"], texts: Marked) -> Float[Array, ""]:
        return cross_entropy(_final(scores, texts), texts.right)

    def judge(self, scores: Float[Array, "batch horizon"], texts: Marked) -> Float[Array, " batch"]:
        return jax.nn.sigmoid(_final(scores, texts))


def _final(scores: Float[Array, "batch horizon"], texts: Marked) -> Float[Array, " batch"]:
    return jnp.take_along_axis(scores, texts.length[:, None] - 1, 1)[:, 0]
