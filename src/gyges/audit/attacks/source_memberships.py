"""`in`, `startswith` and their like in the source: answers that contain the right one, or are contained in it."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, parts_of, silent, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.records import Candidate
from gyges.audit.source.facts import Fact


class SourceMemberships(AimedAttack):
    name: ClassVar[str] = "source: containment"
    about: ClassVar[str] = "answers that contain the right one or a part of it, where the source tests containment"
    causes: ClassVar[dict[str, Cause]] = {
        "contained": Cause(
            "It pays for answers that contain the right one",
            "a longer number or word that has the right one inside is another answer",
            "compare whole answers, or look for the right one between word boundaries",
        ),
        "part_of_reference": Cause(
            "It pays for a piece of the right answer",
            "containment is tested the wrong way round: a single letter is contained in most references",
            "compare whole answers",
        ),
        "empty_contained": Cause(
            "It pays for an empty answer",
            "the empty text is contained in every text",
            "refuse an empty answer before testing containment",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("memberships",)

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        kind, needle = parts_of(fact, 2)
        if needle is not None:
            return
        right = case.reference.strip()
        digits = right[:1].isdigit() or (right[:1] in "+-" and right[1:2].isdigit())
        before, after = ("7", "7") if digits else ("un", "less") if right.isalpha() else ("x", "x")
        bare = right.lstrip("+-") if digits else right
        if kind != "startswith":
            yield from stated(case, f"{before}{bare}", "contained")
        if kind != "endswith":
            yield from stated(case, f"{right}{after}", "contained")
        yield from stated(case, f"{before}{bare}{after}", "contained")
        for piece in (right[:1], right[-1:], right[: (len(right) + 1) // 2], right[len(right) // 2 :]):
            if piece.strip() and piece != right:
                yield from stated(case, piece, "part_of_reference")
        yield silent(case.format.wrap(""), "empty_contained")
        yield silent("", "empty_contained")
        yield silent(case.format.wrap(" "), "empty_contained")
