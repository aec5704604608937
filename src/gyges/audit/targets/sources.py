"""Where a grader is written down: its file and line, and the project files that it reaches."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import textwrap
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


def called(functions: Iterable[Any]) -> list[Any]:
    """Functions of the same module that the functions call."""
    reached = [(one, other) for function in functions for one in _bodies(function) for other in _reached(one)]
    return [other for one, other in reached if getattr(other, "__module__", None) == one.__module__]


def _bodies(function: Any) -> list[Any]:
    if not inspect.isclass(function):
        return [function]
    return [held for held in vars(function).values() if inspect.isfunction(held)]


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
        waiting += _reached(thing)
    return tuple(found)


def _file(thing: Any, root: str) -> str | None:
    try:
        file = str(thing) if isinstance(thing, Path) else inspect.getsourcefile(thing)
    except (TypeError, OSError):
        return None
    if file is None or (isinstance(thing, ModuleType) and Path(file).name == "__init__.py"):
        return None
    path = Path(file).resolve()
    inside = path.is_relative_to(root) and "site-packages" not in path.relative_to(root).parts
    return str(path) if inside and path.is_file() else None


def _reached(thing: Any) -> Iterator[Any]:
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
    used = set(_names(thing.__code__)) - _annotations(thing)
    for name in sorted(used):
        held = space.get(name)
        if isinstance(held, ModuleType):
            # Of a module, what the code takes from it matters.
            yield held
            yield from (vars(held)[other] for other in sorted(used & set(vars(held))))
        elif callable(held):
            yield from bare_functions(held)
    for cell in thing.__closure__ or ():
        try:
            held = cell.cell_contents
        except ValueError:
            continue
        if callable(held):
            yield from bare_functions(held)
    yield from _imported(thing, used)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _annotations(function: Any) -> set[str]:
    """Names that a function's source has in annotations only: what an argument is, not what is done."""
    try:
        tree = ast.parse(textwrap.dedent(source_text(function)))
    except SyntaxError:
        return set()
    said: set[str] = set()
    for node in ast.walk(tree):
        hints = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        said |= {name.id for hint in hints if hint for name in ast.walk(hint) if isinstance(name, ast.Name)}
        for place in ("annotation", "returns"):
            if getattr(node, place, None) is not None:
                setattr(node, place, ast.Constant(None))
    return said - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _imported(function: Any, used: set[str]) -> Iterator[Path]:
    """Files that the function's file imports what it uses from: a constant does not say where it is from."""
    package = function.__globals__.get("__package__") or ""
    try:
        file = inspect.getsourcefile(function)
    except TypeError:
        return
    for bound, level, dotted in _imports(file or ""):
        if bound not in used:
            continue
        parents = package.split(".")[: len(package.split(".")) - level + 1] if level else []
        whole = ".".join([*parents, dotted] if dotted else parents)
        for name in (f"{whole}.{bound}", whole):
            module = sys.modules.get(name)
            place = getattr(module, "__file__", None) or _beside(file or "", level, dotted)
            if place and Path(place).name != "__init__.py":
                yield Path(place)
                break


@functools.lru_cache(maxsize=256)
def _imports(file: str) -> tuple[tuple[str, int, str], ...]:
    """(name, dots, module) of every `from module import name` in a file, wherever in it."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ()
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return tuple((alias.asname or alias.name, node.level, node.module or "") for node in found for alias in node.names)


def _beside(file: str, level: int, dotted: str) -> str:
    """The file of a module of the project that is not loaded yet, since it is imported when the function runs."""
    base = Path(file).parents[max(0, level - 1)]
    path = base.joinpath(*dotted.split(".")).with_suffix(".py") if dotted else None
    return str(path) if path is not None and path.is_file() else ""
