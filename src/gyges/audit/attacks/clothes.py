"""What the families that dress the right answer differently share."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

NOTATION = "an author may insist on the notation of the reference"
_MEND = "normalise both sides before comparing, or say in the prompt which notation is asked for"

Form = tuple[str, str]
"""The name of a surface form, and the answer written in it."""


class Clothes(TextAttack):
    """The right answer in other notations, between the same markers."""

    cause: ClassVar[str]
    """One slug for all forms of the family."""

    def tries(self, case: Case) -> Iterator[Candidate]:
        for form, written in self.forms(case):
            if written != case.reference.strip():
                yield same(case, case.format.wrap(written), form, self.cause, NOTATION, written)

    @abstractmethod
    def forms(self, case: Case) -> Iterator[Form]:
        """Equal forms of the case's reference."""


def refuses(title: str, why: str) -> Cause:
    """The words for a right answer that is refused in another notation."""
    return Cause(f"It refuses the right answer {title}", why, _MEND)


def same(
    case: Case, completion: str, form: str, cause: str, arguable: str = "", states: str | None = None
) -> Candidate:
    """A completion that gives the reference in another form; `states` is the form if it is not the reference's own."""
    stated = case.reference.strip() if states is None else states
    return Candidate(completion, Relation.SAME, cause, stated, form=form, arguable=arguable)
