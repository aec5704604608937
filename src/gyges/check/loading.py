"""Finds what a check is about, and makes one of it."""

import inspect
import typing
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from gyges.check.findings import CheckReport
from gyges.check.trials import legal_trajectory
from gyges.environments.arithmetic import Arithmetic
from gyges.environments.base import Environment
from gyges.environments.vault import Vault
from gyges.faults import Fault, unknown
from gyges.parameters import traced
from gyges.registry import find, found_in, is_file_name, load_file
from gyges.rewards.base import HostReward, Reward, pay

Checkable = type[Reward] | type[HostReward] | type[Environment[Any]]
SIZE = 8
"""Length along each axis of an array that is made up for a parameter without a default."""


def load(spec: str) -> Checkable:
    """The class that `spec` names; raises `Fault` if there is none or it cannot be instantiated."""
    if is_file_name(spec):
        thing: Checkable = find("rewards", (Reward, HostReward, Environment), spec)
        return thing
    rewards, worlds = found_in("rewards", (Reward, HostReward)), found_in("environments", Environment)
    for known in (rewards, worlds):
        if spec in known:
            found: Checkable = known[spec]
            return found
    raise unknown("reward or environment", spec, [*rewards, *worlds], see="gyges list")


def neighbours(spec: str) -> list[type[Environment[Any]]]:
    """Environments that are defined in the file of `spec`."""
    if not is_file_name(spec):
        return []
    module = load_file(Path(spec.rpartition(":")[0]))
    return [
        thing
        for thing in vars(module).values()
        if inspect.isclass(thing)
        and issubclass(thing, Environment)
        and thing.__module__ == module.__name__
        and not inspect.isabstract(thing)
    ]


def world_for(spec: str) -> Environment[Any]:
    """Where a reward is tried: an environment of its own file, else the vault, else arithmetic if only text will do."""
    own = neighbours(spec)
    if own:
        world: Environment[Any] = traced(own[0]())
        return world
    vault, text = traced(Vault()), traced(Arithmetic())
    thing = load(spec)
    return text if not _pays(thing, vault) and _pays(thing, text) else vault


def _pays(thing: Any, world: Environment[Any]) -> bool:
    """Whether a reward has what it needs there; nothing is computed for it."""

    def pays(key: PRNGKeyArray) -> Any:
        return pay(thing.create(key, world), legal_trajectory(world, 0))

    try:
        eqx.filter_eval_shape(pays, jax.random.key(0))
    except Exception:
        return False
    return True


def make(report: CheckReport, kind: type[Reward], key: PRNGKeyArray, environment: Environment[Any]) -> Reward | None:
    """A reward as training would make it, with data made up for what has no default."""
    made_up = {}
    for name, parameter in inspect.signature(kind.__init__).parameters.items():
        annotation = kind.__annotations__.get(name)
        overridden = getattr(kind.create, "__func__", None) is not getattr(Reward.create, "__func__", None)
        if name != "self" and parameter.default is parameter.empty and not overridden:
            made_up[name] = jnp.ones(_shape(annotation))
    try:
        reward: Reward = traced(kind.create(key, environment, **made_up))
    except Exception as error:
        cause = error.message if isinstance(error, Fault) else f"{type(error).__name__}: {error}"
        report.failed(f"`create` does not make it: {cause}; give its fields defaults, or override `create`")
        return None
    if any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(reward)):
        report.failed("`create` keeps a traced value; compute it from the arguments instead")
        return None
    told = "".join(f"; `{name}` has no default and was made up: ones {value.shape}" for name, value in made_up.items())
    report.passed(f"loads and is made by `create`{told}")
    return reward


def _shape(annotation: Any) -> tuple[int, ...]:
    for part in (annotation, *typing.get_args(annotation)):
        if dims := getattr(part, "dim_str", ""):
            return (SIZE,) * len(dims.split())
    return ()
