"""Where a grader is written down: its file and line, and the project files that it reaches."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

MOST = 40
"""Files beyond which a grader's project is not read any further."""


def bare_functions(thing: Any) -> list[Any]:
    """The Python functions and classes behind a callable: decorators, partials and bound methods taken off."""
    while True:
        if isinstance(thing, functools.partial):
            thing = thing.func
        elif inspect.ismethod(thing):
            thing = thing.__func__
        elif hasattr(thing, "__wrapped__"):
            thing = thing.__wrapped__
        else:
            break
    if inspect.isfunction(thing) or inspect.isclass(thing):
        return [thing]
    return [type(thing)] if callable(thing) and not inspect.isbuiltin(thing) else []


def definition(functions: Iterable[Any]) -> tuple[str, int]:
    """File and line of the first function that has any; ("", 0) if none has."""
    for function in functions:
        try:
            file = inspect.getsourcefile(function)
            if file is None:
                continue
            code = getattr(function, "__code__", None)
            line = code.co_firstlineno if code is not None else inspect.getsourcelines(function)[1]
        except (OSError, TypeError):
            continue
        return str(Path(file).resolve()), line
    return "", 0


def source_text(function: Any) -> str:
    """The source of a function or class; empty if it cannot be had."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


def files(functions: Iterable[Any], root: str) -> tuple[str, ...]:
    """Files that hold the functions and what they call, as far as these lie below `root`; the grader's own first.

    What is reached is read off the names that the code uses, so that a large project contributes little.
    """
    if not root:
        return ()
    found: dict[str, None] = {}
    seen: set[int] = set()
    waiting = list(functions)
    while waiting and len(found) < MOST:
        thing = waiting.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        file = _file(thing, root)
        if file is None:
            continue
        found[file] = None
        waiting += _reached(thing, root)
    return tuple(found)


def _file(thing: Any, root: str) -> str | None:
    if isinstance(thing, Path):
        return str(thing)
    try:
        file = inspect.getsourcefile(thing)
    except (TypeError, OSError):
        return None
    if file is None:
        return None
    path = Path(file).resolve()
    inside = path.is_relative_to(root) and "site-packages" not in path.relative_to(root).parts
    return str(path) if inside and path.is_file() else None


def _reached(thing: Any, root: str) -> Iterator[Any]:
    if inspect.isclass(thing):
        for kind in thing.__mro__:
            for member in vars(kind).values():
                plain = getattr(member, "__func__", member)
                if inspect.isfunction(plain):
                    yield plain
        return
    if not inspect.isfunction(thing):
        return
    space = thing.__globals__
    for name in _names(thing.__code__):
        held = space.get(name)
        if held is None:
            yield from _lazily(name, space, root)
        elif isinstance(held, ModuleType):
            # Of a module, only what the code takes from it matters; its file holds that.
            yield held
            yield from (vars(held)[other] for other in _names(thing.__code__) if other in vars(held))
        else:
            yield from bare_functions(held) if callable(held) else ()
    for cell in thing.__closure__ or ():
        try:
            held = cell.cell_contents
        except ValueError:
            continue
        if callable(held):
            yield from bare_functions(held)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _lazily(name: str, space: dict[str, Any], root: str) -> Iterator[Any]:
    """Modules of the project that are imported inside a function: loaded ones, and files where they ought to be."""
    package = space.get("__package__") or ""
    for dotted in dict.fromkeys((f"{package}.{name}" if package else name, name)):
        module = sys.modules.get(dotted)
        if isinstance(module, ModuleType):
            yield module
            return
        # `root` is the top package's own folder for an installed one, and the folder that holds the modules otherwise.
        for base in (Path(root), Path(root).parent):
            path = base.joinpath(*dotted.split(".")).with_suffix(".py")
            if path.is_file() and path.is_relative_to(root):
                yield path
                return
