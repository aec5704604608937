"""Turns what a grader returned into numbers, trusting none of it. Runs inside the box: standard library only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Any

from gyges.audit.box.wire import cut

Outcome = tuple[float | None, str, str]
"""Number, fault, detail: as in `Score`."""

_isfinite, _float, _type, _list, _islice, _len = math.isfinite, float, type, list, islice, len


def convert(returned: Sequence[Any], wanted: int, abstains: bool = False) -> list[Outcome]:
    """One outcome per completion.

    **Arguments:**

    - `returned`: what the target gave: it may be anything.
    - `wanted`: number of completions.
    - `abstains`: whether None stands for a score that the grader keeps to itself.
    """
    if _type(returned) is _list:
        given = returned
    else:
        try:
            # One more than wanted is enough to see that it is wrong, and an endless generator ends here.
            given = _list(_islice(iter(returned), wanted + 1))
        except TypeError:
            return [(None, "shape", f"no sequence of scores: {cut(returned)}")] * wanted
    if _len(given) != wanted:
        try:
            came = str(_len(returned))
        except TypeError:
            came = "fewer" if _len(given) < wanted else "more"
        return [(None, "shape", f"{came} scores for {wanted} completions")] * wanted
    return [(None, "abstained", "") if abstains and value is None else number(value) for value in given]


def number(value: Any) -> Outcome:
    """One score."""
    kind = _type(value)
    if kind is not _float:
        if value is None:
            return None, "type", "None where a number was due"
        if issubclass(kind, (str, bytes, bytearray)):
            return None, "type", f"{kind.__name__} {cut(value)}"
        try:
            value = _read(value, kind)
        except OverflowError:
            return None, "nan", f"too large for a float: {cut(value)}"
        except (TypeError, ValueError) as error:
            return None, "type", f"{kind.__name__} is no number: {cut(str(error))}"
    if not _isfinite(value):
        return None, "nan", repr(value)
    return value, "", ""


def _read(value: Any, kind: type) -> float:
    if hasattr(kind, "__float__") or hasattr(kind, "__index__"):
        return _float(value)
    item = getattr(kind, "item", None)
    if item is None:
        raise TypeError("it has neither __float__ nor item()")
    return _float(item(value))
