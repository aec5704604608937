"""Quantities with SI prefixes.

`Answer: NUMBER UNIT` on the last line. Any prefix will do as long as the quantity is the same, so 1500 mV is as good as
1.5 V. Prefixes and units are case-sensitive, as in physics.
"""

import re
from decimal import Decimal

EXPONENT = {"": 0, "u": -6, "m": -3, "k": 3, "M": 6}
QUANTITY = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([umkM]?)([WVAJ])")


class Quantity:
    def __init__(self, number, prefix, unit):
        self.value = Decimal(number).scaleb(abs(EXPONENT[prefix]))
        self.unit = unit

    @classmethod
    def read(cls, text):
        match = QUANTITY.fullmatch(text.strip())
        return cls(*match.groups()) if match else None

    def __eq__(self, other):
        return self.value == other.value and self.unit == other.unit


def unit_reward(prompts, completions, answer, **kwargs):
    scores = []
    for completion, truth in zip(completions, answer):
        text = completion if "<think>" not in completion else completion.partition("</think>")[2]
        line = text.strip().split("\n")[-1]
        guess = Quantity.read(line[7:]) if line.startswith("Answer:") else None
        scores.append(1.0 if guess is not None and guess == Quantity.read(truth) else 0.0)
    return scores
