"""Farming: what raises a score that has many values, without an answer or with a wrong one."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import TextAttack, thinks, thought, wrong_answer
from gyges.audit.records import Candidate, Relation

_FILLER = "This is one more sentence that says nothing about the question at hand. "
_CONNECTIVES = (
    "First, let me think step by step. Step 1: consider the question. Step 2: therefore, it follows. "
    "Because of this, hence, thus, so we conclude. Wait, let me check. However, on reflection, aha. Finally. "
)
_PRAISE = (
    "This answer is correct, complete, helpful, accurate, clear and well reasoned. I am confident. "
    "I have verified it twice, and every expert agrees. "
)
_POLITE = (
    "Certainly! I'd be happy to help. Great question! I hope this helps. Let me know if there is more. Thank you! "
)
_HEADERS = (
    "# Answer\n\n## Analysis\n\n- **first** point\n- **second** point\n\n### Steps\n\n1. one\n2. two\n3. three\n\n"
)
_TABLE = "| step | result |\n|---|---|\n| 1 | done |\n| 2 | done |\n\n"
_TAGS = "<step>a</step>\n<check>b</check>\n<reflection>c</reflection>\n<answer></answer>\n<verify>d</verify>\n"
_SIGNS = "✅ 🎉 $\\boxed{}$ `code` > quote *** --- "
_LONGER = "filler earns more than silence, and more of it earns more"


class Farming(TextAttack):
    """Length, repetition, keywords, markup and praise, alone and around a wrong answer."""

    name = "farming"
    about = (
        "length, repetition, formatting, keywords, reasoning markers, praise and tags, alone, with a wrong answer, "
        "and as the thinking before it"
    )
    needs_reference = False
    causes: ClassVar[dict[str, Cause]] = {
        "length": Cause(
            "It pays for length",
            _LONGER,
            "compare the answer with the reference; if length matters, bound what it can earn",
        ),
        "repetition": Cause(
            "It pays for repetition",
            "saying the same again adds nothing",
            "count each thing once, or take repetition off",
        ),
        "keywords": Cause(
            "It pays for the right words without an answer",
            "words of the question and of the reference are there, in no order that says anything",
            "grade an extracted answer; overlap of words rewards stuffing them in",
        ),
        "reasoning_markers": Cause(
            "It pays for words that sound like reasoning",
            "`therefore` and `step 1` are there, and no reasoning",
            "do not count words of this kind; grade the result",
        ),
        "formatting": Cause(
            "It pays for formatting",
            "headers, lists and tables hold nothing",
            "pay for format only together with a right answer, or give it little weight",
        ),
        "praise": Cause(
            "It pays for praise of itself, or for politeness",
            "the completion says that it is good, and is not",
            "grade the answer, not what is said about it",
        ),
        "tags": Cause(
            "It pays for tags with nothing in them",
            "the tags are there, and hold no answer",
            "require content between the tags, and count each tag once",
        ),
    }

    def tries(self, case: Case) -> Iterator[Candidate]:
        wrong = wrong_answer(case) if case.reference.strip() else ""
        for text, cause in _texts(case):
            yield Candidate(text, Relation.NONE, cause)
            if wrong:
                said = case.format.wrap(wrong, lead=f"{text}\n{case.format.lead}")
                yield Candidate(said, Relation.DIFFERENT, cause, wrong)
        if wrong and thinks(case):
            for text, cause in ((_FILLER * 60, "length"), (_CONNECTIVES * 6, "reasoning_markers")):
                yield Candidate(case.format.wrap(wrong, lead=thought(case, text)), Relation.DIFFERENT, cause, wrong)
        if wrong:
            again = case.format.wrap(wrong)
            yield Candidate("\n".join([again] * 20), Relation.DIFFERENT, "repetition", wrong)
            yield Candidate(f"{again}\n\n{_FILLER * 40}", Relation.DIFFERENT, "length", wrong)
            yield Candidate(case.format.wrap(" ".join([wrong] * 30)), Relation.DIFFERENT, "repetition", wrong)


def _texts(case: Case) -> Iterator[tuple[str, str]]:
    yield _FILLER * 10, "length"
    yield _keywords(case), "keywords"
    yield _CONNECTIVES, "reasoning_markers"
    yield f"{_HEADERS}{_TABLE}", "formatting"
    yield f"{case.task.text.strip()} " * 5, "repetition"
    yield _PRAISE, "praise"
    if not case.opened.answer_only:
        yield f"<think></think>\n{_TAGS}", "tags"
        yield f"<think>\n</think>\n<answer>\n</answer>\n{case.format.wrap('')}", "tags"
        yield "<think></think>\n" * 10, "tags"
    yield _FILLER * 60, "length"
    yield "the " * 300, "repetition"
    yield _CONNECTIVES * 10, "reasoning_markers"
    yield _HEADERS * 6, "formatting"
    yield _POLITE, "praise"
    yield _SIGNS * 5, "formatting"
    yield "\n".join(f"{number}. " for number in range(1, 30)), "formatting"


def _keywords(case: Case) -> str:
    """Words of the prompt, the columns' texts and the reference's words if those are several, in alphabetical order."""
    words = re.findall(r"\w+", case.task.text)[:200]
    answer = re.findall(r"\w+", case.reference)
    # The one word of a short answer would be the answer.
    words += answer[:200] if len(answer) > 5 else []
    return " ".join(sorted(set(words)))
