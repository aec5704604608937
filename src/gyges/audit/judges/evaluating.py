"""Evaluates formulas at points, to forty digits: two formulas that differ at a point are different."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gyges.audit.judges.formulas import Node, Unreadable

DIGITS = 40
AGREED = 1e-25
"""Relative difference below which two values are the same at that precision."""
NEAR = 0.005
"""Relative difference that rounding of coefficients may explain."""
POSITIVE, SIGNED = 10, 6
"""Points with positive coordinates, where roots and logarithms are real, and points of either sign."""


@dataclass(frozen=True)
class Agreement:
    """At how many points two formulas agree."""

    alike: int
    near: int
    apart: int
    alike_signed: int
    apart_signed: int

    @property
    def defined(self) -> int:
        return self.alike + self.near + self.apart


def agreement(one: Node, other: Node, imaginary: bool) -> Agreement:
    """Compares two formulas at random points; the same points every time."""
    names = sorted(one.symbols() | other.symbols())
    counts = {"alike": 0, "near": 0, "apart": 0}
    signed = {"alike": 0, "near": 0, "apart": 0}
    for place, point in enumerate(points(names)):
        verdict = _at(one, other, point, imaginary)
        if verdict:
            tally = counts if place < POSITIVE else signed
            tally[verdict] += 1
        if not names:
            break
    return Agreement(
        counts["alike"], counts["near"], counts["apart"], signed["alike"], signed["near"] + signed["apart"]
    )


def points(names: Sequence[str]) -> list[dict[str, Fraction]]:
    """Where formulas are compared."""
    chance = random.Random(20)
    scales = [1, 1, 1, 3, 3, 3, 7, 7, 20, 20] + [2] * SIGNED
    return [
        {
            name: Fraction(chance.randrange(101, 997), 499)
            * scale
            * (chance.choice((-1, 1)) if place >= POSITIVE else 1)
            for name in names
        }
        for place, scale in enumerate(scales)
    ]


def _at(one: Node, other: Node, point: Mapping[str, Fraction], imaginary: bool) -> str:
    first, second = evaluated(one, point, imaginary), evaluated(other, point, imaginary)
    if first is None or second is None:
        return ""
    size = max(abs(first), abs(second))
    difference = abs(first - second)
    if difference <= AGREED * (1 + size):
        return "alike"
    return "near" if difference <= NEAR * size else "apart"


def evaluated(node: Node, point: Mapping[str, Fraction], imaginary: bool) -> Any:
    """The value at a point, None where there is none."""
    import mpmath

    with mpmath.workdps(DIGITS):
        try:
            value = _value(node, point, imaginary, mpmath)
        except (
            ZeroDivisionError,
            ValueError,
            OverflowError,
            TypeError,
            Unreadable,
            mpmath.libmp.libhyper.NoConvergence,
        ):
            return None
        return value if mpmath.isfinite(value) else None


def _value(node: Node, point: Mapping[str, Fraction], imaginary: bool, mpmath: Any) -> Any:
    if node.kind == "number":
        return mpmath.mpf(node.value.numerator) / node.value.denominator
    if node.kind == "symbol":
        if node.name in ("e", "E"):
            return +mpmath.e
        if node.name == "pi":
            return +mpmath.pi
        if imaginary and node.name in ("i", "I", "j"):
            return mpmath.mpc(0, 1)
        value = point[node.name]
        return mpmath.mpf(value.numerator) / value.denominator
    parts = [_value(part, point, imaginary, mpmath) for part in node.parts]
    if node.kind == "call":
        return _call(node.name, parts[0], mpmath)
    if node.kind == "-":
        return -parts[0]
    if node.kind == "^":
        if abs(parts[1]) > 1e6 or abs(parts[0]) > mpmath.mpf(10) ** 10**6:
            raise Unreadable("too large a power")
        return mpmath.power(parts[0], parts[1])
    result = parts[0]
    for other in parts[1:]:
        result = result + other if node.kind == "+" else result * other if node.kind == "*" else result / other
    return result


_NAMES = {"abs": "fabs", "log": "log", "ceil": "ceil", "cbrt": "cbrt"}


def _call(name: str, argument: Any, mpmath: Any) -> Any:
    if name in ("factorial", "gamma", "exp") and abs(argument) > 1e5:
        raise Unreadable("too large an argument")
    if name == "abs":
        return abs(argument)
    return getattr(mpmath, _NAMES.get(name, name))(argument)
