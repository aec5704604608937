"""Token numbers for graders that are handed them: no tokenizer is there, so they are stand-ins."""

from __future__ import annotations

import re

from gyges.audit.targets.signatures import COMPLETION, PROMPT, words

_TOKENS = frozenset({"ids", "tokens", "tokenized", "tokenised"})


def are_tokens(name: str) -> bool:
    """Whether a parameter's name says that it is text as token numbers: `completion_ids`, `tokenized_prediction`."""
    said = set(words(name))
    return bool(_TOKENS & said) and bool((COMPLETION | PROMPT) & said)


def stand_ins(text: str) -> list[int]:
    """Stand-ins for token ids, one per word or sign: what graders read off them is lengths and repeats."""
    return [sum(map(ord, piece)) % 50_000 for piece in re.findall(r"\w+|[^\w\s]", text)]
