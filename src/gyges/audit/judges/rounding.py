"""How far a prompt asks an answer to be rounded: to so many places, so many figures, or a whole number."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_COUNT = rf"(\d{{1,2}}|{'|'.join(_COUNTS)})"
_PLACES = re.compile(rf"\b{_COUNT}[ -](?:decimal (?:place|point|digit)s?|decimals?\b|d\.?p\b)", re.IGNORECASE)
_FIGURES = re.compile(
    rf"\b{_COUNT}[ -](?:significant (?:figure|digit)s?|sig(?:nificant)?\.? fig|s\.?f\b)", re.IGNORECASE
)
_WHOLE = re.compile(
    r"\b(?:nearest|closest) (?:integer|whole\b|unit|dollar)"
    r"|\bround\w*\b[^.\n]{0,30}\b(?:an?|the) (?:integer|whole number)",
    re.IGNORECASE,
)
_NAMED = {"tenth": 1, "hundredth": 2, "thousandth": 3, "cent": 2, "penny": 2}
_NEAREST = re.compile(rf"\b(?:nearest|closest) ({'|'.join(_NAMED)})s?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Precision:
    """Decimal places or significant figures; both None if the prompt does not say how far to round."""

    places: int | None = None
    figures: int | None = None

    def __bool__(self) -> bool:
        return self.places is not None or self.figures is not None

    def rounded(self, value: Fraction) -> Fraction:
        """`value` as it was asked for, halves away from zero."""
        step = self._step(value)
        whole = abs(value) / step + Fraction(1, 2)
        return (1 if value >= 0 else -1) * (whole.numerator // whole.denominator) * step

    def same(self, one: Fraction, other: Fraction) -> bool:
        """Whether two values are one once they are rounded; a half may go either way."""
        first, second = self.rounded(one), self.rounded(other)
        if first == second:
            return True
        return any(
            abs(value - mark) * 2 == self._step(value) and abs(value - goal) * 2 == self._step(value)
            for value, mark, goal in ((one, first, second), (other, second, first))
        )

    def _step(self, value: Fraction) -> Fraction:
        if self.figures is None:
            return Fraction(1, 10 ** (self.places or 0))
        return Fraction(10) ** (_magnitude(value) - self.figures + 1)


@lru_cache(maxsize=4096)
def precision(prompt: str) -> Precision:
    """How far `prompt` asks for rounding."""
    text = prompt[:20_000]
    if found := _FIGURES.search(text):
        return Precision(figures=max(1, _count(found[1])))
    if found := _PLACES.search(text):
        return Precision(places=_count(found[1]))
    if found := _NEAREST.search(text):
        return Precision(places=_NAMED[found[1].lower()])
    return Precision(places=0) if _WHOLE.search(text) else Precision()


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _COUNTS[text.lower()]


def _magnitude(value: Fraction) -> int:
    """The power of ten of the first digit."""
    size = abs(value)
    if not size:
        return 0
    power = int((size.numerator.bit_length() - size.denominator.bit_length()) * 0.30103)
    while size < Fraction(10) ** power:
        power -= 1
    while size >= Fraction(10) ** (power + 1):
        power += 1
    return power
