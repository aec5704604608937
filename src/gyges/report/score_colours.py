"""Colours of a token's score: blue above zero, orange below, stronger further out; and a bar that says the same."""

import math
from dataclasses import dataclass
from typing import Any

from gyges.report.interval import finite, number

SIDE = 4
"""Steps on either side of zero."""
SHADES: dict[str, tuple[str, str]] = {
    # name: (light, dark); ink follows by contrast
    "low4": ("#b9501a", "#f7a46a"),
    "low3": ("#ee9f68", "#b05e22"),
    "low2": ("#f6c199", "#7a431f"),
    "low1": ("#fbe6d5", "#47332a"),
    "even": ("#f0ede6", "#2b2f37"),
    "high1": ("#dcebf7", "#263b4d"),
    "high2": ("#acd2ee", "#22567f"),
    "high3": ("#6db3e2", "#2c74ab"),
    "high4": ("#1b6fae", "#86c8f5"),
}
INKS = ("#14161a", "#ffffff")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def ink(shade: str) -> str:
    """The ink that reads best on `shade`."""
    return max(INKS, key=lambda one: contrast(one, shade))


def score_variables(dark: bool) -> str:
    """Declarations of every shade and its ink for one theme."""
    return "".join(f"--{name}:{colours[dark]};--{name}-ink:{ink(colours[dark])};" for name, colours in SHADES.items())


@dataclass(frozen=True)
class Token:
    """A token as it is drawn; `shade` is empty where there is no score.

    `top` and `bottom` are the ends of its bar in percent of the room for it.
    """

    text: str
    breaks: bool
    """Whether a new line begins after it."""
    shade: str = ""
    score: str = ""
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True)
class Scale:
    """What colours mean for the scores of one arm: 0 to `most`, or -`most` to `most` if any is negative."""

    name: str
    most: float
    diverging: bool

    def shade(self, score: float) -> str:
        """Name of the shade."""
        step = min(SIDE, _whole(abs(score) / self.most * SIDE))
        return "even" if step == 0 else f"{'high' if score > 0 else 'low'}{step}"

    def bar(self, score: float) -> tuple[int, int]:
        """Top and bottom of the bar in percent from the top: up from the floor, or either way from the middle."""
        part = max(-1.0, min(1.0, score / self.most))
        if not self.diverging:
            return _whole(100 - 100 * part), 100
        return _whole(50 - 50 * max(0.0, part)), _whole(50 - 50 * min(0.0, part))

    def token(self, text: str, score: float | None, breaks: bool = False) -> Token:
        """The look of a token with this score; a plain one where there is none."""
        if score is None:
            return Token(text, breaks)
        top, bottom = self.bar(score)
        return Token(text, breaks, self.shade(score), number(score, 3), top, bottom)

    def legend(self) -> list[Token]:
        """The looks from the least to the greatest score, with that score as their text."""
        values = [self.most * step / SIDE for step in range(-SIDE if self.diverging else 0, SIDE + 1)]
        return [self.token(number(value), value) for value in values]


def _whole(value: float) -> int:
    return math.floor(value + 0.5)


def scale_of(name: str, scores: list[Any]) -> Scale:
    """The scale that holds all finite `scores`."""
    kept = [score for score in map(finite, scores) if score is not None]
    most = max(map(abs, kept), default=0.0)
    diverging = any(score < 0 for score in kept)
    return Scale(name, most if most > 1 or (diverging and most > 0) else 1.0, diverging)
