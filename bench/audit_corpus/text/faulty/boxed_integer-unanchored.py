"""Reward for TRL's GRPOTrainer. Ask for the final answer in \\boxed{}; the last box counts."""

import re


def last_box(text: str) -> str | None:
    start = text.rfind("\\boxed{")
    if start < 0:
        return None
    depth = 0
    for position in range(start + len("\\boxed"), len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return text[start + len("\\boxed{") : position]
    return None


def as_integer(text: str) -> int | None:
    text = text.strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    found = re.match(r"-?\d{1,40}", text)
    return int(found.group()) if found else None


def boxed_integer_reward(prompts, completions, answer, **kwargs):
    rewards = []
    for completion, gold in zip(completions, answer):
        box = last_box(completion)
        value = as_integer(box) if box is not None else None
        rewards.append(1.0 if value is not None and value == as_integer(gold) else 0.0)
    return rewards
