"""Pays the layout `<think>...</think><answer>...</answer>`, as the second reward of many R1 recipes does."""

import re

LAYOUT = re.compile(r"^<think>.*?</think>\s*<answer>.*?</answer>$", re.DOTALL)


def format_reward(completions, **kwargs):
    return [1.0 if LAYOUT.match(completion) else 0.0 for completion in completions]
