"""Literal texts and numbers in the source: does saying them pay?"""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, silent, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import wrong_answer
from gyges.audit.records import Candidate, Relation, Truth
from gyges.audit.source.facts import Fact

_LONGEST = 200


class SourceLiterals(AimedAttack):
    name: ClassVar[str] = "source: literals"
    about: ClassVar[str] = "the literal texts and numbers that the source compares with, in place of an answer"
    causes: ClassVar[dict[str, Cause]] = {
        "literal_pays": Cause(
            "It pays for saying a certain text",
            "a text that stands in the grader's source earns the reward, whatever the answer is",
            "let no text but the answer itself earn the reward",
        ),
        "number_pays": Cause(
            "It pays for a certain number",
            "a number that stands in the grader's source earns the reward on every task",
            "let no number but the answer itself earn the reward",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("strings", "memberships", "numbers")

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        value = fact.value[1] if isinstance(fact.value, tuple) else fact.value
        if isinstance(value, str):
            yield from _text(case, value)
        elif isinstance(value, (int, float)) and fact.line not in _bounds(case):
            yield from stated(case, f"{value:g}", "number_pays")


def _bounds(case: Case) -> set[str]:
    """Lines whose numbers bound a difference or a length: they are not compared with an answer."""
    return {fact.line for fact in (*case.facts.tolerances, *case.facts.lengths)}


def _text(case: Case, literal: str) -> Iterator[Candidate]:
    if not literal.strip() or len(literal) > _LONGEST:
        return
    frame, wrong = case.format, wrong_answer(case)
    if len(literal.strip()) > 1 and literal.strip() not in frame.wrap(""):
        yield Candidate(f"{literal} {frame.wrap(wrong)}", Relation.DIFFERENT, "literal_pays", states=wrong)
        yield Candidate(f"{frame.wrap(wrong)} {literal}", Relation.DIFFERENT, "literal_pays", states=wrong)
        yield silent(literal, "literal_pays")
    if case.judge.compare(literal, case.task, case.reference) is Truth.WRONG:
        yield from stated(case, literal, "literal_pays")
        yield from stated(case, f"{wrong} {literal}", "literal_pays")
