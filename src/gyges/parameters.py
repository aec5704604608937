"""Builds environments, rewards and agents from names and numbers."""

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

from gyges.faults import Fault, unknown

Module = TypeVar("Module", bound=eqx.Module)


def traced(module: Module) -> Module:
    """`module` with its numbers as arrays, so that designs that differ in numbers share compiled code.

    An array that was made of a Python number is weakly typed, and would be compiled for once more.
    """

    def trace(leaf: Any) -> Any:
        if isinstance(leaf, bool | int | float):
            return jnp.asarray(leaf, jnp.float32)
        return leaf.astype(leaf.dtype) if getattr(leaf, "weak_type", False) else leaf

    module_with_arrays: Module = jax.tree.map(trace, module)
    return module_with_arrays


def with_parameters(module: Module, parameters: dict[str, Any]) -> Module:
    """`module` with fields replaced; a dotted name reaches into a field's own fields.

    Raises `Fault` for a field that does not exist or a value that is not a number or a list of numbers.
    """
    for name, value in parameters.items():
        module = _with(module, name, value, type(module).__name__)
    return traced(module)


def _with(module: Module, name: str, value: Any, owner: str) -> Module:
    head, _, rest = name.partition(".")
    known = [field.name for field in fields(module)] if is_dataclass(module) else []
    if head not in known:
        raise unknown(f"parameter of {owner}", head, known)
    old = getattr(module, head)
    if rest:
        new = _with(old, rest, value, f"{owner}.{head}")
    else:
        try:
            new = jnp.asarray(value, jnp.float32)
        except (TypeError, ValueError) as error:
            raise Fault(
                f"parameter `{name}` of {owner} is {value!r}; a number or a list of numbers is wanted"
            ) from error
        if new.shape != jnp.shape(old):
            raise Fault(f"parameter `{name}` of {owner} has shape {new.shape}; {jnp.shape(old)} is wanted")
    changed: Module = eqx.tree_at(lambda m: getattr(m, head), module, new)
    return changed
