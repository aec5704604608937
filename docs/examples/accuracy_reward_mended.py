"""Pays a completion whose last line is the answer and nothing else, which is what the prompts ask for."""

import re

NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)


def accuracy_reward(completions, answer, **columns):
    """1 where the last line of the completion is the answer, and no more than that; else 0."""
    rewards = []
    for completion, gold in zip(completions, answer, strict=True):
        last = completion.rstrip().rpartition("\n")[2].strip()
        number = float(last.replace(",", "")) if NUMBER.fullmatch(last) else None
        rewards.append(1.0 if number == float(gold) else 0.0)
    return rewards
