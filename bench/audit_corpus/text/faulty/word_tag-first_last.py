"""TRL reward for short answers between <answer> tags."""

import re
import unicodedata
from collections.abc import Sequence

_TAG = re.compile(r"<answer>\s*(.+?)\s*</answer>", re.DOTALL | re.IGNORECASE)


def _plain(text: str) -> str:
    """NFKC, one space between words, no case, no quotation marks around."""
    text = unicodedata.normalize("NFKC", text)
    text = " ".join(text.split()).strip("\"'")
    return text.casefold()


def short_answer_reward(
    prompts: Sequence[str], completions: Sequence[str], answer: Sequence[str], **columns: object
) -> list[float]:
    """1.0 where the last <answer> is the reference, 0.0 elsewhere."""
    rewards = []
    for completion, reference in zip(completions, answer):
        tags = _TAG.findall(completion)
        said = _plain(tags[0]) if tags else None
        rewards.append(float(said is not None and said == _plain(reference)))
    return rewards
