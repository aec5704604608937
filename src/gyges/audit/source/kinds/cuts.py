"""Slices, splits, and the choice of the first or the last of several."""

import ast
from collections.abc import Iterator

from gyges.audit.source.facts import Fact
from gyges.audit.source.kinds.literals import fact
from gyges.audit.source.reach import Unit
from gyges.audit.source.scope import MISSING, Scope

_SPLITS = frozenset({"split", "rsplit", "partition", "rpartition", "splitlines"})
_FINDS = frozenset({"findall", "finditer", "scanString"})


def read(unit: Unit) -> Iterator[tuple[str, Fact]]:
    chosen: set[int] = set()
    for node in unit.nodes():
        if isinstance(node, ast.Subscript):
            yield from _subscript(unit, node, chosen)
        elif isinstance(node, ast.Compare):
            yield from _letters(unit, node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            # `_, _, tail = text.rpartition("####")`: which part is used cannot be told, so both ends are tried.
            for found in _separators(node.value, unit.scope):
                yield "splits", fact(unit, node, (found, 0))
                yield "splits", fact(unit, node, (found, -1))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop":
            index = unit.scope.value(node.args[0]) if node.args else -1
            yield from _choice(unit, node, node.func.value, index)


def _subscript(unit: Unit, node: ast.Subscript, chosen: set[int]) -> Iterator[tuple[str, Fact]]:
    if isinstance(node.slice, ast.Slice):
        start = None if node.slice.lower is None else unit.scope.value(node.slice.lower)
        stop = None if node.slice.upper is None else unit.scope.value(node.slice.upper)
        if MISSING not in (start, stop) and (start, stop) != (None, None):
            yield "slices", fact(unit, node, (start, stop))
        return
    index = unit.scope.value(node.slice)
    yield from _choice(unit, node, node.value, index)


def _choice(unit: Unit, node: ast.expr, source: ast.expr, index: object) -> Iterator[tuple[str, Fact]]:
    if not isinstance(index, int) or isinstance(index, bool):
        return
    for separator in _separators(source, unit.scope):
        yield "splits", fact(unit, node, (separator, index))
    if _matches(source, unit.scope):
        yield "splits", fact(unit, node, (None, index))


def _letters(unit: Unit, node: ast.Compare) -> Iterator[tuple[str, Fact]]:
    """`answer[0] == gold[0]` compares one letter, which is a slice of one."""
    for side in (node.left, *node.comparators):
        if isinstance(side, ast.Subscript) and not isinstance(side.slice, ast.Slice):
            index = unit.scope.value(side.slice)
            source, place = unit.scope.settle(side.value)
            is_list = bool(_separators(source, place)) or _matches(source, place)
            if isinstance(index, int) and not isinstance(index, bool) and index in (0, -1) and not is_list:
                yield "slices", fact(unit, side, (index, index + 1 or None))


def _separators(node: ast.expr, scope: Scope) -> list[str]:
    """What the text may have been split at, if `node` is what a split gave; white space is " "."""
    settled, place = scope.settle(node)
    if isinstance(settled, ast.Call) and isinstance(settled.func, ast.Attribute) and settled.func.attr in _SPLITS:
        if settled.func.attr == "splitlines":
            return ["\n"]
        if not settled.args:
            return [" "]
        return [each for each in place.options(settled.args[0]) if isinstance(each, str) and each]
    if isinstance(settled, ast.ListComp):
        return _separators(settled.generators[0].iter, place)
    return []


def _matches(node: ast.expr, scope: Scope) -> bool:
    """Whether `node` holds all matches of a pattern."""
    settled, place = scope.settle(node)
    if isinstance(settled, ast.Call):
        if isinstance(settled.func, ast.Attribute) and settled.func.attr in _FINDS:
            return True
        name = settled.func.id if isinstance(settled.func, ast.Name) else ""
        return name in ("list", "tuple", "sorted") and bool(settled.args) and _matches(settled.args[0], place)
    if isinstance(settled, ast.ListComp):
        return _matches(settled.generators[0].iter, place)
    return False
