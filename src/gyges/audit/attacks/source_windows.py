"""Slices in the source: answers just inside and just outside of the window that is read."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, altered, parts_of, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.records import Candidate, Relation
from gyges.audit.source.facts import Fact

_FILLER = "I go through the steps once more and they agree with what I found before. "
_WIDE = 20
"""Characters: a wider window is one on a completion, a narrower one is one on an answer."""
_WIDEST = 50_000
_AT_THE_END = "the grader may want the answer at the very end"


class SourceWindows(AimedAttack):
    name: ClassVar[str] = "source: windows"
    about: ClassVar[str] = "answers inside and outside of the slices that the source takes"
    causes: ClassVar[dict[str, Cause]] = {
        "prefix_compared": Cause(
            "It compares only the beginning of the answer",
            "answers that begin like the right one are paid, however they go on",
            "compare whole answers",
        ),
        "suffix_compared": Cause(
            "It compares only the end of the answer",
            "answers that end like the right one are paid, whatever comes before",
            "compare whole answers",
        ),
        "window_cuts_answer": Cause(
            "The window that it reads cuts through the answer",
            "the part of a wrong answer that is left inside the window can be the right one",
            "find the answer in the whole completion first, and cut afterwards if at all",
        ),
        "window_misses_answer": Cause(
            "It does not see a right answer outside of a fixed window",
            "longer reasoning is punished, although the answer is right",
            "find the answer in the whole completion",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("slices",)

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        start, stop = parts_of(fact, 2)
        if isinstance(stop, int) and stop > 0 and not start:
            yield from self._head(case, stop)
        elif isinstance(start, int) and start < 0 and stop is None:
            yield from self._tail(case, -start)

    def _head(self, case: Case, width: int) -> Iterator[Candidate]:
        reference, frame = case.reference.strip(), case.format
        if len(reference) >= width:
            kept, rest = reference[:width], reference[width:]
            yield from stated(case, kept + (altered(rest) if rest.strip() else "7"), "prefix_compared")
            yield from stated(case, kept + altered(rest) + "7", "prefix_compared")
        if _WIDE <= width <= _WIDEST:
            yield Candidate(
                # On a line of its own, since some layouts want the answer's line to begin with its marker.
                f"{_filler(width + 40).rstrip()}\n{frame.wrap(reference)}",
                Relation.SAME,
                "window_misses_answer",
                reference,
                form="late",
            )
            lead = f"{frame.lead}{frame.before}{reference}"
            if len(lead) < width and reference[-1:].isdigit():
                cut = f"{_filler(width - len(lead))}{lead}77{frame.after}{frame.tail}"
                yield Candidate(cut, Relation.DIFFERENT, "window_cuts_answer", f"{reference}77")

    def _tail(self, case: Case, width: int) -> Iterator[Candidate]:
        reference, frame = case.reference.strip(), case.format
        if len(reference) >= width:
            kept, rest = reference[-width:], reference[:-width]
            yield from stated(case, (altered(rest) if rest.strip() else "7") + kept, "suffix_compared")
            yield from stated(case, "7" + altered(rest) + kept, "suffix_compared")
        if _WIDE <= width <= _WIDEST:
            late = frame.wrap(reference, tail=f"{frame.tail}\n{_filler(width + 40)}")
            yield Candidate(late, Relation.SAME, "window_misses_answer", reference, form="early", arguable=_AT_THE_END)
            end = f"{frame.after}{frame.tail}"
            if reference[:1].isdigit() and len(end) + len(reference) <= width:
                rest = f"{end} {_filler(width)}"[: width - len(reference)]
                cut = f"{frame.lead}{frame.before}7{reference}{rest}"
                yield Candidate(cut, Relation.DIFFERENT, "window_cuts_answer", f"7{reference}")


def _filler(length: int) -> str:
    """Reasoning without a number in it, exactly that long."""
    text = (_FILLER * (length // len(_FILLER) + 1))[:length]
    return f"{text[:-1]} " if text else ""
