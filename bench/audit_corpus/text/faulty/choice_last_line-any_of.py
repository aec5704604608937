"""Chat completions; the last line is `Answer: B` or `**Answer: B**`."""

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
        matches = [LINE.fullmatch(line.strip()) for line in lines]
        right = any(match.group(1).upper() == truth for match in matches if match)
        scores.append(1.0 if right else -1.0)
    return scores
