"""Takes equations and inequalities apart, and compares inequalities at points."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gyges.audit.judges.evaluating import evaluated
from gyges.audit.judges.formulas import Node, parse
from gyges.audit.judges.notation import plain
from gyges.audit.records import Truth

_SIGNS = re.compile(r"(\\leq?(?![a-z])|\\geq?(?![a-z])|\\lt|\\gt|<=|>=|≤|≥|≠|!=|\\neq?(?![a-z])|==|<|>|=)")
_PLAIN = {
    "\\le": "<=",
    "\\leq": "<=",
    "≤": "<=",
    "\\ge": ">=",
    "\\geq": ">=",
    "≥": ">=",
    "\\lt": "<",
    "\\gt": ">",
    "==": "=",
}
_GRID = [Fraction(step, 4) for step in range(-120, 121)]


@dataclass(frozen=True)
class Relation:
    """Sides and the signs between them; one side and no sign for a mere formula."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]

    def symbols(self) -> frozenset[str]:
        return frozenset[str]().union(*(side.symbols() for side in self.sides))


def relation(text: str, known: frozenset[str] = frozenset()) -> Relation:
    """What `text` relates; raises `Unreadable`."""
    parts = _SIGNS.split(plain(text))
    if parts and not parts[0].strip() and len(parts) > 1 and parts[1] in ("=", "=="):
        parts = parts[2:]
    signs = tuple(_PLAIN.get(sign, sign) for sign in parts[1::2])
    return Relation(tuple(parse(side, known) for side in parts[0::2]), signs)


def inequalities(given: Relation, wanted: Relation) -> Truth:
    """Two inequalities in one variable: wrong if one holds where the other does not."""
    names = given.symbols() | wanted.symbols()
    if len(names) != 1:
        return Truth.UNSURE
    (name,) = names
    for value in _GRID:
        one, other = _holds(given, name, value), _holds(wanted, name, value)
        if one is not None and other is not None and one != other:
            return Truth.WRONG
    mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    turned = Relation(given.sides[::-1], tuple(mirrored.get(sign, sign) for sign in given.signs[::-1]))
    return Truth.RIGHT if wanted in (given, turned) else Truth.UNSURE


def _holds(related: Relation, name: str, value: Fraction) -> bool | None:
    values = [evaluated(side, {name: value}, imaginary=False) for side in related.sides]
    if any(one is None or getattr(one, "imag", 0) != 0 for one in values):
        return None
    pairs = zip(values, related.signs, values[1:], strict=False)
    return all(_compared(one.real, sign, other.real) for one, sign, other in pairs)


def _compared(one: Any, sign: str, other: Any) -> bool:
    # Values carry forty digits, so that ends of intervals compare exactly where they are rational.
    results = {"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other, "=": one == other}
    return bool(results.get(sign, one != other))
