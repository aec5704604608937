"""R1-style reward: a tenth for the layout, the rest for the right integer."""

import re
from typing import Any

LAYOUT = re.compile(r"\s*<think>(?P<think>.*?)</think>\s*<answer>(?P<answer>.*?)</answer>\s*", re.DOTALL)
FORMAT_SHARE = 0.1


class ThinkThenAnswer:
    """Callable with TRL's signature.

    Args:
        share: what the layout alone is worth.
    """

    def __init__(self, share: float = FORMAT_SHARE) -> None:
        self.share = share
        self.__name__ = "think_then_answer"

    def __call__(self, prompts: list[str], completions: list[str], answer: list[str], **_: Any) -> list[float]:
        return [self.one(completion, gold) for completion, gold in zip(completions, answer)]

    def one(self, completion: str, gold: str) -> float:
        match = LAYOUT.search(completion)
        if not match:
            return 0.0
        answer = match["answer"].strip()
        if "<" in answer or not re.fullmatch(r"[+-]?\d{1,60}", answer):
            return self.share
        return 1.0 if int(answer) == int(gold) else self.share


reward = ThinkThenAnswer()
