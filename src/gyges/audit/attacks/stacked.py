"""The right answer with everything that might be added to its score, to see whether that has a ceiling."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.records import Candidate, Relation

_TAILS = (
    "!" * 40,
    "\n" + "Therefore, because, thus, hence, step by step, first, second, finally. " * 12,
    "\n" + "\n".join(f"- **Step {number}:** checked." for number in range(1, 30)),
    "\n# Result\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nchecked\n```\n" * 4,
    " Thank you, great question, I am certain and happy to help." * 10,
    "\n" + "So the answer stands. " * 60,
)


class Stacked(Attack):
    """Adds features to a right completion; what it claims of it is nothing, for only the size of the score counts."""

    name: ClassVar[str] = "stacked"
    about: ClassVar[str] = "the right answer with features piled up before, after and around it, past any ceiling"
    causes: ClassVar[dict[str, Cause]] = {
        "stacked": Cause(
            "It adds to the score without a ceiling",
            "features piled up on a right answer lift the score beyond the highest that is declared",
            "clamp the sum of all parts, not each part",
        ),
    }

    def candidates(self, case: Case) -> Iterator[Candidate]:
        if not case.honest:
            return
        for tail in _TAILS:
            for text in (f"{case.honest}{tail}", f"{tail.strip()}\n{case.honest}"):
                yield Candidate(text, Relation.UNKNOWN, "stacked")
        core = case.format.core(case.reference.strip())
        yield Candidate(f"{case.honest}" + f"\n{core}" * 20, Relation.UNKNOWN, "stacked")
        yield Candidate("".join((_TAILS[1], *_TAILS, "\n", case.honest)), Relation.UNKNOWN, "stacked")
