"""Swallowed exceptions in the source: what makes the guarded code raise, and is the way out paid?"""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, silent
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.records import Candidate
from gyges.audit.source.facts import Fact

_BREAKERS = (
    "%%%",
    "",
    "(((",
    "1/0",
    "[[]]",
    "{",
    "\\frac{1}{",
    "9" * 5000,
    "(" * 400,
    "None",
    "\x00",
    "٣.٣.٣",
    "\ud7ff\ufffd",
    "[1, [2]]",
    '{"a": {}}',
    "lambda: 0",
)
"""Texts that hardly any conversion takes, the plainest first: syntax, division, overflow, types, depth, encoding."""


class SourceExceptions(AimedAttack):
    name: ClassVar[str] = "source: exceptions"
    about: ClassVar[str] = "texts that make guarded code raise, to see whether the way out is paid"
    causes: ClassVar[dict[str, Cause]] = {
        "exception_paid": Cause(
            "It pays where its own code fails",
            "text that cannot be parsed lands in an `except` that gives a reward",
            "give the lowest score where an answer cannot be parsed",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("swallowed",)

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        for text in _BREAKERS:
            yield silent(case.format.wrap(text), "exception_paid")
            if case.format.marked:
                yield silent(text, "exception_paid")
