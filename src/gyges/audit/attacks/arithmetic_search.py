"""Finds expressions of exactly the given numbers whose value lies in a range."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from random import Random

MOST = 400
"""Values kept of one half of the numbers."""
SPLITS = 6

Made = dict[float, str]
"""An expression for each value."""


def expressions(numbers: Sequence[int], low: float, high: float, random: Random) -> Iterator[str]:
    """Expressions with a value strictly between `low` and `high`.

    The numbers are split in two halves; all values of one half are looked up against those of the other, which takes
    milliseconds where trying all expressions of six numbers would take minutes.
    """
    places = list(range(len(numbers)))
    half = len(numbers) // 2
    splits = [chosen for size in {half, max(1, half - 1), 1} for chosen in itertools.combinations(places, size)]
    random.shuffle(splits)
    for chosen in splits[:SPLITS]:
        rest = [numbers[place] for place in places if place not in chosen]
        if len(rest) > 4:
            continue
        left, right = values([numbers[place] for place in chosen]), values(rest)
        yield from _joined(left, right, low, high)
        yield from _joined(right, left, low, high)


def values(numbers: Sequence[int]) -> Made:
    """Values of expressions that use each of up to four numbers once."""
    if len(numbers) == 1:
        return {float(numbers[0]): str(numbers[0])}
    made: Made = {}
    for size in range(1, len(numbers)):
        for chosen in itertools.combinations(range(len(numbers)), size):
            rest = [number for place, number in enumerate(numbers) if place not in chosen]
            if len(made) > MOST:
                return made
            for (a, one), (b, other) in itertools.product(
                values([numbers[place] for place in chosen]).items(), values(rest).items()
            ):
                one, other = _closed(one), _closed(other)
                made.setdefault(a + b, f"{one} + {other}")
                made.setdefault(a - b, f"{one} - {other}")
                made.setdefault(a * b, f"{one} * {other}")
                if b:
                    made.setdefault(a / b, f"{one} / {other}")
    return made


def _joined(left: Made, right: Made, low: float, high: float) -> Iterator[str]:
    known = sorted(right)
    for a, one in left.items():
        ranges = [("+", low - a, high - a), ("-", a - high, a - low)]
        if a:
            ranges.append(("*", min(low / a, high / a), max(low / a, high / a)))
        if a and low > 0:
            ranges.append(("/", min(a / low, a / high), max(a / low, a / high)))
        for sign, least, most in ranges:
            for b in known[bisect_right(known, least) : bisect_left(known, most)]:
                yield f"{_closed(one)} {sign} {_closed(right[b])}"


def _closed(text: str) -> str:
    return f"({text})" if " " in text else text
