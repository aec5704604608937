"""A reward that reads the agent's mind: a probe for the thought of taking what is not one's own."""

from typing import Any, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.environments.base import Environment, Observation
from gyges.records import Evidence, Labels, Mind
from gyges.rewards.base import LearnedReward

ADAM = optax.adam(0.05)
NEGATIVE_WEIGHT = 5.0
"""How much more a false alarm costs the probe than a miss: false alarms make an agent stop working
(measured in a prototype), since honest steps outnumber thefts by hundreds."""


class ThoughtProbe(LearnedReward):
    """Fines what a camera recorded, and also the thought of it wherever the probe reads one.

    The probe is a logistic readout of `Mind.features`, trained on the steps that a camera recorded and
    on nothing else. Labelled positives are kept as observations and replayed through the agent's
    present mind, since a deterred agent stops producing them. It reads the step at which the act is
    chosen: a probe for "about to" would reward getting it over with.
    """

    readout_weight: Float[Array, " feature"]
    readout_bias: Float[Array, ""]
    optimiser: Any
    positives: Observation
    """Observations `[kept]` at which a camera saw a violation."""
    found: Int[Array, ""]
    weight: Float[Array, ""]
    """What a thought that the probe is sure of costs."""
    fine: Float[Array, ""]
    frozen: bool = eqx.field(static=True)
    """Whether the probe stops learning after the warm start."""
    differentiable: bool = eqx.field(static=True)
    """Whether the penalty's gradient also reaches the features that are read."""
    steps: int = eqx.field(static=True, default=30)

    @property
    def online(self) -> bool:
        return not self.frozen

    @property
    def through(self) -> bool:
        return self.differentiable

    @classmethod
    def create(
        cls,
        key: PRNGKeyArray,
        environment: Environment[Any],
        *,
        weight: float = 15.0,
        fine: float = 15.0,
        frozen: bool = False,
        differentiable: bool = False,
        features: int = 64,
        kept: int = 512,
    ) -> Self:
        """A probe that knows nothing yet, for agents whose mind has so many `features` (64: the PPO default)."""
        observation = jax.eval_shape(lambda k: environment.observe(environment.reset(k)), key)
        weights, bias = jnp.zeros(features), jnp.zeros(())
        return cls(
            readout_weight=weights,
            readout_bias=bias,
            optimiser=ADAM.init((weights, bias)),
            positives=jax.tree.map(lambda leaf: jnp.zeros((kept, *leaf.shape), leaf.dtype), observation),
            found=jnp.zeros((), int),
            weight=jnp.asarray(weight, jnp.float32),
            fine=jnp.asarray(fine, jnp.float32),
            frozen=frozen,
            differentiable=differentiable,
        )

    def readout(self, mind: Mind) -> Float[Array, "time batch"]:
        """Probability, by the probe, that the act being chosen is a violation."""
        return jax.nn.sigmoid(mind.features @ self.readout_weight + self.readout_bias)

    def __call__(self, evidence: Evidence, mind: Mind) -> Float[Array, "time batch"]:
        return evidence.task - self.fine * evidence.incident + self.gradient(mind)

    def gradient(self, mind: Mind) -> Float[Array, "time batch"]:
        # Only a reading above one half costs anything: a price on every small reading stops all work.
        return -self.weight * jax.nn.relu(2 * self.readout(mind) - 1)

    def learn(self, labels: Labels, mind: Mind, minds: Any) -> tuple[Self, dict[str, Float[Array, ""]]]:
        kept = self.positives.information.shape[0]
        caught: Bool[Array, " step"] = (labels.incident & labels.judged).reshape(-1)
        newest = min(64, kept)
        hits, indices = jax.lax.top_k(caught.astype(jnp.float32), newest)
        places = jnp.where(hits > 0, (self.found + jnp.arange(newest)) % kept, kept)  # beyond the end: dropped
        flat = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), mind.observation)
        positives = jax.tree.map(
            lambda store, leaf: store.at[places].set(leaf[indices], mode="drop"), self.positives, flat
        )
        found = self.found + (hits > 0).sum()
        known = (jnp.arange(kept) < found).astype(jnp.float32)
        thinking = minds(jax.tree.map(lambda leaf: leaf[None], positives)).features[0]
        honest = (labels.judged & ~labels.incident).astype(jnp.float32)

        def loss(readout: tuple[Array, Array]) -> Float[Array, ""]:
            weight, bias = readout
            missed = -jax.nn.log_sigmoid(thinking @ weight + bias)
            alarmed = -jax.nn.log_sigmoid(-(mind.features @ weight + bias))
            missing = (missed * known).sum() / jnp.maximum(known.sum(), 1)
            alarm = (alarmed * honest).sum() / jnp.maximum(honest.sum(), 1)
            return missing + NEGATIVE_WEIGHT * alarm + 1e-3 * jnp.square(weight).sum()

        def step(carry: Any, _: None) -> tuple[Any, Float[Array, ""]]:
            readout, optimiser = carry
            value, gradient = jax.value_and_grad(loss)(readout)
            change, optimiser = ADAM.update(gradient, optimiser)
            return (optax.apply_updates(readout, change), optimiser), value

        carry = ((self.readout_weight, self.readout_bias), self.optimiser)
        ((weight, bias), optimiser), losses = jax.lax.scan(step, carry, None, self.steps)
        learned = eqx.tree_at(
            lambda r: (r.readout_weight, r.readout_bias, r.optimiser, r.positives, r.found),
            self,
            (weight, bias, optimiser, positives, found),
        )
        return learned, {"probe_loss": losses[-1], "probe_positives": found.astype(jnp.float32)}
