"""A learned reward: it learns to call incidents from what an overseer called one."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from gyges.rewards import LearnedReward


def inputs(evidence):
    """What the classifier looks at, `[time, batch, input]`: the ledger and the footage."""
    return jnp.stack([evidence.task, *jax.tree.leaves(evidence.view)], -1)


class Suspicion(LearnedReward):
    """Pays the ledger, less a fine in proportion to how much a step looks like an incident."""

    weights: Float[Array, " input"]
    bias: Float[Array, ""]
    fine: float = 15.0
    rate: float = 0.5

    @classmethod
    def create(cls, key, environment, **parameters):
        def first_evidence(key):
            state = environment.reset(key)
            return environment.witness(state, jnp.zeros((), int), state)[0]

        width = jax.eval_shape(lambda key: inputs(first_evidence(key)), key).shape[-1]
        return cls(weights=jnp.zeros(width), bias=jnp.full((), -3.0), **parameters)

    def __call__(self, evidence):
        return evidence.task - self.fine * jax.nn.sigmoid(inputs(evidence) @ self.weights + self.bias)

    def learn(self, labels, evidence):
        seen, judged = inputs(evidence), labels.judged.astype(float)
        called = labels.incident.astype(float)

        def loss(readout):
            weights, bias = readout
            logits = seen @ weights + bias
            # Incidents are rare, so each kind weighs the same.
            hits = (jax.nn.softplus(-logits) * called).sum() / jnp.maximum(called.sum(), 1)
            rest = judged * (1 - called)
            return hits + (jax.nn.softplus(logits) * rest).sum() / jnp.maximum(rest.sum(), 1)

        readout = (self.weights, self.bias)
        for _ in range(10):
            step = jax.grad(loss)(readout)
            readout = jax.tree.map(lambda old, change: old - self.rate * change, readout, step)
        learned = eqx.tree_at(lambda reward: (reward.weights, reward.bias), self, readout)
        return learned, {"suspicion_loss": loss(readout)}
