"""The cases that a task's tests show, as far as they can be read: what is passed, and what is expected."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gyges.audit.attacks.programs_shape import SCRIPT, Shape
from gyges.audit.records import Task

_TESTS = re.compile(r"test|case|example|sample|input|check|assert|spec", re.IGNORECASE)
_PRIVATE = ("hidden", "private", "held", "secret", "heldout")
_GIVEN = ("input", "inputs", "stdin", "args", "arguments")
_WANTED = ("output", "outputs", "stdout", "expected", "expected_output", "want", "result", "answer")


@dataclass(frozen=True)
class Example:
    """One visible case: for a function the tuple of its arguments and its result, for a script two texts."""

    given: Any
    wanted: Any


def examples_of(task: Task, shape: Shape) -> tuple[Example, ...]:
    """The cases in the task's columns that are not named as hidden, in their order, each once."""
    found: dict[str, Example] = {}
    # These two have a column each, where others hold whole cases.
    for example in _read({name: task.columns[name] for name in ("inputs", "outputs") if name in task.columns}, shape):
        found.setdefault(repr(example.given), example)
    for name, value in task.columns.items():
        if name in ("prompt", "inputs", "outputs", task.answer_column) or not _TESTS.search(name):
            continue
        if any(word in name.lower() for word in _PRIVATE):
            continue
        for example in _read(value, shape):
            found.setdefault(repr(example.given), example)
    return tuple(found.values())


def same(one: Any, other: Any) -> bool:
    """Whether two results are equal and of one type."""
    return type(one) is type(other) and bool(one == other)


def is_literal(source: str) -> bool:
    """Whether `source` can be written into a program as it stands (`nan` cannot)."""
    try:
        ast.literal_eval(source)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _read(value: Any, shape: Shape) -> Iterator[Example]:
    if isinstance(value, str):
        if value.lstrip()[:1] in "[{":
            try:
                yield from _read(json.loads(value), shape)
            except ValueError:
                yield from _asserted(value, shape)
        else:
            yield from _asserted(value, shape)
    elif isinstance(value, Mapping):
        given, wanted = _pick(value, _GIVEN), _pick(value, _WANTED)
        if given is None or wanted is None:
            return
        if "inputs" in value and isinstance(given, list) and isinstance(wanted, list):
            for one, other in zip(given, wanted, strict=False):
                yield from _pair(one, other, shape)
        else:
            yield from _pair(given, wanted, shape)
    elif isinstance(value, Sequence):
        for item in value:
            if isinstance(item, Sequence) and not isinstance(item, str) and len(item) == 2:
                yield from _pair(item[0], item[1], shape)
            elif isinstance(item, str | Mapping):
                yield from _read(item, shape)


def _pick(row: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((row[name] for name in names if name in row), None)


def _pair(given: Any, wanted: Any, shape: Shape) -> Iterator[Example]:
    if shape.kind == SCRIPT:
        texts = ["\n".join(map(str, side)) if isinstance(side, list) else side for side in (given, wanted)]
        if all(isinstance(text, str) for text in texts):
            yield Example(*texts)
    elif isinstance(given, list) and (len(given) == len(shape.parameters) or len(shape.parameters) != 1):
        yield Example(tuple(given), wanted)
    else:
        yield Example((given,), wanted)


def _asserted(source: str, shape: Shape) -> Iterator[Example]:
    """Cases of `assert f(...) == x` and of its usual spellings, `unittest` included."""
    if shape.kind == SCRIPT or "assert" not in source:
        return
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    names = {shape.entry, "candidate"}
    for node in ast.walk(tree):
        for call, wanted in _claims(node):
            if _name(call.func) in names and not call.keywords:
                try:
                    yield Example(tuple(ast.literal_eval(item) for item in call.args), ast.literal_eval(wanted))
                except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                    continue


def _claims(node: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    if isinstance(node, ast.Assert):
        yield from _said(node.test)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assert"):
        if node.func.attr in ("assertTrue", "assertFalse") and node.args and isinstance(node.args[0], ast.Call):
            yield node.args[0], ast.Constant(node.func.attr == "assertTrue")
        elif len(node.args) >= 2:
            yield from _either(node.args[0], node.args[1])


def _said(test: ast.expr) -> Iterator[tuple[ast.Call, ast.expr]]:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(test.ops[0], ast.Eq | ast.Is):
            yield from _either(left, right)
        elif isinstance(left, ast.Call) and _name(left.func) == "abs" and len(left.args) == 1:
            gap = left.args[0]
            if isinstance(gap, ast.BinOp) and isinstance(gap.op, ast.Sub):
                yield from _either(gap.left, gap.right)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Call):
        yield test.operand, ast.Constant(False)
    elif isinstance(test, ast.Call):
        if _name(test.func) in ("isclose", "allclose", "approx") and len(test.args) >= 2:
            yield from _either(test.args[0], test.args[1])
        else:
            yield test, ast.Constant(True)


def _either(left: ast.expr, right: ast.expr) -> Iterator[tuple[ast.Call, ast.expr]]:
    for call, wanted in ((left, right), (right, left)):
        if isinstance(call, ast.Call):
            yield call, wanted


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""
