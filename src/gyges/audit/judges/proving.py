"""Proves that a formula is zero, with sympy, within a budget of work."""

import sys
from types import FrameType
from typing import Any

from gyges.audit.judges.formulas import Node

LARGEST = 250
"""Nodes of a formula that is handed to sympy."""
EXPONENT = 60
CALLS = 400_000
"""Function calls that a proof may take: counted, so that a verdict does not depend on how fast the machine is."""


class _SpentError(Exception):
    pass


def zero(node: Node, imaginary: bool) -> bool | None:
    """Whether the formula is zero wherever it is defined; None if that cannot be proved."""
    if node.size() > LARGEST or not _tame(node):
        return None
    import sympy

    def proof() -> bool | None:
        expression = _sympy(node, imaginary, sympy)
        if expression.is_polynomial() or expression.is_rational_function():
            return bool(sympy.cancel(sympy.together(expression)) == 0)
        return True if sympy.expand(expression) == 0 or sympy.simplify(expression) == 0 else None

    return _within(proof)


def _within(proof: Any) -> bool | None:
    left = CALLS
    before = sys.getprofile()

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        left -= event == "call"
        if left < 0:
            sys.setprofile(before)
            raise _SpentError

    sys.setprofile(count)
    try:
        result: bool | None = proof()
    except (_SpentError, RecursionError, ValueError, TypeError, AttributeError, ArithmeticError, NotImplementedError):
        # sympy gives up in many ways on formulas that it cannot take; none of them is a proof.
        return None
    finally:
        sys.setprofile(before)
    return result


def _tame(node: Node) -> bool:
    """Whether no power in it is so large that writing it out takes long."""
    if node.kind == "^":
        base, exponent = node.parts
        if exponent.kind == "number" and exponent.value > EXPONENT:
            return base.kind == "symbol" and exponent.value < 10_000
        if exponent.kind == "number" and base.kind != "symbol" and base.size() * exponent.value > LARGEST:
            return False
        if base.kind == "number" and any(part.kind == "^" for part in exponent.parts or (exponent,)):
            return False
    if node.kind == "number" and max(abs(node.value.numerator), node.value.denominator) > 10**60:
        return False
    if node.kind == "call" and node.name in ("factorial", "gamma"):
        return node.parts[0].kind == "number" and node.parts[0].value <= 100
    return all(_tame(part) for part in node.parts)


def _sympy(node: Node, imaginary: bool, sympy: Any) -> Any:
    if node.kind == "number":
        return sympy.Rational(node.value.numerator, node.value.denominator)
    if node.kind == "symbol":
        constants = {"e": sympy.E, "E": sympy.E, "pi": sympy.pi}
        if imaginary:
            constants |= dict.fromkeys(("i", "I", "j"), sympy.I)
        return constants.get(node.name) or sympy.Symbol(node.name)
    parts = [_sympy(part, imaginary, sympy) for part in node.parts]
    if node.kind == "call":
        names = {"abs": "Abs", "ceil": "ceiling"}
        return getattr(sympy, names.get(node.name, node.name))(parts[0])
    if node.kind == "-":
        return -parts[0]
    if node.kind == "^":
        return parts[0] ** parts[1]
    result = parts[0]
    for other in parts[1:]:
        result = result + other if node.kind == "+" else result * other if node.kind == "*" else result / other
    return result
