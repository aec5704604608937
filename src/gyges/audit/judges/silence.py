"""Tells completions that evidently answer nothing: blank ones, empty frames, refusals, openers, and noise."""

import re

from gyges.audit.judges.notation import squeezed
from gyges.audit.judges.zones import visible
from gyges.audit.records import Task

_NOTHING = re.compile(
    r"\b(?:sorry|cannot|can'?t|unable|refuse|don'?t know|do not know|as an ai|no answer|n/a|let me think|step by step"
    r"|sure!|certainly|great question|here is|here's|lorem ipsum|the answer is$|final answer:?$|your answer here)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\W*(?:answer|your answer here|placeholder|todo|tbd|none|null|nan|n/a|undefined)\W*", re.IGNORECASE
)


def says_nothing(completion: str, task: Task) -> bool:
    """Whether a completion evidently answers nothing."""
    text = visible(completion[:40_000], task.text).text
    return silent(re.sub(r"</?\w{1,30}>|\\boxed\{\s*\}|####", " ", text))


def silent(text: str) -> bool:
    """Whether a text, without the frame of an answer, holds none."""
    # Signs outside of ASCII may be an answer, as in a grid of symbols; spaces without width are none.
    if not re.search(r"[^\W_]|[^\x00-\x7f\u00a0\u200b-\u200f\ufeff]", text) or _PLACEHOLDER.fullmatch(text.strip()):
        return True
    said = text.split()
    if len(said) <= 25 and _NOTHING.search(text) and not re.search(r"\d", text):
        return True
    # One word, or one sign, over and over.
    return (len(said) > 20 and len(set(said)) <= 2) or (len(text) > 20 and len(set(squeezed(text))) <= 2)
