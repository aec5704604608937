"""Tasks that ask for given numbers with a given sum: another selection than the reference may be right."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from gyges.audit.judges.brackets import Group, group
from gyges.audit.judges.quantities import readings
from gyges.audit.records import Task, Truth

_SUMMED = re.compile(r"\bsums?\b|\badds? (?:up )?to\b|\badding up\b|\btotal", re.IGNORECASE)
_LISTED = re.compile(r"[\[({][^\[\](){}]{3,400}[\])}]|\d+(?:\s*,\s*(?:and\s+)?\d+){2,}")
_LONGEST = 20_000


def selected(given: Group, wanted: Group, task: Task) -> Truth | None:
    """Whether a list may be a selection with the wanted sum: UNSURE if it may, WRONG if not, None for other tasks."""
    text = task.text[:_LONGEST]
    goal, chosen = _numbers(wanted), _numbers(given)
    if goal is None or chosen is None or not _SUMMED.search(text):
        return None
    total = sum(goal)
    if not any(Fraction(number) == total for number in re.findall(r"-?\d{1,12}(?:\.\d{1,9})?", text)):
        return None
    pools = [pool for pool in _pools(task, text) if not Counter(goal) - Counter(pool) and len(pool) > len(goal)]
    if not pools:
        return None
    fits = sum(chosen) == total and any(not Counter(chosen) - Counter(pool) for pool in pools)
    return Truth.UNSURE if fits else Truth.WRONG


def _pools(task: Task, text: str) -> Iterator[list[Fraction]]:
    """Lists of numbers that the prompt shows or the columns hold."""
    shown = [group(found) for found in _LISTED.findall(text)[:50]]
    found = [_numbers(one) for one in shown if one is not None]
    yield from (numbers for numbers in found if numbers)
    yield from _held(task.columns)


def _held(thing: Any, depth: int = 0) -> Iterator[list[Fraction]]:
    if isinstance(thing, Mapping) and depth < 3:
        for inner in thing.values():
            yield from _held(inner, depth + 1)
    elif isinstance(thing, list | tuple) and thing and all(type(one) is int for one in thing):
        yield [Fraction(one) for one in thing]


def _numbers(found: Group) -> list[Fraction] | None:
    read = [readings(item) if isinstance(item, str) else () for item in found.items]
    return [one[0].value for one in read] if read and all(read) else None
