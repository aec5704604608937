"""Exact comparison of decimals: 2.50 is 2.5, and 2.51 is not."""

import re
from decimal import Decimal

NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")


def to_decimal(text):
    text = text.strip()
    found = NUMBER.match(text)
    return Decimal(found.group()) if found else None


def decimal_reward(completion, answer):
    """Reads what stands between <answer> and </answer>; there has to be exactly one such block."""
    if completion.count("<answer>") != 1 or completion.count("</answer>") != 1:
        return 0.0
    _, _, rest = completion.partition("<answer>")
    inner, closed, _ = rest.partition("</answer>")
    if not closed:
        return 0.0
    value = to_decimal(inner)
    return 1.0 if value is not None and value == to_decimal(answer) else 0.0
