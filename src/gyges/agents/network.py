"""A small multilayer perceptron with a policy head and a value head."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray


class Network(eqx.Module):
    """Tanh trunk; the last hidden layer is what `Mind.features` shows."""

    weights: list[Float[Array, "input output"]]
    biases: list[Float[Array, " output"]]
    policy: Float[Array, "hidden action"]
    value: Float[Array, " hidden"]
    value_bias: Float[Array, ""]

    def __init__(self, inputs: int, actions: int, *, width: int, depth: int, key: PRNGKeyArray) -> None:
        *keys, policy_key, value_key = jax.random.split(key, depth + 2)
        sizes = [inputs] + [width] * depth
        orthogonal = jax.nn.initializers.orthogonal
        self.weights = [
            orthogonal(2**0.5)(k, (rows, columns))
            for k, rows, columns in zip(keys, sizes[:-1], sizes[1:], strict=True)
        ]
        self.biases = [jnp.zeros(columns) for columns in sizes[1:]]
        # A nearly uniform first policy: see Andrychowicz et al. 2020, "What matters in on-policy RL", choice 3.2.
        self.policy = orthogonal(0.01)(policy_key, (width, actions))
        self.value = orthogonal(1.0)(value_key, (width, 1))[:, 0]
        self.value_bias = jnp.zeros(())

    def __call__(
        self, inputs: Float[Array, "*batch input"]
    ) -> tuple[Float[Array, "*batch hidden"], Float[Array, "*batch action"], Float[Array, "*batch"]]:
        """Features, action log-probabilities and value."""
        hidden = inputs
        for weight, bias in zip(self.weights, self.biases, strict=True):
            hidden = jnp.tanh(hidden @ weight + bias)
        return hidden, jax.nn.log_softmax(hidden @ self.policy), hidden @ self.value + self.value_bias
