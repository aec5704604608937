"""Splits and choices in the source: which part of a text is taken, and what else stands in that place."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, parts_of, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import OUTSIDE, wrong_answer
from gyges.audit.records import Candidate, Relation
from gyges.audit.source.facts import Fact


class SourceChoices(AimedAttack):
    name: ClassVar[str] = "source: choices"
    about: ClassVar[str] = "another answer, with the right one in the place that a split or an index picks"
    causes: ClassVar[dict[str, Cause]] = {
        "part_taken_for_whole": Cause(
            "It takes a part of the answer for the whole",
            "what stands on the other side of the separator makes it another answer, and is not read",
            "refuse an answer that has more than the expected parts",
        ),
        "last_mention_counts": Cause(
            "It grades the last value that is mentioned, whatever is said of it",
            "a value that the completion only mentions, or rejects, is paid",
            "want the answer in a marked place and read it there alone",
        ),
        "first_mention_counts": Cause(
            "It grades the first value that is mentioned, whatever is said of it",
            "a value that the completion only mentions, or rejects, is paid",
            "want the answer in a marked place and read it there alone",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("splits",)

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        separator, index = parts_of(fact, 2)
        if not isinstance(index, int):
            return
        if separator is None:
            yield from _mentions(case, first=index >= 0)
        elif isinstance(separator, str):
            yield from _beside(case, separator, first=index >= 0)


def _mentions(case: Case, first: bool) -> Iterator[Candidate]:
    """Completions that give the wrong answer plainly, and mention the right one first or last."""
    right, wrong, frame = case.reference.strip(), wrong_answer(case), case.format
    arguable = OUTSIDE if frame.explicit else ""
    cause = "first_mention_counts" if first else "last_mention_counts"
    for core, lead, tail in _FIRST if first else _LAST:
        inside = core.format(right=right, wrong=wrong)
        text = frame.wrap(
            inside, lead=lead.format(right=right) + frame.lead, tail=frame.tail + tail.format(right=right, wrong=wrong)
        )
        yield Candidate(text, Relation.DIFFERENT, cause, states=wrong, arguable=arguable if lead or tail else "")


_FIRST = (
    ("not {right} but {wrong}", "", ""),
    ("{wrong}", "At first I thought of {right}, which is wrong.\n", ""),
    ("{wrong}", "Somebody else got {right}, and that is a mistake.\n", ""),
)
_LAST = (
    ("{wrong}, not {right}", "", ""),
    ("{wrong}", "", "\nIt is {wrong}. It is certainly not {right}"),
    ("{wrong}", "", "\nA common mistake is to answer {right}"),
)


def _beside(case: Case, separator: str, first: bool) -> Iterator[Candidate]:
    """Answers that have the right one on the side of the separator that is read."""
    right, wrong = case.reference.strip(), wrong_answer(case)
    gap = separator if separator.strip() in (".", ",", "/", "-", "", ":", "=", "e", "^", "*", "x") else f" {separator} "
    others = [wrong, "7", "000"] if right[:1].isdigit() or right[:1] == "-" else [wrong]
    for other in others:
        answer = f"{right}{gap}{other}" if first else f"{other}{gap}{right}"
        if "\n" in separator or separator.strip() in case.format.wrap(""):
            # The separator is the marker, or ends a line: which of two marked answers counts is another family's.
            continue
        yield from stated(case, answer, "part_taken_for_whole")
