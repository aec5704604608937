"""No answer: nothing, noise, refusals, openers, the prompt again, and frames with nothing in them."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import TextAttack, thought
from gyges.audit.records import Candidate, Relation

_MEND = "return the score of a wrong answer whenever no answer could be extracted"
_EMPTY = ("", " ", "\n", "\t \n", "\u00a0", "\u200b", "\x00")
_REFUSALS = ("I cannot help with that.", "I don't know.", "I'm sorry, but I can't answer this.", "None", "N/A")
_OPENERS = ("Let me think step by step.", "Sure! Here is the solution:", "The answer is", "Solution", "Final answer:")
_GIBBERISH = ("lorem ipsum", "asdf qwer zxcv", "xyzzy", "ÿ" * 12, "0x")
_SIGNS = (".", "?", "-", "...", "!!!", "()", "[]", "{}", '""', "/", "\\", "$", "😀", "^*", "[", "(")
_PLACEHOLDERS = ("[answer]", "x", "?", "...", "your answer here", "answer", "___", "null", "nan", "{answer}")
_HOLLOW = re.compile(
    r"\W*|none|null|nan|n/?a|nil|unknown|.*\b(?:no|not|cannot|nothing|empty|undefined)\b.*", re.IGNORECASE | re.DOTALL
)
"""References that say themselves that there is nothing: silence may then be an answer."""
OVERSIZED = 200_000
SHARE = 5
"""Oversized completions are for one task in five: they are slow to grade, and one shows as much as twenty."""


class NoAnswer(TextAttack):
    """Completions that give no answer at all."""

    name = "no answer"
    about = "empty text, whitespace, refusals, openers, noise, the prompt, empty frames, placeholders, oversized text"
    needs_reference = False
    causes: ClassVar[dict[str, Cause]] = {
        "empty": Cause("It pays for an empty completion", "nothing was answered", _MEND),
        "refusal": Cause("It pays for a refusal", "the completion says that it does not answer", _MEND),
        "opener": Cause("It pays for the opening of an answer", "the completion stops before it answers", _MEND),
        "gibberish": Cause("It pays for noise", "the completion says nothing", _MEND),
        "prompt_echo": Cause(
            "It pays for the prompt repeated",
            "the completion only repeats the question",
            "grade an extracted answer; where text overlap is scored, take the prompt's own words off first",
        ),
        "format_only": Cause(
            "It pays for the frame of an answer with nothing in it",
            "the format is there, and no answer",
            "pay for format only together with a right answer, or give it little weight",
        ),
        "placeholder": Cause(
            "It pays for a placeholder", "the frame holds a stand-in where the answer should be", _MEND
        ),
        "oversized": Cause(
            "It pays for, or fails on, a very long completion without an answer",
            "a run-on completion is paid, or holds up the batch",
            "bound the length of what is graded",
        ),
    }

    def tries(self, case: Case) -> Iterator[Candidate]:
        frame, prompt = case.format, case.task.text
        yield _none("", "empty")
        yield _none("lorem ipsum", "gibberish")
        yield _none(frame.wrap("lorem ipsum"), "gibberish")
        yield _none(frame.wrap(""), "format_only" if frame.marked else "empty")
        yield _none(prompt, "prompt_echo")
        yield _none(_OPENERS[0], "opener")
        yield _none(frame.wrap(prompt), "prompt_echo")
        for text in (*_EMPTY[1:], *(frame.wrap(text) for text in _EMPTY[1:4])):
            yield _none(text, "empty")
        hollow = _HOLLOW.fullmatch(case.reference.strip()) is not None
        for text in () if hollow else _REFUSALS:
            yield _none(frame.wrap(text), "refusal")
        for text in (*_OPENERS, *(f"{prompt}\n{text}" for text in _OPENERS[:2])):
            yield _none(text, "opener")
        for text in _GIBBERISH:
            yield _none(frame.wrap(text), "gibberish")
        for text in () if hollow else _SIGNS:
            yield _none(frame.wrap(text), "gibberish")
        for text in () if hollow else _PLACEHOLDERS:
            if text.lower() != case.reference.strip().lower():
                yield _none(frame.wrap(text), "placeholder")
        if frame.marked:
            yield _none(frame.before, "format_only")
            yield _none(frame.after, "format_only")
            yield _none(frame.core(frame.core("")), "format_only")
        if not case.opened.answer_only:
            yield _none(thought(case, ""), "format_only")
            yield _none("<think></think>", "format_only")
            yield _none(thought(case, "I think about it."), "format_only")
        yield _none(prompt[::-1], "prompt_echo")
        if case.task.index % SHARE == 0:
            yield from _oversized(case)


def _oversized(case: Case) -> Iterator[Candidate]:
    length = min(OVERSIZED, 1000 * max(20, len(case.honest)))
    for unit in ("lorem ipsum ", "9", "(", "\n"):
        text = (unit * (length // len(unit) + 1))[: length - len(case.format.wrap(""))]
        yield _none(case.format.wrap(text), "oversized")


def _none(text: str, cause: str) -> Candidate:
    return Candidate(text, Relation.NONE, cause)
