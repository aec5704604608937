"""Measures that grow with a completion, and the bounds on them."""

import ast
from collections.abc import Iterator

from gyges.audit.source.facts import Fact
from gyges.audit.source.kinds.literals import fact
from gyges.audit.source.reach import Unit
from gyges.audit.source.scope import Scope, dotted_name

_SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read(unit: Unit) -> Iterator[tuple[str, Fact]]:
    for node in unit.nodes():
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            sign = _SIGNS.get(type(node.ops[0]))
            for measured, bound, mirrored in (
                (node.left, node.comparators[0], False),
                (node.comparators[0], node.left, True),
            ):
                what = _measure(measured, unit.scope)
                size = unit.scope.value(bound)
                if sign and what and _number(size):
                    yield "lengths", fact(unit, node, (_MIRRORED.get(sign, sign) if mirrored else sign, size, what))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Mult, ast.Sub)):
            for measured, other in ((node.left, node.right), (node.right, node.left)):
                what, size = _measure(measured, unit.scope), unit.scope.value(other)
                if what and _number(size) and size:
                    sign = {ast.Div: "/", ast.Mult: "*", ast.Sub: "-"}[type(node.op)]
                    yield "lengths", fact(unit, node, (sign, size, what))


def _measure(node: ast.expr, scope: Scope) -> str:
    """`characters`, `words`, `lines` or `items` if the expression counts them, else ""."""
    settled, place = scope.settle(node)
    if not isinstance(settled, ast.Call):
        return ""
    if isinstance(settled.func, ast.Attribute) and settled.func.attr == "count":
        return "items"
    if dotted_name(settled.func) not in ("len", "min", "max") or not settled.args:
        return ""
    if dotted_name(settled.func) != "len":
        return next((found for argument in settled.args if (found := _measure(argument, place))), "")
    counted, _ = place.settle(settled.args[0])
    if isinstance(counted, ast.Call) and isinstance(counted.func, ast.Attribute):
        method = counted.func.attr
        if method == "splitlines":
            return "lines"
        if method == "split":
            if not counted.args:
                return "words"
            separator = place.value(counted.args[0])
            return "lines" if separator == "\n" else "words" if separator == " " else "items"
        if method in ("findall", "encode", "tokenize"):
            return "items"
    if isinstance(counted, (ast.ListComp, ast.SetComp)) or dotted_name(getattr(counted, "func", counted)) in ("set",):
        return "items"
    return "characters"


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
