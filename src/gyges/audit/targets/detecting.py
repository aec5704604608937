"""Says which protocol a thing follows, or what is unclear about it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from gyges.audit.targets.base import Target, TargetError
from gyges.audit.targets.importing import listed
from gyges.audit.targets.signatures import parameters
from gyges.registry import found_in

SURE = 0.5
"""How sure a protocol has to be of a thing that the user did not name."""


def protocols() -> dict[str, type[Target]]:
    """All adapters, by the name that `--protocol` gives them."""
    return {kind.protocol: kind for kind in found_in("audit.targets", Target).values()}


def named(protocol: str) -> type[Target]:
    """The adapter that `--protocol` names."""
    known = protocols()
    if protocol not in known:
        raise TargetError(f"no protocol is called {protocol!r}. Known: {', '.join(known)}.")
    return known[protocol]


def certainty(spec: str, thing: Any) -> dict[str, float]:
    """How sure each protocol is of a thing, the surest first; those that are not at all are left out."""
    scores = {name: kind.recognises(spec, thing) for name, kind in protocols().items()}
    return dict(sorted(((name, score) for name, score in scores.items() if score > 0), key=lambda one: -one[1]))


def detect(spec: str, thing: Any) -> type[Target] | None:
    """The protocol of a thing, None if no protocol knows it. Raises `TargetError` if several fit equally well."""
    scores = certainty(spec, thing)
    if not scores:
        return None
    best, *rest = scores.values()
    first = [name for name, score in scores.items() if score == best]
    if rest and rest[0] == best:
        raise TargetError(
            f"{spec} fits {' and '.join(first)} equally well: {described(thing)}. Say --protocol NAME: "
            f"{conventions(only=first)}"
        )
    return protocols()[first[0]]


def unknown(spec: str, thing: Any) -> TargetError:
    """The error for a thing that no protocol knows."""
    return TargetError(
        f"{spec} follows no protocol that is known: {described(thing)}. Wanted is one of these; if it is one of them "
        f"under other names, say --protocol NAME: {conventions()}"
    )


def conventions(only: list[str] | None = None) -> str:
    """Protocols with their calling conventions, one a line."""
    lines = [f"  {name}: {kind.about}" for name, kind in sorted(protocols().items()) if only is None or name in only]
    return "\n" + "\n".join(lines)


def described(thing: Any) -> str:
    """What came, with its signature where it has one."""
    if thing is None:
        return "it names no Python object"
    if inspect.isclass(thing):
        return f"it is the class {thing.__name__}({', '.join(base.__name__ for base in thing.__bases__)})"
    found = parameters(thing)
    if found is None:
        return f"it is {type(thing).__name__}, which cannot be called"
    name = getattr(thing, "__name__", type(thing).__name__)
    return f"its signature is {name}{found.text}"


def only_one(spec: str, module: ModuleType) -> str:
    """The name of the one grader that a module defines; raises `TargetError` if there is not exactly one."""
    fitting: dict[str, float] = {}
    for name, thing in vars(module).items():
        here = getattr(thing, "__module__", None) == module.__name__
        if name.startswith("_") or not here or not callable(thing):
            continue
        sure = max(certainty(spec, thing).values(), default=0.0)
        if sure >= SURE:
            fitting[name] = sure
    if len(fitting) == 1:
        return next(iter(fitting))
    if fitting:
        raise TargetError(
            f"{spec} has several graders: {listed(list(fitting))}. Say which: {spec}:{next(iter(fitting))}"
        )
    mine = [
        name
        for name, thing in vars(module).items()
        if callable(thing) and not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    ]
    raise TargetError(
        f"{spec} has nothing that is certainly a grader (it has {listed(mine)}). Say which: {spec}:NAME, and "
        f"--protocol NAME if need be: {conventions()}"
    )


def split_protocol(spec: str, known: Mapping[str, type[Target]]) -> tuple[str, str]:
    """`program:module:function` -> (`program`, `module:function`); ("", spec) if it names no protocol."""
    first, colon, rest = spec.partition(":")
    if not colon or first not in known:
        return "", spec
    # `trl:accuracy_reward` is a module and a name in it.
    places = ":" in rest or ".py" in rest or not known[first].imports
    return (first, rest) if places else ("", spec)
