"""Tasks whose answer is a list that has to fulfil conditions: some of them are met, and not all."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.lists import Parts, parts
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_SORTED = re.compile(r"\bsort|ascending|descending|from (?:small|low|large|high)|in order\b|alphabetic", re.IGNORECASE)
_SHOWN = re.compile(
    r"[\[(]\s*-?\d+(?:\.\d+)?(?:\s*,\s*-?\d+(?:\.\d+)?)+\s*[\])]|-?\d+(?:\.\d+)?(?:,\s*-?\d+(?:\.\d+)?){2,}"
)
_NESTED = re.compile(r"\[\s*\[[^\[\]]*\](?:\s*,\s*\[[^\[\]]*\])*\s*\]|\(\s*\([^()]*\)(?:\s*,\s*\([^()]*\))*\s*\)")


class ConstraintsLists(TextAttack):
    """Lists that are sorted but of other things, of the right things but unsorted, of the right sum or length only."""

    name = "constraints: lists"
    about = "lists that are only sorted, only of the right parts, of the right sum or length, or the prompt's own"
    causes: ClassVar[dict[str, Cause]] = {
        "prompt_list": Cause(
            "It pays for the list of the prompt as it is given",
            "the list was to be worked on, and was repeated",
            "compare with the expected list, order included",
        ),
        "only_sorted": Cause(
            "It pays for any list that is sorted",
            "the order is right, and the list is of other things",
            "check as well that the list holds exactly the given things",
        ),
        "only_length": Cause(
            "It pays for any list of the right length",
            "the number of parts is right, and the parts are not",
            "compare the parts",
        ),
        "sum_alone": Cause(
            "It pays for any numbers with the right sum",
            "the sum is right, and the numbers are not among the given ones",
            "check that every number is a given one, and is used no more often than it was given",
        ),
        "sum_ignored": Cause(
            "It pays for given numbers with another sum",
            "the numbers were given, and the sum is wrong",
            "check the sum",
        ),
    }

    def suits(self, case: Case) -> bool:
        found = parts(case.reference)
        return super().suits(case) and found is not None and len(found.items) > 0 and not found.mapping

    def tries(self, case: Case) -> Iterator[Candidate]:
        found = parts(case.reference)
        if found is None:
            return
        given = [one for one in _given(case) if one != list(found.items)]
        for text in dict.fromkeys(_NESTED.findall(case.task.text)):
            if text[0] == found.opening and any(item[:1] in "[(" for item in found.items):
                yield Candidate(case.format.wrap(text), Relation.DIFFERENT, "prompt_list", text)
        if given and (_SORTED.search(case.task.text) or sorted(given[0]) == sorted(found.items)):
            for items in (given[0], given[0][::-1]):
                yield _made(case, found, items, "prompt_list")
        numbers = _numbers(found.items)
        if numbers is not None:
            yield from _sorted(case, found, numbers)
            pool = next((pool for one in given if (pool := _numbers(one)) and set(numbers) < set(pool)), None)
            if pool is not None and sum(numbers) in set(_stated(case)):
                yield from _sums(case, found, numbers, pool)
        filler = '"zzz"' if found.quoted else "0" if numbers is not None else "zzz"
        yield _made(case, found, [filler] * len(found.items), "only_length")


def _sorted(case: Case, found: Parts, numbers: list[Fraction]) -> Iterator[Candidate]:
    """Sorted lists of other numbers, in the manner of the reference."""
    if len(numbers) < 2 or not _SORTED.search(case.task.text):
        return
    falling = numbers[0] > numbers[-1]
    quote = found.items[0][0] if found.quoted else ""
    count = list(range(1, len(numbers) + 1))
    for items in (count, count[:2], sorted(int(number) + 5 for number in numbers)):
        ordered = sorted(items, reverse=falling)
        yield _made(case, found, [f"{quote}{one}{quote}" for one in ordered], "only_sorted")
    yield _made(case, found, [found.items[0]] * len(numbers), "only_sorted")


def _sums(case: Case, found: Parts, numbers: list[Fraction], pool: list[Fraction]) -> Iterator[Candidate]:
    """Numbers with the right sum that were not given, given ones used twice, and given ones with another sum."""
    total = sum(numbers, Fraction(0))
    for items in (
        [total],
        [total - 1, Fraction(1)],
        [total, Fraction(0)],
        [*numbers, Fraction(0)],
        [*numbers, total, -total],
    ):
        if any(items.count(one) > pool.count(one) for one in items):
            yield _made(case, found, [str(one) for one in items], "sum_alone")
    twice = next(
        (
            pair
            for size in (2, 3)
            for pair in itertools.combinations_with_replacement(pool, size)
            if sum(pair) == total and any(pair.count(one) > pool.count(one) for one in pair)
        ),
        None,
    )
    if twice is not None:
        yield _made(case, found, [str(one) for one in twice], "sum_alone")
    for items in (pool, pool[:1], pool[-2:]):
        if sum(items) != total:
            yield _made(case, found, [str(one) for one in items], "sum_ignored")


def _given(case: Case) -> list[list[str]]:
    """Lists that the prompt shows or the columns hold, as texts."""
    found = [list(one.items) for text in _SHOWN.findall(case.task.text) if (one := parts(text)) is not None]
    for row in _sequences(case.task.columns):
        if len(row) > 1 and all(isinstance(item, int | float | str) for item in row):
            found.append([item if isinstance(item, str) else json.dumps(item) for item in row])
    return found


def _sequences(thing: Any, depth: int = 0) -> Iterator[list[Any]]:
    if isinstance(thing, Mapping) and depth < 4:
        for name, inner in thing.items():
            if name not in ("answer", "prompt"):
                yield from _sequences(inner, depth + 1)
    elif isinstance(thing, list | tuple):
        yield list(thing)


def _stated(case: Case) -> Iterator[Fraction]:
    """Numbers that the prompt states."""
    for text in re.findall(r"-?\d+(?:\.\d+)?", case.task.text):
        yield Fraction(text)


def _numbers(items: list[str] | tuple[str, ...]) -> list[Fraction] | None:
    values = [numeral(item.strip("'\"")) for item in items]
    return None if any(value is None for value in values) else [value.value for value in values if value is not None]


def _made(case: Case, found: Parts, items: list[str], cause: str) -> Candidate:
    written = found.write(items)
    return Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written)
