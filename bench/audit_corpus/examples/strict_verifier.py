"""Strict and correct: exactly one box in the visible part, an integer in it, and the same integer as the reference."""

import re

INTEGER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,40})")


def visible(text):
    """What follows the thinking part; nothing if thinking does not end."""
    if "<think>" not in text and "</think>" not in text:
        return text
    _, ended, rest = text.rpartition("</think>")
    return rest if ended and "<think>" not in rest else ""


def integer(text):
    text = text.strip()
    return int(text.replace(",", "")) if INTEGER.fullmatch(text) else None


def strict_reward(completion, answer):
    shown = visible(completion)
    boxes = re.findall(r"\\boxed\{([^{}]*)\}", shown)
    if len(boxes) != 1 or shown.count("\\boxed") != 1:
        return 0.0
    value = integer(boxes[0])
    return 1.0 if value is not None and value == integer(answer) else 0.0
