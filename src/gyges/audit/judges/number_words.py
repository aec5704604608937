"""English number words, as in "forty-two" and "three hundred and five"."""

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENTHS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_ONES)}
_TENS = {word: 10 * value for value, word in enumerate(_TENTHS, start=2)}
_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join([*_SMALL, *_TENS, 'hundred', *_LARGE])})\b", re.IGNORECASE)


def value_of(text: str) -> int | None:
    """The number that `text` says in words, None if it is anything else."""
    tokens = text.casefold().replace("-", " ").split()
    if not tokens or len(tokens) > 20:
        return None
    sign = 1
    if tokens[0] in ("minus", "negative"):
        sign, tokens = -1, tokens[1:]
    total, part, seen = 0, 0, False
    for place, token in enumerate(tokens):
        if token in _SMALL and (part % 100 == 0 or (part % 10 == 0 and part % 100 >= 20 and _SMALL[token] < 10)):
            part += _SMALL[token]
        elif token in _TENS and part % 100 == 0:
            part += _TENS[token]
        elif token == "hundred" and 0 < part < 10:
            part *= 100
        elif token in _LARGE and part:
            total, part = total + part * _LARGE[token], 0
        elif token == "and" and seen and place + 1 < len(tokens):
            continue
        else:
            return None
        seen = True
    return sign * (total + part) if seen else None
