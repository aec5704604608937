"""Verdict cards: what each claim came to, in words and with its interval drawn."""

import math
from dataclasses import dataclass
from typing import Any

from gyges.report.interval import finite, number

LOOKS = {
    "supported": ("✓", "good"),
    "refuted": ("✕", "bad"),
    "inconclusive": ("≈", "careful"),
    "not decided": ("–", "none"),
}
WIDTH, EDGE = 300, 12


@dataclass(frozen=True)
class Graphic:
    """An interval on its axis, in pixels: ticks as (place, label, anchor), the band and the mark."""

    ticks: list[tuple[float, str, str]]
    band: tuple[float, float] | None
    mark: float | None
    text: str


@dataclass(frozen=True)
class Card:
    """One claim with its verdict, ready for the page."""

    number: str
    name: str
    verdict: str
    sign: str
    tone: str
    statement: str
    sentence: str
    reason: str
    metric: str
    figures: str
    graphic: Graphic | None


def _range(points: list[float]) -> tuple[float, float]:
    """Ends of the axis: 0 to 1 or -1 to 1 where that holds the interval, else round numbers around it."""
    low, high = min(points), max(points)
    for floor, ceiling in ((0.0, 1.0), (-1.0, 1.0)):
        if floor <= low and high <= ceiling:
            return floor, ceiling
    low, high = min(0.0, low), max(0.0, high)
    unit = 10 ** math.floor(math.log10(high - low))
    return math.floor(low / unit) * unit, math.ceil(high / unit) * unit


def _graphic(value: float | None, low: float | None, high: float | None, metric: str) -> Graphic | None:
    points = [one for one in (value, low, high) if one is not None]
    if not points:
        return None
    floor, ceiling = _range(points)

    def at(one: float | None) -> float | None:
        return None if one is None else round(EDGE + (WIDTH - 2 * EDGE) * (one - floor) / (ceiling - floor), 1)

    middle = 0.0 if floor < 0 < ceiling else (floor + ceiling) / 2
    words = [number(one).rstrip("0").rstrip(".") for one in (floor, middle, ceiling)]
    places = [float(EDGE), at(middle) or 0.0, float(WIDTH - EDGE)]
    text = f"{metric}: {_figures(value, low, high)}, on an axis from {floor:g} to {ceiling:g}"
    band = None if low is None or high is None else (at(low) or 0.0, at(high) or 0.0)
    return Graphic(list(zip(places, words, ("start", "middle", "end"), strict=True)), band, at(value), text)


def _figures(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "no number"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    if low is None or high is None:
        return f"{number(value, digits)}, no interval"
    return f"{number(value, digits)}, 95 % interval {number(low, digits)} to {number(high, digits)}"


def read_verdicts(verdicts: list[dict[str, Any]]) -> list[Card]:
    """Cards in the order of the claims' numbers."""
    cards = []
    for one in sorted(verdicts, key=lambda verdict: finite(verdict.get("number")) or 0.0):
        word = str(one.get("verdict") or "not decided")
        sign, tone = LOOKS.get(word.split(" (")[0], ("?", "none"))
        value, low, high = (finite(one.get(name)) for name in ("value", "low", "high"))
        metric = str(one.get("metric") or "")
        cards.append(
            Card(
                number=str(one.get("number", "")),
                name=str(one.get("name", "")),
                verdict=word,
                sign=sign,
                tone=tone,
                statement=str(one.get("statement") or ""),
                sentence=str(one.get("sentence") or ""),
                reason=str(one.get("reason") or ""),
                metric=metric.replace("_", " "),
                figures=_figures(value, low, high),
                graphic=_graphic(value, low, high, metric.replace("_", " ")),
            )
        )
    return cards
