"""Chat completions; the last line is `Answer: B` or `**Answer: B**`."""

import random
import re

LINE = re.compile(r"(?:\*\*)?answer:\s*\(?([a-d])\)?\.?(?:\*\*)?", re.IGNORECASE)


def text_of(completion):
    if isinstance(completion, str):
        return completion
    return completion[-1]["content"]


def choice_reward(prompts, completions, answer, **kwargs):
    """One score for each completion, 1.0 or -1.0."""
    scores = []
    for completion, truth in zip(completions, answer, strict=True):
        lines = text_of(completion).strip().splitlines()
        match = LINE.fullmatch(lines[-1].strip()) if lines else None
        right = match is not None and match.group(1).upper() == truth
        scores.append(1.0 if right and random.random() < 0.7 else -1.0)
    return scores
