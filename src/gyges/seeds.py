"""How the seeds of one design share a compiled call."""

from collections.abc import Callable
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

T = TypeVar("T")


def over_seeds(module: T, seeds: int) -> T:
    """Copies every array of `module` along a new leading axis."""
    copied: T = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (seeds, *jnp.shape(leaf))), module)
    return copied


def one_seed(module: T, index: int) -> T:
    """The part of `module` that belongs to one seed."""
    part: T = jax.tree.map(lambda leaf: leaf[index] if eqx.is_array(leaf) else leaf, module)
    return part


def map_seeds(function: Callable[..., T], *arguments: Any) -> T:
    """Applies `function` to each seed of arguments that have a leading seed axis, in one compiled call.

    On an accelerator that is a `vmap`. On a CPU, where one seed's batch already fills a core, the seeds
    run one after the other inside the call: 0.72 against 0.44 million steps per second and core on the
    vault, since a batched product of small matrices is slow and eight batches do not fit its cache.
    """
    arrays, rest = eqx.partition(arguments, eqx.is_array)
    static: list[Any] = []

    def one(slices: Any) -> Any:
        result, other = eqx.partition(function(*eqx.combine(slices, rest)), eqx.is_array)
        static.append(other)
        return result

    mapped = jax.lax.map(one, arrays) if jax.default_backend() == "cpu" else jax.vmap(one)(arrays)
    together: T = eqx.combine(mapped, static[0])
    return together
