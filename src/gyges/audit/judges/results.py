"""Compares results of programs as plain data: exact types first, so that an object that equals everything does not."""

import math
from typing import Any

from gyges.audit.judges.harness import Encoded
from gyges.audit.records import Truth

CLOSE = 1e-6
NEAR = 1e-2
"""Floats that differ by less are left undecided: two right methods may differ by as much."""
_NUMBERS = ("int", "float", "bool")
_SERIES = ("list", "tuple")


def comparable(value: Encoded) -> bool:
    """Whether a result is plain data throughout."""
    kind, content = value
    if kind in ("other", "large"):
        return False
    if kind in (*_SERIES, "set", "frozenset"):
        return all(comparable(item) for item in content)
    return kind != "dict" or all(comparable(key) and comparable(item) for key, item in content)


def same(given: Encoded, wanted: Encoded) -> Truth:
    """Whether two results are the same; UNSURE where only their types or their last digits differ."""
    kind, other = given[0], wanted[0]
    if kind in _NUMBERS and other in _NUMBERS:
        return _numbers(given, wanted)
    if kind in _SERIES and other in _SERIES:
        if len(given[1]) != len(wanted[1]):
            return Truth.WRONG
        verdict = _joined(same(one, two) for one, two in zip(given[1], wanted[1], strict=True))
        return Truth.UNSURE if verdict is Truth.RIGHT and kind != other else verdict
    if kind != other:
        return Truth.WRONG
    if kind in ("set", "frozenset") and len(given[1]) == len(wanted[1]):
        return _joined(same(one, two) for one, two in zip(given[1], wanted[1], strict=True))
    if kind == "dict":
        if len(given[1]) != len(wanted[1]):
            return Truth.WRONG
        pairs = zip(given[1], wanted[1], strict=True)
        return _joined(_pair(one, two) for one, two in pairs)
    return Truth.RIGHT if given == wanted else Truth.WRONG


def _pair(one: list[Any], two: list[Any]) -> Truth:
    return _joined((same(one[0], two[0]), same(one[1], two[1])))


def _joined(verdicts: Any) -> Truth:
    worst = Truth.RIGHT
    for verdict in verdicts:
        if verdict is Truth.WRONG:
            return Truth.WRONG
        worst = Truth.UNSURE if verdict is Truth.UNSURE else worst
    return worst


def _numbers(given: Encoded, wanted: Encoded) -> Truth:
    one, two = _value(given), _value(wanted)
    if given[0] == wanted[0] != "float":
        return Truth.RIGHT if one == two else Truth.WRONG
    if isinstance(one, int) and isinstance(two, int):
        return Truth.UNSURE if one == two else Truth.WRONG
    try:
        first, second = float(one), float(two)
    except OverflowError:
        return Truth.WRONG
    if first == second or (math.isnan(first) and math.isnan(second)):
        return Truth.RIGHT if given[0] == wanted[0] else Truth.UNSURE
    if math.isclose(first, second, rel_tol=CLOSE, abs_tol=1e-12):
        return Truth.RIGHT if given[0] == wanted[0] else Truth.UNSURE
    return Truth.UNSURE if math.isclose(first, second, rel_tol=NEAR) else Truth.WRONG


def _value(encoded: Encoded) -> int | float:
    kind, content = encoded
    if kind == "int":
        return int(content, 16)
    return float(content) if kind == "float" else int(content == "True")
