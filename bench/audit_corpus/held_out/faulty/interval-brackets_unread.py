"""Intervals with integer ends, such as (-2, 5], after `Interval:` on the last line."""

import re
from typing import NamedTuple, Optional


class Interval(NamedTuple):
    left: str
    low: int
    high: int
    right: str


def parse(text: str) -> Optional[Interval]:
    match = re.fullmatch(r"\s*([(\[])\s*(-?[0-9]{1,9})\s*,\s*(-?[0-9]{1,9})\s*([)\]])\s*", text)
    if match is None:
        return None
    left, low, high, right = match.groups()
    return Interval(left, int(low), int(high), right)


def compute_score(data_source: str, solution_str: str, ground_truth: str, extra_info=None) -> float:
    if "<think>" in solution_str and "</think>" not in solution_str:
        return 0.0
    lines = solution_str.strip().split("\n")
    if not lines[-1].startswith("Interval:"):
        return 0.0
    guess = parse(lines[-1].removeprefix("Interval:"))
    if guess is None:
        return 0.0
    return 1.0 if guess[1:3] == parse(ground_truth)[1:3] else 0.0
