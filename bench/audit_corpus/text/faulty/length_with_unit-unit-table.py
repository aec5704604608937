"""Lengths: number and unit both count, 1.5 m is the same as 150 cm."""

import re
from fractions import Fraction

METRES = {"mm": Fraction(1, 1000), "cm": Fraction(1, 10), "m": Fraction(1), "km": Fraction(1000)}
LENGTH = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?(mm|cm|m|km)")


def metres(text: str) -> Fraction | None:
    """A length in metres, None if the text is no length."""
    found = LENGTH.fullmatch(text.strip().rstrip("."))
    if found is None:
        return None
    number, unit = found.groups()
    return Fraction(number) * METRES[unit]


def length_reward(completion: str, answer: str) -> float:
    """The whole completion, or its last line after `Answer:`, has to be the length."""
    lines = completion.strip().splitlines()
    if not lines:
        return 0.0
    last = lines[-1].strip()
    if len(lines) > 1 or last.startswith("Answer:"):
        if not last.startswith("Answer:"):
            return 0.0
        last = last.removeprefix("Answer:")
    given = metres(last)
    return 1.0 if given is not None and given == metres(answer) else 0.0
