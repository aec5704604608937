"""A small multilayer perceptron with a policy head and a value head."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray


class Network(eqx.Module):
    """Tanh trunk; its hidden layers, side by side, are what `Mind.features` shows."""

    weights: list[Float[Array, "input output"]]
    biases: list[Float[Array, " output"]]
    policy: Float[Array, "hidden action"]
    value: Float[Array, " hidden"]
    value_bias: Float[Array, ""]

    def __init__(self, inputs: int, actions: int, *, width: int, depth: int, key: PRNGKeyArray) -> None:
        *keys, policy_key, value_key = jax.random.split(key, depth + 2)
        sizes = [inputs] + [width] * depth
        self.weights = [
            (2 / rows) ** 0.5 * jax.random.normal(k, (rows, columns))
            for k, rows, columns in zip(keys, sizes[:-1], sizes[1:], strict=True)
        ]
        self.biases = [jnp.zeros(columns) for columns in sizes[1:]]
        # A nearly uniform first policy: see Andrychowicz et al. 2020, "What matters in on-policy RL", choice 3.2.
        self.policy = 0.01 * jax.random.normal(policy_key, (width, actions)) / width**0.5
        self.value = jax.random.normal(value_key, (width,)) / width**0.5
        self.value_bias = jnp.zeros(())

    def __call__(
        self, inputs: Float[Array, "*batch input"]
    ) -> tuple[Float[Array, "*batch feature"], Float[Array, "*batch action"], Float[Array, "*batch"]]:
        """Features, action log-probabilities and value."""
        *batch, size = inputs.shape
        # Units first: the few log-probabilities of a step do not fill a vector unit, many steps do.
        # With this and the layout in `PPO.learn`, an update takes two thirds of the time (docs/benchmarks.md).
        hidden, layers = inputs.reshape(-1, size).T, []
        for weight, bias in zip(self.weights, self.biases, strict=True):
            hidden = jnp.tanh(weight.T @ hidden + bias[:, None])
            layers.append(hidden)
        policy = jax.nn.log_softmax(self.policy.T @ hidden, axis=0)
        value = self.value @ hidden + self.value_bias
        return jnp.concatenate(layers).T.reshape(*batch, -1), policy.T.reshape(*batch, -1), value.reshape(batch)
