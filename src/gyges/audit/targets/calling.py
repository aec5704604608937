"""Calls a grader as its library would: with the values that its parameters name, awaiting it if it is async."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from gyges.audit.targets.base import TargetError
from gyges.audit.targets.signatures import Parameters, parameters


class Caller:
    """Calls functions on one event loop, so that what an async grader keeps between calls stays usable."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def __call__(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """The result of the call, awaited."""
        return self.settled(function(*args, **kwargs))

    def settled(self, result: Any) -> Any:
        """`result`, awaited if it is awaitable."""
        if not inspect.isawaitable(result):
            return result
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(_awaited(result))


async def _awaited(result: Any) -> Any:
    return await result


def arranged(found: Parameters, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Values by parameter as positional and named arguments."""
    named = dict(values)
    placed = [named.pop(name) for name in found.names if name in found.positional and name in named]
    return placed, named


def bound(thing: Any, given: Mapping[str, Any]) -> Any:
    """`thing` with the values given for some of its parameters; raises `TargetError` for names it does not have."""
    if not given:
        return thing
    found = parameters(thing)
    if found is not None and not found.open:
        unknown = sorted(set(given) - set(found.names))
        if unknown:
            takes = ", ".join(found.names) or "nothing"
            raise TargetError(
                f"the grader has no parameter {unknown[0]!r} to give --option {unknown[0]}=… to; it takes {takes}"
            )
    return functools.partial(thing, **given)


def own_options(
    options: Mapping[str, Any], own: Mapping[str, str], thing: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `--option` gave, as (the protocol's own, the grader's).

    A parameter of the grader that has the name of one of the protocol's options keeps it for itself.
    """
    given = dict(options.get("bind") or {})
    found = parameters(thing)
    taken = set(found.names) if found is not None else set()
    mine = {name: given.pop(name) for name in list(given) if name in own and name not in taken}
    for name in own:
        if name in options and name not in mine:
            mine[name] = options[name]
    return mine, given
