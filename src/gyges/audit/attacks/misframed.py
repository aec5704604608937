"""The answer wrongly framed: the right words are there, and the completion does not give them as its answer."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import ClassVar

from gyges.audit.attacks import misframed_buried, misframed_negated, misframed_several, misframed_thinking
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import TextAttack, wrong_answer
from gyges.audit.records import Candidate

_PARTS = (misframed_negated, misframed_several, misframed_buried, misframed_thinking)


class Misframed(TextAttack):
    """Denied, taken back, hedged, one of several, mentioned in passing, or only thought of."""

    name = "misframed"
    about = (
        "the right answer denied, retracted, hedged, among several, in passing, quoted, or only in the thinking part"
    )
    causes: ClassVar[dict[str, Cause]] = {slug: cause for part in _PARTS for slug, cause in part.CAUSES.items()}

    def tries(self, case: Case) -> Iterator[Candidate]:
        wrong = wrong_answer(case)
        for layer in zip_longest(*(part.tries(case, wrong) for part in _PARTS)):
            yield from (candidate for candidate in layer if candidate is not None)
