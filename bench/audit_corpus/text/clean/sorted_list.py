"""Sorting: the same numbers in the same order, in the last ```json block."""

import json
import re

BLOCK = re.compile(r"```(?:json)?\s*\n(.*?)\n?```", re.DOTALL)


def sorted_reward(completion: str, answer: str) -> float:
    blocks = BLOCK.findall(completion)
    if not blocks:
        return 0.0
    try:
        given = json.loads(blocks[-1])
    except (ValueError, RecursionError):
        return 0.0
    expected = json.loads(answer)
    if type(given) is not list or len(given) != len(expected):
        return 0.0
    for ours, theirs in zip(given, expected):
        if type(ours) is not int or ours != theirs:
            return 0.0
    return 1.0
