"""Scientific notation, `5.2e-4`, in backticks; the last pair of backticks counts. 1 <= mantissa < 10."""

import re
from decimal import Decimal


def parts(text):
    match = re.fullmatch(r"([1-9](?:\.[0-9]{1,12})?)[eE]([+-]?)([0-9]{1,3})", text.strip())
    if match is None:
        return None
    exponent = int(match[3])
    if match[2] == "-":
        exponent = -exponent
    return Decimal(match[1]), exponent


def notation_reward(completion, answer):
    shown = completion.split("</think>")[-1]
    if "<think>" in shown:
        return 0.0
    quoted = re.findall(r"`([^`\n]*)`", shown)
    if not quoted:
        return 0.0
    value = parts(quoted[-1])
    return 1.0 if value is not None and value == parts(answer) else 0.0
