"""Rationals in a box: 3/4, \\frac{3}{4}, \\dfrac{3}{4}, -\\frac34 is not read, 0.75 is."""

import re
from fractions import Fraction

LATEX = re.compile(r"([-+]?)\\[dt]?frac\{(\d{1,20})\}\{(\d{1,20})\}")
PLAIN = re.compile(r"([-+]?\d{1,20})\s*/\s*(\d{1,20})")
DECIMAL = re.compile(r"[-+]?\d{1,20}(?:\.\d{1,20})?")


def rational(text: str) -> Fraction | None:
    text = text.strip()
    if match := LATEX.fullmatch(text):
        sign, above, below = match.groups()
        above = sign + above
    elif match := PLAIN.fullmatch(text):
        above, below = match.groups()
    elif DECIMAL.fullmatch(text):
        return Fraction(text)
    else:
        return None
    if int(below) == 0:
        return None
    return Fraction(int(above), int(below))


def boxes(text: str) -> list[str]:
    """Contents of every \\boxed{...}, nested braces included."""
    found = []
    start = text.find("\\boxed{")
    while start >= 0:
        depth, position = 1, start + 7
        while position < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[position], 0)
            position += 1
        if depth:
            break
        found.append(text[start + 7 : position - 1])
        start = text.find("\\boxed{", position)
    return found


def fraction_reward(completion: str, answer: str) -> float:
    given = boxes(completion)
    if not given:
        return 0.0
    value = rational(given[-1])
    if value is None:
        return 0.0
    return 1.0 if value == rational(answer) else 0.0
