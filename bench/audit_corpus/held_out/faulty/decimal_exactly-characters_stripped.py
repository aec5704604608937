"""Exact decimals, no tolerance: `Answer = 0.125` on the last line. Trailing zeros are fine."""

from decimal import Decimal, InvalidOperation


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def to_decimal(text):
    if len(text) > 40 or not set(text) <= set("0123456789.-"):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def grade(completion, answer):
    if "<think>" in completion and "</think>" not in completion:
        return 0
    name, _, value = last_line(completion).partition("=")
    if name.strip() != "Answer":
        return 0
    guess = to_decimal(value.strip())
    if guess is None:
        return 0
    return 1 if value.strip().strip("0.") == answer.strip("0.") else 0
