"""Pays a completion whose last number is the answer, as many first rewards for GSM8K do."""

import re


def accuracy_reward(completions, answer, **columns):
    """1 where the last number of the completion is the answer, else 0."""
    rewards = []
    for completion, gold in zip(completions, answer, strict=True):
        numbers = re.findall(r"-?\d+\.?\d*", completion.replace(",", ""))
        rewards.append(1.0 if numbers and float(numbers[-1]) == float(gold) else 0.0)
    return rewards
