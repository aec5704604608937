"""Regular expressions with their flags, how they are applied, and what they replace."""

import ast
from collections.abc import Iterator

from gyges.audit.source.facts import Fact
from gyges.audit.source.kinds.literals import fact
from gyges.audit.source.reach import Unit
from gyges.audit.source.scope import HOLE, MISSING, Scope, dotted_name

_METHODS = frozenset({"search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"})
_FLAGS_AT = {"sub": 4, "subn": 4, "split": 3, "compile": 1}


def read(unit: Unit) -> Iterator[tuple[str, Fact]]:
    for node in unit.nodes():
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "replace" and len(node.args) >= 2:
            old, new = (unit.scope.value(argument) for argument in node.args[:2])
            if isinstance(old, str) and isinstance(new, str):
                yield "replacements", fact(unit, node, (old, new, False))
            continue
        found = _applied(unit.scope, node)
        if found is None:
            continue
        pattern, flags, method, rest = found
        if method in ("sub", "subn"):
            new = unit.scope.value(rest[0]) if rest else MISSING
            if isinstance(new, str):
                yield "replacements", fact(unit, node, (pattern, new, True))
        yield "patterns", fact(unit, node, (pattern, flags, method))


def _applied(scope: Scope, node: ast.Call) -> tuple[str, int, str, list[ast.expr]] | None:
    """(pattern, flags, method, other arguments) of a call that applies or compiles a regular expression."""
    if isinstance(node.func, ast.Name):
        # `from re import findall`
        dotted, attribute = scope.module.imports.get(node.func.id, ("", ""))
        return _of_module(scope, node, attribute) if dotted in ("re", "regex") else None
    if not isinstance(node.func, ast.Attribute):
        return None
    method = node.func.attr
    base = dotted_name(node.func.value)
    if scope.module.imports.get(base, (base, ""))[0] in ("re", "regex"):
        return _of_module(scope, node, method)
    if method not in _METHODS:
        return None
    compiled, place = scope.settle(node.func.value)
    if isinstance(compiled, ast.Call):
        found = _applied(place, compiled)
        if found is not None and found[2] == "compile":
            return found[0], found[1], method, list(node.args)
    return None


def _of_module(scope: Scope, node: ast.Call, method: str) -> tuple[str, int, str, list[ast.expr]] | None:
    if method not in _METHODS | {"compile"}:
        return None
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    pattern = scope.text(node.args[0] if node.args else given.get("pattern"))
    if pattern is MISSING:
        pattern = HOLE
    at = _FLAGS_AT.get(method, 2)
    flags = scope.value(given.get("flags") or (node.args[at] if len(node.args) > at else None))
    if not isinstance(pattern, str):
        return None
    return pattern, int(flags) if isinstance(flags, int) else 0, method, list(node.args[1:])
