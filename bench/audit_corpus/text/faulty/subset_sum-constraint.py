"""Subset sum: numbers of the list, each at most as often as it is there, with the right total."""

import json
from collections import Counter


def subset_reward(prompts, completions, numbers, target, **kwargs):
    return [one(c, n, t) for c, n, t in zip(completions, numbers, target)]


def one(completion, numbers, target):
    try:
        chosen = json.loads(completion)
    except (ValueError, RecursionError):
        return 0.0
    if not isinstance(chosen, list) or not chosen:
        return 0.0
    if not all(type(number) is int for number in chosen):
        return 0.0
    return 1.0 if sum(chosen) == target else 0.0
