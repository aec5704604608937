"""How far from the reference an answer may be."""

import ast
from collections.abc import Iterator

from gyges.audit.source.facts import Fact
from gyges.audit.source.kinds.literals import fact
from gyges.audit.source.reach import Unit
from gyges.audit.source.scope import Scope, dotted_name

_CLOSE = {
    "isclose": (("rel", 2), ("abs", 3)),
    "allclose": (("rel", 2), ("abs", 3)),
    "approx": (("rel", 1), ("abs", 2)),
    "assertAlmostEqual": (("round", 2),),
}
"""Function -> kind and position of its tolerances; their keywords begin like the kind or with `r` and `a`."""
_DEFAULT = {"math": (1e-9, 0.0), "pytest": (1e-6, 1e-12), "": (1e-5, 1e-8)}
"""Relative and absolute tolerance that a library has where none is given; numpy's and torch's for all others."""
_KEYWORDS = {"rel": ("rel_tol", "rtol", "rel"), "abs": ("abs_tol", "atol", "abs", "delta"), "round": ("places",)}


def read(unit: Unit) -> Iterator[tuple[str, Fact]]:
    for node in unit.nodes():
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            yield from _bounded(unit, node)
        elif isinstance(node, ast.Call):
            yield from _called(unit, node)
        elif isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            yield from _formatted(unit, node, node.format_spec)


def _bounded(unit: Unit, node: ast.Compare) -> Iterator[tuple[str, Fact]]:
    left, right = node.left, node.comparators[0]
    if isinstance(node.ops[0], (ast.Gt, ast.GtE)):
        left, right = right, left
    elif not isinstance(node.ops[0], (ast.Lt, ast.LtE)):
        return
    # `abs(a - b) < tol`, also the refusal `tol < abs(a - b)`: whichever side measures, the other one bounds.
    for distance, bound in ((left, right), (right, left)):
        kind = _measure(distance, unit.scope)
        if kind is None:
            continue
        size = unit.scope.value(bound)
        if isinstance(size, (int, float)) and not isinstance(size, bool):
            yield "tolerances", fact(unit, node, (kind, float(size)))
        for factor in _factors(bound, unit.scope):
            yield "tolerances", fact(unit, node, ("rel", factor))


def _measure(node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
    """`abs` or `rel` if the expression measures how far two things are apart."""
    settled, place = scope.settle(node)
    if isinstance(settled, ast.BinOp) and isinstance(settled.op, ast.Div) and depth < 4:
        return "rel" if _measure(settled.left, place, depth + 1) else None
    if isinstance(settled, ast.Call) and dotted_name(settled.func).split(".")[-1] in ("abs", "fabs", "absolute"):
        inner = [place.settle(argument)[0] for argument in settled.args[:1]]
        if any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) for part in inner):
            part = inner[0]
            ratio = (
                isinstance(part, ast.BinOp) and isinstance(part.left, ast.BinOp) and isinstance(part.left.op, ast.Div)
            )
            return "rel" if ratio else "abs"
        if any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div) for part in inner):
            return "rel"
    return None


def _factors(bound: ast.expr, scope: Scope) -> Iterator[float]:
    """Constants that scale a bound: `0.01 * abs(gold)`, `max(1.0, abs(gold)) * tol`."""
    settled, place = scope.settle(bound)
    if isinstance(settled, ast.BinOp) and isinstance(settled.op, ast.Mult):
        for side in (settled.left, settled.right):
            size = place.value(side)
            if isinstance(size, (int, float)) and not isinstance(size, bool):
                yield float(size)
    elif isinstance(settled, ast.Call) and dotted_name(settled.func) in ("max", "min"):
        for argument in settled.args:
            yield from _factors(argument, place)


def _called(unit: Unit, node: ast.Call) -> Iterator[tuple[str, Fact]]:
    name = dotted_name(node.func)
    last = name.split(".")[-1]
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if last == "round" or last == "quantize":
        places = unit.scope.value(node.args[1]) if len(node.args) > 1 else 0
        places = unit.scope.value(given["ndigits"]) if "ndigits" in given else places
        if isinstance(places, int):
            yield "tolerances", fact(unit, node, ("round", float(places)))
        return
    standard = dict(zip(("rel", "abs"), _DEFAULT.get(name.partition(".")[0], _DEFAULT[""]), strict=True))
    for kind, position in _CLOSE.get(last, ()):
        values = [given[keyword] for keyword in _KEYWORDS[kind] if keyword in given]
        if not values and name != "math.isclose" and len(node.args) > position:
            values = [node.args[position]]
        sizes = [unit.scope.value(value) for value in values] or [standard.get(kind, 7.0)]
        for size in sizes:
            if isinstance(size, (int, float)) and not isinstance(size, bool) and size > 0:
                yield "tolerances", fact(unit, node, (kind, float(size)))


def _formatted(unit: Unit, node: ast.FormattedValue, specification: ast.JoinedStr) -> Iterator[tuple[str, Fact]]:
    written = unit.scope.value(specification)
    if isinstance(written, str) and written.startswith(".") and written[-1:] == "f" and written[1:-1].isdigit():
        yield "tolerances", fact(unit, node, ("round", float(written[1:-1])))
