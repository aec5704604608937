"""What attacks guided by the source share: each is given one fact at a time and aims at it."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any, ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation, Truth
from gyges.audit.source.facts import Fact

MOST = 24
"""Facts of one kind that are aimed at: the reader puts those nearest to the grader's entry first."""


class AimedAttack(TextAttack):
    """A family of texts made for what the grader's source does."""

    reads: ClassVar[tuple[str, ...]]
    """Fields of `Facts` that it aims at."""

    def suits(self, case: Case) -> bool:
        return super().suits(case) and any(getattr(case.facts, name) for name in self.reads)

    def tries(self, case: Case) -> Iterator[Candidate]:
        facts = [fact for name in self.reads for fact in getattr(case.facts, name)[:MOST]]
        # One candidate for each fact in turn: a budget that ends early has then aimed at all of them.
        for layer in zip_longest(*(self._aimed(case, fact) for fact in facts)):
            yield from (candidate for candidate in layer if candidate is not None)

    def _aimed(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        return (replace(candidate, line=fact.line) for candidate in self.aim(case, fact))

    @abstractmethod
    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        """Candidates made for one fact, the most telling first."""


def stated(case: Case, answer: str, cause: str, arguable: str = "") -> Iterator[Candidate]:
    """`answer` given plainly, in the format that is paid; nothing if the judge takes it for right."""
    if answer.strip() and case.judge.compare(answer, case.task, case.reference) is not Truth.RIGHT:
        yield Candidate(case.format.wrap(answer), Relation.DIFFERENT, cause, states=answer, arguable=arguable)


def silent(completion: str, cause: str, arguable: str = "") -> Candidate:
    """A completion that gives no answer."""
    return Candidate(completion, Relation.NONE, cause, arguable=arguable)


def parts_of(fact: Fact, count: int) -> tuple[Any, ...]:
    """The value of a fact that has several parts; nothing in place of those that it lacks."""
    value = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return (*value, *([None] * count))[:count]


def altered(text: str) -> str:
    """`text` with every letter and digit changed to another of its kind."""
    return "".join(_next(letter) for letter in text)


def _next(letter: str) -> str:
    for row in ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        place = row.find(letter)
        if place >= 0:
            return row[(place + 3) % len(row)]
    return letter
