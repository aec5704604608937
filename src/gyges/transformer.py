"""A small decoder-only transformer (Radford et al. 2019), with a cache for writing token by token."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray


class Cache(NamedTuple):
    """Keys and values of the tokens read so far."""

    keys: Float[Array, "layer batch length width"]
    values: Float[Array, "layer batch length width"]
    read: Int[Array, ""]


class Block(eqx.Module):
    """Attention and a perceptron, each on the normalised residual stream."""

    attend: Float[Array, "width three_widths"]
    project: Float[Array, "width width"]
    up: Float[Array, "width inner"]
    down: Float[Array, "inner width"]
    attention_gain: Float[Array, " width"]
    perceptron_gain: Float[Array, " width"]


class Transformer(eqx.Module):
    """Tokens to a residual stream. What is read off it (a policy, a score) belongs to whoever uses it."""

    embedding: Float[Array, "token width"]
    positions: Float[Array, "length width"]
    blocks: Block
    """All layers, stacked along a leading axis."""
    gain: Float[Array, " width"]
    heads: int = eqx.field(static=True)

    def __init__(self, tokens: int, length: int, *, width: int, layers: int, heads: int, key: PRNGKeyArray) -> None:
        keys = jax.random.split(key, 6)

        def draw(key: PRNGKeyArray, *shape: int) -> Array:
            return jax.random.normal(key, shape)

        # Writes into the residual stream start small, as in GPT-2, section 2.3.
        small = (2 * layers) ** -0.5
        self.embedding = draw(keys[0], tokens, width) * 0.1
        self.positions = draw(keys[1], length, width) * 0.1
        self.blocks = Block(
            attend=draw(keys[2], layers, width, 3 * width) * width**-0.5,
            project=draw(keys[3], layers, width, width) * width**-0.5 * small,
            up=draw(keys[4], layers, width, 4 * width) * width**-0.5,
            down=draw(keys[5], layers, 4 * width, width) * (4 * width) ** -0.5 * small,
            attention_gain=jnp.ones((layers, width)),
            perceptron_gain=jnp.ones((layers, width)),
        )
        self.gain = jnp.ones(width)
        self.heads = heads

    def __call__(
        self, tokens: Int[Array, "batch length"]
    ) -> tuple[Float[Array, "batch length width"], Float[Array, "batch length width"]]:
        """The residual stream after the last layer (normalised) and halfway up (not)."""
        last, middle, _ = self.read(tokens)
        return last, middle

    def read(self, tokens: Int[Array, "batch length"]) -> tuple[Array, Array, tuple[Array, Array]]:
        """The streams, and the keys and values of all layers, for a cache."""
        length = tokens.shape[1]
        seen = jnp.tril(jnp.ones((length, length), bool))
        stream = self.embedding[tokens] + self.positions[:length]
        streams, kept = [stream], []
        for layer in range(self.layers):
            block = jax.tree.map(lambda leaf, layer=layer: leaf[layer], self.blocks)
            query, key, value = jnp.split(_normal(stream, block.attention_gain) @ block.attend, 3, -1)
            stream = stream + self._attend(query, key, value, seen) @ block.project
            stream = stream + jax.nn.gelu(_normal(stream, block.perceptron_gain) @ block.up) @ block.down
            streams.append(stream)
            kept.append((key, value))
        keys, values = (jnp.stack(parts) for parts in zip(*kept, strict=True))
        return _normal(stream, self.gain), streams[(self.layers + 1) // 2], (keys, values)

    @property
    def layers(self) -> int:
        return int(self.blocks.project.shape[0])

    def prefill(self, tokens: Int[Array, "batch prompt"], length: int) -> Cache:
        """A cache that has read a prompt, with room for texts of `length`."""
        _, _, (keys, values) = self.read(tokens)
        room = ((0, 0), (0, 0), (0, length - tokens.shape[1]), (0, 0))
        return Cache(jnp.pad(keys, room), jnp.pad(values, room), jnp.asarray(tokens.shape[1]))

    def append(self, cache: Cache, token: Int[Array, " batch"]) -> tuple[Array, Array, Cache]:
        """Reads one more token: the streams there, `[batch, width]`, and the cache."""
        length = cache.keys.shape[2]
        seen = (jnp.arange(length) <= cache.read)[None]
        stream = self.embedding[token] + self.positions[cache.read]
        keys, values, middle = cache.keys, cache.values, stream
        for layer in range(self.layers):
            block = jax.tree.map(lambda leaf, layer=layer: leaf[layer], self.blocks)
            query, key, value = jnp.split(_normal(stream, block.attention_gain) @ block.attend, 3, -1)
            keys = jax.lax.dynamic_update_slice(keys, key[None, :, None], (layer, 0, cache.read, 0))
            values = jax.lax.dynamic_update_slice(values, value[None, :, None], (layer, 0, cache.read, 0))
            read = self._attend(query[:, None], keys[layer], values[layer], seen)[:, 0]
            stream = stream + read @ block.project
            stream = stream + jax.nn.gelu(_normal(stream, block.perceptron_gain) @ block.up) @ block.down
            if layer + 1 == (self.layers + 1) // 2:
                middle = stream
        return _normal(stream, self.gain), middle, Cache(keys, values, cache.read + 1)

    def _attend(self, query: Array, key: Array, value: Array, seen: Array) -> Array:
        *batch, width = query.shape
        parts = width // self.heads
        query, key, value = (
            leaf.reshape(leaf.shape[0], leaf.shape[1], self.heads, parts) for leaf in (query, key, value)
        )
        scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) * parts**-0.5
        weights = jax.nn.softmax(jnp.where(seen, scores, -1e9), -1)
        return jnp.einsum("bhqk,bkhd->bqhd", weights, value).reshape(*batch, width)


def _normal(stream: Array, gain: Array) -> Array:
    """Root mean square normalisation (Zhang and Sennrich 2019)."""
    return stream * jax.lax.rsqrt(jnp.square(stream).mean(-1, keepdims=True) + 1e-6) * gain
