"""Arithmetic puzzles: numbers that are given, and an expression that has to make something of them."""

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gyges.audit.attacks.base import Case

_SHAPE = re.compile(r"[\d\s+\-*/()×÷x·.]{3,200}")
_ALL = re.compile(r"\ball\b|\bevery\b|exactly once|each of|each number (?:exactly )?once", re.IGNORECASE)
_Operators = dict[type[ast.operator], Callable[[Any, Any], Any]]
_OPERATORS: _Operators = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
MOST = 12
"""More numbers than this are no such puzzle."""


@dataclass(frozen=True)
class Puzzle:
    """Numbers, and the value that an expression of them has to have."""

    numbers: tuple[int, ...]
    target: Fraction
    expression: str
    """The reference, as Python writes it."""
    everything: bool | None
    """Whether all numbers have to be used; None if the prompt leaves that open."""

    def solved_by(self, text: str) -> bool:
        """Whether `text` may be a solution: the value is right, and no number is used more often than it was given."""
        used = Counter(int(number) for number in re.findall(r"\d+", text))
        fits = not used - Counter(self.numbers) and (self.everything is not True or used == Counter(self.numbers))
        return fits and value(text) == self.target


def puzzle(case: Case) -> Puzzle | None:
    """The arithmetic puzzle that the task is; None if it is none."""
    text = plain(case.reference)
    if not _SHAPE.fullmatch(case.reference.strip()) or not re.search(r"\d\s*[-+*/]\s*[\d(]", text):
        return None
    target = value(text)
    used = tuple(int(number) for number in re.findall(r"\d+", text))
    if target is None or "." in text or not 2 <= len(used) <= MOST:
        return None
    given = next((one for one in _given(case) if not Counter(used) - Counter(one)), None)
    if given is None:
        return None
    everything = False if len(used) < len(given) else True if _ALL.search(case.task.text) else None
    return Puzzle(given, target, text, everything)


def plain(text: str) -> str:
    """An expression with Python's own operators."""
    text = text.strip().split("=")[0].strip()
    return re.sub(r"(?<=[\d)\s])x(?=[\d(\s])", "*", text).replace("×", "*").replace("·", "*").replace("÷", "/")


def value(text: str) -> Fraction | None:
    """The exact value of an arithmetic expression; None if it has none."""
    return _value(text, _OPERATORS)


def floor_value(text: str) -> Fraction | None:
    """The value of an expression that may divide with //."""
    return _value(text, _OPERATORS | {ast.FloorDiv: operator.floordiv})


def _value(text: str, operators: _Operators) -> Fraction | None:
    try:
        return _evaluate(ast.parse(text, mode="eval").body, operators)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return None


def _evaluate(node: ast.expr, operators: _Operators) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return Fraction(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, operators)
    if isinstance(node, ast.BinOp) and type(node.op) in operators:
        left, right = _evaluate(node.left, operators), _evaluate(node.right, operators)
        return Fraction(operators[type(node.op)](left, right))
    raise ValueError("no plain arithmetic")


def _given(case: Case) -> Iterator[tuple[int, ...]]:
    """Lists of whole numbers that the columns hold or the prompt shows."""
    for found in _sequences(case.task.columns):
        if 2 <= len(found) <= MOST and all(_whole(one) for one in found):
            yield tuple(int(one) for one in found)
    for run in re.findall(r"\d+(?:(?:,\s*|\s+and\s+|,\s+and\s+|\s+)\d+)+", case.task.text):
        numbers = tuple(int(number) for number in re.findall(r"\d+", run))
        if len(numbers) <= MOST:
            yield numbers


def _whole(one: Any) -> bool:
    return (isinstance(one, int) and not isinstance(one, bool)) or (isinstance(one, float) and one.is_integer())


def _sequences(thing: Any, depth: int = 0) -> Iterator[list[Any]]:
    if isinstance(thing, Mapping) and depth < 4:
        for inner in thing.values():
            yield from _sequences(inner, depth + 1)
    elif isinstance(thing, list | tuple):
        yield list(thing)
