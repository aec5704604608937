"""Completions cut into tokens and into steps."""

import itertools
import re
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gyges.faults import Fault
from gyges.lm.samples import Sample, shown

Split = Callable[[str], Sequence[str]]
"""Cuts a completion into its steps; joined, they are the completion."""
_PIECES = re.compile(r"\n|[^\S\n]*\w+|[^\S\n]*[^\w\s]|[^\S\n]+")


class Tokens(NamedTuple):
    """A completion as tokens, each with its text."""

    ids: list[int]
    texts: list[str]


def lines(completion: str) -> list[str]:
    """The steps of a completion where nothing else is said: its lines, each with the break that ends it."""
    return completion.splitlines(keepends=True)


def tokens_of(sample: Sample, tokenizer: Any = None) -> Tokens:
    """The tokens of a completion; an empty one has a single empty token, so that there is a last one to pay.

    Without a tokenizer, tokens are the words, signs and line breaks of the text, numbered by a checksum.
    """
    if tokenizer is None:
        texts = _PIECES.findall(sample["completion"])
        ids = [zlib.crc32(text.encode()) % 2**31 for text in texts]
    else:
        ids = list(
            sample.get("completion_ids") or tokenizer(sample["completion"], add_special_tokens=False)["input_ids"]
        )
        texts = [tokenizer.decode([one], skip_special_tokens=True) for one in ids]
    return Tokens(ids, texts) if ids else Tokens([0], [""])


def segments_of(sample: Sample, tokens: Tokens, split: Split | None = None) -> list[int]:
    """The number of the step to which each token belongs, from 0: where it begins decides."""
    ends = list(itertools.accumulate(map(len, steps_of(sample, split))))
    found, place, number = [], 0, 0
    for text in tokens.texts:
        while number < len(ends) - 1 and place >= ends[number]:
            number += 1
        found.append(number)
        place += len(text)
    return found


def steps_of(sample: Sample, split: Split | None = None) -> list[str]:
    """The steps of a completion; raises `Fault` if, joined, they are another text."""
    text = sample["completion"]
    steps = list((split or lines)(text))
    if "".join(steps) != text:
        raise Fault(
            f"split gave steps that are not the completion when joined ({shown(sample)}); keep what stands between "
            r"the steps, for example with re.split(r'(?<=\.\s)', text)"
        )
    return steps or [""]
