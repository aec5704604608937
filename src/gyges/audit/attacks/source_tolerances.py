"""Tolerances in the source: other numbers that they let through."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, parts_of, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.numerals import Numeral, decimal, numeral
from gyges.audit.records import Candidate
from gyges.audit.source.facts import Fact

_ROUNDING = Fraction(1, 1000)
"""Relative difference up to which an author may well mean it; whole numbers have none."""
_PRECISION = Fraction(1, 10**6)
"""Relative difference that nobody would call another answer."""


class SourceTolerances(AimedAttack):
    name: ClassVar[str] = "source: tolerances"
    about: ClassVar[str] = "other numbers just inside of the tolerances that the source allows"
    causes: ClassVar[dict[str, Cause]] = {
        "tolerance_admits_others": Cause(
            "Its tolerance admits other answers",
            "numbers that are plainly another answer are near enough to be paid",
            "compare whole numbers exactly, and scale the tolerance with the size of the reference",
        ),
        "tolerance_exceeds_reference": Cause(
            "Its tolerance is larger than the reference",
            "for small references even zero, or the wrong sign, is near enough to be paid",
            "use a relative tolerance, with an absolute one far below the smallest reference",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("tolerances",)

    def suits(self, case: Case) -> bool:
        return super().suits(case) and numeral(case.reference) is not None

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        kind, size = parts_of(fact, 2)
        number = numeral(case.reference)
        if number is None or not isinstance(size, float) or not abs(size) < 1e12:
            return
        reach = _reach(number.value, kind, size)
        if reach <= 0:
            return
        if number.value and abs(number.value) <= reach:
            yield from stated(case, "0", "tolerance_exceeds_reference")
            if abs(number.value) * 2 <= reach:
                yield from stated(case, number.write(-number.value), "tolerance_exceeds_reference")
        for value in _near(number, reach):
            arguable = _arguable(number, value)
            if arguable is not None:
                yield from stated(case, decimal(value, number.places), "tolerance_admits_others", arguable)


def _reach(value: Fraction, kind: str, size: float) -> Fraction:
    """How far from the reference the tolerance goes."""
    if kind == "rel":
        return abs(value) * Fraction(size)
    if kind == "round":
        return Fraction(1, 2) * Fraction(10) ** -int(size)
    return Fraction(size)


def _near(number: Numeral, reach: Fraction) -> Iterator[Fraction]:
    """Values on both sides: the furthest that are sure to be inside, whole where the reference is, and the nearest."""
    inside = reach * Fraction(9, 10)
    if number.integer and reach >= 1:
        steps = [Fraction(floor(inside)) or Fraction(1), Fraction(1)]
    else:
        digits = max(1, number.places + 1, 1 - floor(_power(inside)))
        steps = [Fraction(floor(inside * 10**digits), 10**digits)]
    for step in dict.fromkeys(steps):
        if step:
            yield number.value + step
            yield number.value - step


def _power(value: Fraction) -> int:
    """The power of ten of a positive number."""
    power = 0
    while value >= 10 and power < 40:
        value, power = value / 10, power + 1
    while value < 1 and power > -40:
        value, power = value * 10, power - 1
    return power


def _arguable(number: Numeral, value: Fraction) -> str | None:
    """Why the difference may be meant; "" if it cannot be, None if it is not worth asking."""
    apart = abs(value - number.value)
    relative = apart / abs(number.value) if number.value else Fraction(1) if apart > _PRECISION else Fraction(0)
    if relative <= _PRECISION:
        return None
    whole = number.integer and value.denominator == 1
    if whole or relative > _ROUNDING:
        return ""
    return f"the two differ by {float(relative):.1g} of the reference, which may be meant as rounding"
