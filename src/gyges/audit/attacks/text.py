"""What attacks on graders of text share: the loop over candidates, a wrong answer to put beside the right one."""

import re
from abc import abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.choices import choice
from gyges.audit.attacks.numerals import numeral
from gyges.audit.records import Candidate, Relation, Truth

LONGEST = 200_000
"""Characters of the longest completion that is tried."""
OUTSIDE = "what stands outside the answer's marker may be meant to be ignored"
OPEN_END = "the marker has no end, and what follows its first value may be meant to be ignored"
WHICH = "which of several marked answers counts is a convention"
NO_THINKING = "the grader may be given completions whose thinking part was taken off before"
_BLOCK = re.compile(r"<([A-Za-z][\w-]*)>.*?</\1>", re.DOTALL)
_THINKING = re.compile(r"</?(?:think|thinking|reasoning|thought|scratchpad)\b", re.IGNORECASE)


class TextAttack(Attack):
    """A family of texts. A subclass says what to try; the base drops repetitions and what says the right thing."""

    needs_reference: ClassVar[bool] = True
    """Whether a task without a reference is left out."""

    def suits(self, case: Case) -> bool:
        return super().suits(case) and (bool(case.reference.strip()) or not self.needs_reference)

    def candidates(self, case: Case) -> Iterator[Candidate]:
        if self.needs_reference and not case.reference.strip():
            return
        seen: set[str] = set()
        for candidate in self.tries(case):
            if candidate.completion in seen or len(candidate.completion) > LONGEST or _honest(case, candidate):
                continue
            seen.add(candidate.completion)
            yield candidate

    @abstractmethod
    def tries(self, case: Case) -> Iterator[Candidate]:
        """Candidates, the most telling first; the same text may come twice."""


def _honest(case: Case, candidate: Candidate) -> bool:
    """Whether a candidate that claims to be wrong gives the reference after all."""
    if candidate.relation is Relation.SAME:
        return False
    stated = None if candidate.states is None else candidate.states.strip()
    honest = {
        case.honest.strip(),
        case.format.wrap(case.reference).strip(),
        case.format.wrap(case.reference.strip()).strip(),
    }
    said = bool(case.reference.strip()) and candidate.completion.strip() in honest
    return said or (stated is not None and stated == case.reference.strip())


def wrong_answer(case: Case) -> str:
    """A plain wrong answer of the right type that neither contains the reference nor stands in it."""
    reference = case.reference.strip()
    number, chosen = numeral(reference), choice(case)
    proposed: list[str] = []
    if number is not None:
        proposed += [number.write(number.value * factor + shift) for factor, shift in _MOVES]
    if chosen is not None:
        proposed += chosen.others
    proposed += [*case.others[:6], "zzz", "qqq"]
    apart = [one for one in proposed if one and one not in reference and reference not in one]
    for one in apart[:4]:
        if case.judge.compare(one, case.task, case.reference) is Truth.WRONG:
            return one
    return apart[0] if apart else "zzz"


_MOVES = tuple((Fraction(factor), Fraction(shift)) for factor, shift in ((3, 11), (2, 7), (-2, 3), (7, 98)))


def thought(case: Case, text: str) -> str:
    """The lead of the case's format, with `text` as what is thought in it."""
    lead = case.format.lead
    block = _BLOCK.search(lead)
    if block is None or not _THINKING.match(block[0]):
        head = case.format.header
        return f"{head}<think>\n{text}\n</think>\n{lead.removeprefix(head)}"
    name = block[1]
    return f"{lead[: block.start()]}<{name}>\n{text}\n</{name}>{lead[block.end() :]}"


def thinks(case: Case) -> bool:
    """Whether the prompt, the format or the grader's source knows of a thinking part."""
    said = (str(fact.value) for fact in (*case.facts.strings, *case.facts.patterns, *case.facts.memberships))
    return any(_THINKING.search(text) for text in (case.format.lead, case.task.text, *said))


def block_name(case: Case) -> str:
    """The name of the tag that thinking stands in."""
    block = _BLOCK.search(case.format.lead)
    return block[1] if block is not None and _THINKING.match(block[0]) else "think"
