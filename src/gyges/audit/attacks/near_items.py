"""Near misses of the numbers within a list or a grid."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.near_numbers import NearNumbers
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_LIST = re.compile(r"[\s\d.,;+\[\](){}'\"-]+")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
LONGEST = 4000


class NearItems(TextAttack):
    """Lists and grids of numbers in which one number, or every one, is a little off."""

    name = "near misses: numbers in lists"
    about = "lists and grids of numbers with the last or the first one, or all of them, a little off"
    causes: ClassVar[dict[str, Cause]] = {"near_number": NearNumbers.causes["near_number"]}

    def suits(self, case: Case) -> bool:
        return super().suits(case) and _numbers(case.reference.strip()) is not None

    def tries(self, case: Case) -> Iterator[Candidate]:
        text = case.reference.strip()
        found = _numbers(text) or []
        # The last up or the first down keeps what is sorted in order.
        for place, steps in ((-1, 1), (-1, -1), (0, -1), (0, 1)):
            yield _made(case, _moved(text, [found[place]], Fraction(steps)))
        yield _made(case, _moved(text, found, Fraction(1)))
        yield _made(case, _moved(text, [found[-1]], Fraction(1), share=Fraction(1, 100)))


def _numbers(text: str) -> list[re.Match[str]] | None:
    """The numbers of a text that holds several and nothing else; None for any other text."""
    if len(text) > LONGEST or numeral(text) is not None or not _LIST.fullmatch(text):
        return None
    found = list(_NUMBER.finditer(text))
    return found if len(found) > 1 else None


def _moved(text: str, chosen: list[re.Match[str]], steps: Fraction, share: Fraction = Fraction(0)) -> str:
    """`text` with some of its numbers moved by so many units of their last digit, or by a share of their size."""
    for place in reversed(chosen):
        number = numeral(place[0])
        if number is not None:
            shift = max(number.step, abs(number.value) * share // number.step * number.step)
            text = f"{text[: place.start()]}{number.write(number.value + steps * shift)}{text[place.end() :]}"
    return text


def _made(case: Case, written: str) -> Candidate:
    return Candidate(case.format.wrap(written), Relation.DIFFERENT, "near_number", written)
