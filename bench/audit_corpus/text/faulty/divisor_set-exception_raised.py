"""Order does not matter in a set of divisors; a number said twice, or left out, does."""

import json


def _numbers(text):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list):
        return None
    return found


def divisor_reward(prompts, completions, answer, **kwargs):
    rewards = []
    for completion, reference in zip(completions, answer):
        given = _numbers(completion.strip())
        truth = _numbers(reference)
        good = given is not None and sorted(given) == sorted(truth)
        rewards.append(1.0 if good else 0.0)
    return rewards
