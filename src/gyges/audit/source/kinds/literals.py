"""Literal strings and numbers that something is compared with, and constant scores."""

import ast
from collections.abc import Iterator
from typing import Any

from gyges.audit.source.facts import Fact
from gyges.audit.source.reach import Unit
from gyges.audit.source.scope import HOLE, MISSING

_TEXT_METHODS = frozenset({"startswith", "endswith", "find", "rfind", "index", "count", "removeprefix", "removesuffix"})


def read(unit: Unit) -> Iterator[tuple[str, Fact]]:
    for node in unit.nodes():
        yield from _compared(unit, node)
        yield from _paid(unit, node)


def _compared(unit: Unit, node: ast.AST) -> Iterator[tuple[str, Fact]]:
    operands: list[ast.expr] = []
    if isinstance(node, ast.Compare) and not isinstance(node.ops[0], (ast.Is, ast.IsNot)):
        operands = [node.left, *node.comparators]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
        operands = node.args[:1]
    elif isinstance(node, (ast.For, ast.comprehension)):
        operands = [node.iter]
        if isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Attribute):
            operands = [node.iter.func.value]
    elif isinstance(node, ast.MatchValue):
        operands = [node.value]
    for operand in operands:
        at = node if hasattr(node, "lineno") else operand
        value = unit.scope.value(operand)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and one and HOLE not in one:
                yield "strings", fact(unit, at, one)
            elif _is_number(one) and isinstance(node, ast.Compare):
                yield "numbers", fact(unit, at, one)


def _paid(unit: Unit, node: ast.AST) -> Iterator[tuple[str, Fact]]:
    values: list[ast.expr | None] = []
    if isinstance(node, ast.Return):
        values = [node.value]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        values = list(node.args[:1])
    elif isinstance(node, ast.ListComp):
        values = [node.elt]
    for value in values:
        for leaf in _leaves(value):
            known = unit.scope.value(leaf)
            if _is_number(known) or isinstance(known, bool):
                yield "returns", fact(unit, leaf, float(known))


def _leaves(node: ast.expr | None) -> Iterator[ast.expr]:
    """The expressions that a returned one may come to: both arms of a choice, the values of a dict."""
    if isinstance(node, ast.IfExp):
        yield from _leaves(node.body)
        yield from _leaves(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _leaves(value)
    elif isinstance(node, (ast.Tuple, ast.List)):
        for value in node.elts:
            yield from _leaves(value)
    elif node is not None:
        yield node


def _is_number(value: Any) -> bool:
    return value is not MISSING and isinstance(value, (int, float)) and not isinstance(value, bool)


def fact(unit: Unit, node: ast.AST, value: object) -> Fact:
    """A fact with its place and its code."""
    code = ast.unparse(node) if isinstance(node, (ast.expr, ast.stmt)) else ""
    return Fact(value, unit.line(node), shortened(code))


def shortened(code: str) -> str:
    """Code for a report: at most 200 characters."""
    return code if len(code) <= 200 else code[:197] + "..."
