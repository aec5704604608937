import re
from collections import Counter


def numbers(text):
    parts = text.split(",")
    if not all(re.fullmatch(r"\s*-?[0-9]{1,9}\s*", part) for part in parts):
        return None
    return [int(part) for part in parts]


def roots_reward(prompts, completions, answer, **kwargs):
    """Roots after `Roots:` on the last line, with commas, repeated as often as they occur."""
    rewards = []
    for completion, reference in zip(completions, answer):
        line = completion.rpartition("</think>")[2].strip().rpartition("\n")[2]
        thinking = "<think>" in completion and "</think>" not in completion
        found = numbers(line[6:]) if line.startswith("Roots:") and not thinking else None
        rewards.append(1.0 if found is not None and set(found) == set(numbers(reference)) else 0.0)
    return rewards
