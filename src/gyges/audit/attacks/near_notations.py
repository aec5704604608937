"""Near misses of a number in other notations: what is compared well in one may be misread in another."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.clothes_numbers import notations
from gyges.audit.attacks.near_numbers import NearNumbers
from gyges.audit.attacks.numerals import Numeral, decimal, numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation, Truth

_ANYWHERE = "commas may be meant to be ignored wherever they stand, where no marker ends the answer"
Miss = tuple[str, str, str]
"""A wrong number as it is written, the cause, and why it may be wanted."""


class NearNotations(TextAttack):
    """Other numbers as LaTeX fractions, powers of ten, with separators that stand where none belong."""

    name = "near misses: notations"
    about = "other numbers in each notation that the right one may have, and separators where they do not belong"
    causes: ClassVar[dict[str, Cause]] = {
        "sign_lost": NearNumbers.causes["sign_lost"],
        "notation_misread": Cause(
            "It misreads numbers in one of the notations that it takes",
            "another number, written in that notation, is read as the right one",
            "test each notation with its sign, its denominator and its exponent, one wrong at a time",
        ),
        "separators_dropped": Cause(
            "It takes commas out wherever they stand",
            "8,3,7,9 is a list of four numbers, and 1,5 is one and a half to half of the world; neither is the answer",
            "take separators off only where they group three digits, as in `\\d{1,3}(,\\d{3})+`",
        ),
        "cut_at_separator": Cause(
            "It reads a number only as far as its first separator",
            "8,999 is read as 8, and so is every number from eight thousand on",
            "take the separators off before converting, and do not split at them",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and numeral(case.reference) is not None

    def tries(self, case: Case) -> Iterator[Candidate]:
        number = numeral(case.reference)
        if number is None:
            return
        for written, cause, arguable in (*_grouped(number, case.format.explicit), *_renoted(number)):
            if case.judge.compare(written, case.task, case.reference) is Truth.WRONG:
                yield Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written, arguable=arguable)


def _grouped(number: Numeral, explicit: bool) -> Iterator[Miss]:
    """Separators in the wrong places, and numbers that agree up to the first one."""
    if number.ratio or number.scientific:
        return
    whole, point, places = decimal(abs(number.value), number.places).partition(".")
    sign = "-" if number.value < 0 else ""

    def written(digits: str) -> str:
        return f"{number.before}{sign}{digits}{point}{places}{number.after}"

    if number.grouped:
        groups = f"{int(whole):,}".split(",")
        others = ["999" if one != "999" else "111" for one in groups[1:]]
        for digits in (groups[0], ",".join([groups[0], *others]), groups[-1]):
            yield written(digits), "cut_at_separator", ""
    arguable = "" if explicit else _ANYWHERE
    if len(whole) > 1:
        yield written(",".join(whole)), "separators_dropped", arguable
    if len(whole) > 2:
        yield written(f"{whole[:-2]},{whole[-2:]}"), "separators_dropped", arguable


def _renoted(number: Numeral) -> Iterator[Miss]:
    """Other values, each in all notations."""
    value = number.value
    others = [(-value, "sign_lost"), (value + number.step, "notation_misread")]
    if number.ratio and value:
        others += [(1 / value, "notation_misread"), (Fraction(value.numerator), "notation_misread")]
    for other, cause in others:
        if other != value:
            for _, written in notations(replace(number, value=other)):
                yield written, cause, ""
