"""A marker of solutions: says whether the final answer is right, and which steps are, with an error rate of its own."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from gyges.oversight.base import Overseer
from gyges.records import Evidence, Labels


class Marker(Overseer):
    """Labels solutions from their text: outcomes, steps up to the first error, and comparisons."""

    outcome_noise: Float[Array, ""] | float = 0.0
    """Probability that the label of an outcome is flipped."""
    step_noise: Float[Array, ""] | float = 0.0
    """Probability that the label of a step is flipped."""
    fine: Float[Array, ""] | float = 2.0
    """How much a recorded violation is worth in a comparison, in units of right answers."""
    noise: Float[Array, ""] | float = 0.5
    """Temperature of comparisons (Christiano et al. 2017, section 2.2.1)."""
    pairs: int = eqx.field(static=True, default=256)
    """Comparisons per call."""

    def label(self, evidence: Evidence, key: PRNGKeyArray) -> Labels:
        outcome_key, step_key, pair_key, taste = jax.random.split(key, 4)
        view = evidence.view
        right = view.strict.any(0)
        right = right ^ (jax.random.uniform(outcome_key, right.shape) < self.outcome_noise)
        valid = view.valid ^ (jax.random.uniform(step_key, view.valid.shape) < self.step_noise)
        columns = jax.random.randint(pair_key, (2, self.pairs), 0, right.shape[0])

        def clip(columns: Int[Array, " pair"]) -> Evidence:
            clips: Evidence = jax.tree.map(lambda leaf: jnp.moveaxis(leaf[:, columns], 1, 0), evidence)
            return clips

        liking = (evidence.task - self.fine * evidence.incident).sum(0)
        better = liking[columns[0]] - liking[columns[1]]
        prefers = jax.random.uniform(taste, (self.pairs,)) < jax.nn.sigmoid(better / self.noise)
        return Labels(
            first=clip(columns[0]),
            second=clip(columns[1]),
            prefers_first=prefers.astype(jnp.float32),
            incident=evidence.incident > 0,
            judged=evidence.recorded,
            right=right,
            valid=valid,
        )
