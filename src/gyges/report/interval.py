"""A mean over seeds with its Student-t interval, and how the page writes it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gyges.evaluation import statistics

NOT_MEASURED = "not measured"


def finite(value: Any) -> float | None:
    """`value` as a float, or None for what is not a finite number (NaN, None, text)."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def number(value: float, digits: int = 2) -> str:
    """A number for reading: fixed digits, a true minus sign, no negative zero."""
    text = f"{value:.{digits}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def dashed(value: Any) -> str:
    """A number for reading, a dash for what is none."""
    found = finite(value)
    return "–" if found is None else number(found)


@dataclass(frozen=True)
class Interval:
    """Mean over seeds and its 95 % interval; `seeds` counts the finite values behind it.

    With one seed there is no interval: `low` and `high` are NaN. With none, so is `mean`.
    """

    mean: float
    low: float
    high: float
    seeds: int

    @property
    def measured(self) -> bool:
        """Whether there is a mean at all."""
        return self.seeds > 0

    def range(self) -> str:
        """The interval in short: `0.10–0.20`, with "to" where a minus sign would blur the dash."""
        if self.seeds > 1 and self.low >= 0:
            return f"{number(self.low)}\u2060–\u2060{number(self.high)}"  # word joiners: no break at the dash
        return self.span()

    @property
    def lower(self) -> float:
        """Lower end; the value itself where one seed leaves no interval."""
        return self.low if math.isfinite(self.low) else self.mean

    @property
    def upper(self) -> float:
        """Upper end; the value itself where one seed leaves no interval."""
        return self.high if math.isfinite(self.high) else self.mean

    def span(self, digits: int = 2) -> str:
        """The interval in words: `0.10 to 0.20`, `one seed`, or `not measured`."""
        if not self.measured:
            return NOT_MEASURED
        if self.seeds == 1:
            return "one seed"
        return f"{number(self.low, digits)} to {number(self.high, digits)}"

    def text(self, digits: int = 2) -> str:
        """Mean and interval in one phrase."""
        if not self.measured:
            return NOT_MEASURED
        return f"{number(self.mean, digits)} ({self.span(digits)})"


UNMEASURED = Interval(math.nan, math.nan, math.nan, 0)


def student_interval(
    values: Iterable[object], level: float = 0.95, bounds: tuple[float, float] | None = None
) -> Interval:
    """Mean of `values` with its Student-t interval; values that are not finite are left out.

    `bounds` clips the interval to what the quantity can be (a probability: 0 to 1).
    """
    kept = [value for value in map(finite, values) if value is not None]
    count = len(kept)
    if not count:
        return UNMEASURED
    mean, low, high = statistics.interval(kept, level)
    if bounds is not None and count > 1:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Interval(mean, low, high, count)
