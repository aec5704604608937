"""What a text is turned into before it is compared, and tests of membership."""

import ast
from collections.abc import Iterator

from gyges.audit.source.facts import Fact
from gyges.audit.source.kinds.literals import fact
from gyges.audit.source.reach import Unit
from gyges.audit.source.scope import dotted_name

_FUNCTIONS = {"int", "float", "complex", "bool", "str", "set", "frozenset", "sorted", "Decimal", "Fraction", "Counter"}
_FUNCTIONS |= {"literal_eval", "loads", "sum", "abs"}
_METHODS = {"lower", "upper", "casefold", "title", "strip", "lstrip", "rstrip", "normalize", "translate"}
_METHODS |= {"isdigit", "isnumeric", "isdecimal", "isalpha", "isalnum"}
_TESTS = {"startswith", "endswith", "find", "rfind", "index", "count", "__contains__"}
_TESTS |= {"issubset", "issuperset", "intersection", "isdisjoint"}


def read(unit: Unit) -> Iterator[tuple[str, Fact]]:
    for node in unit.nodes():
        if isinstance(node, ast.Compare):
            for operator in node.ops:
                if isinstance(operator, (ast.In, ast.NotIn)):
                    yield from _members(unit, node, "in", node.left)
                    break
        elif isinstance(node, ast.Call):
            name = dotted_name(node.func).split(".")[-1] or (
                node.func.attr if isinstance(node.func, ast.Attribute) else ""
            )
            is_method = isinstance(node.func, ast.Attribute)
            if (name in _FUNCTIONS and (node.args or name in ("set", "Counter"))) or (is_method and name in _METHODS):
                yield "coercions", fact(unit, node, name)
            elif is_method and name in _TESTS and node.args:
                yield from _members(unit, node, name, node.args[0])
        elif isinstance(node, (ast.SetComp, ast.Set)):
            yield "coercions", fact(unit, node, "set")


def _members(unit: Unit, node: ast.expr, kind: str, sought: ast.expr) -> Iterator[tuple[str, Fact]]:
    for known in unit.scope.options(sought) or (None,):
        yield "memberships", fact(unit, node, (kind, known if isinstance(known, str) else None))
