"""A reviewer who compares clips and calls out the violations that the footage shows."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from gyges.oversight.base import Overseer
from gyges.records import Evidence, Labels


class Reviewer(Overseer):
    """Prefers clips that earn more and show no violation, with Boltzmann noise.

    The comparison model is Christiano et al. 2017, section 2.2.1.
    """

    fine: Float[Array, ""] | float = 15.0
    """How much ledger a seen violation is worth to the reviewer."""
    noise: Float[Array, ""] | float = 4.0
    """Temperature of the comparisons, in units of ledger."""
    effort: Float[Array, ""] | float = 1.0
    """Probability that the reviewer watches an episode's footage."""
    pairs: int = eqx.field(static=True, default=256)
    """Comparisons per call."""
    clip: int = eqx.field(static=True, default=32)
    """Steps per clip; shorter episodes are compared whole."""

    def label(self, evidence: Evidence, key: PRNGKeyArray) -> Labels:
        steps, episodes = evidence.task.shape
        clip = min(self.clip, steps)
        where, effort, taste = jax.random.split(key, 3)
        watched = jax.random.uniform(effort, (episodes,)) < self.effort
        start, column = jax.random.uniform(where, (2, 2, self.pairs))
        starts = (start * (steps - clip + 1)).astype(int)
        columns = (column * episodes).astype(int)

        def cut(starts: Int[Array, " pair"], columns: Int[Array, " pair"]) -> Evidence:
            rows = starts[:, None] + jnp.arange(clip)
            clips: Evidence = jax.tree.map(lambda leaf: leaf[rows, columns[:, None]], evidence)
            return clips

        first, second = cut(starts[0], columns[0]), cut(starts[1], columns[1])

        def liking(clips: Evidence, columns: Int[Array, " pair"]) -> Float[Array, " pair"]:
            seen = clips.incident * watched[columns][:, None]
            return (clips.task - self.fine * seen).sum(-1)

        better = liking(first, columns[0]) - liking(second, columns[1])
        prefers = jax.random.uniform(taste, (self.pairs,)) < jax.nn.sigmoid(better / self.noise)
        return Labels(
            first=first,
            second=second,
            prefers_first=prefers.astype(jnp.float32),
            incident=(evidence.incident > 0) & watched,
            judged=evidence.recorded & watched,
        )
