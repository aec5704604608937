"""Near misses of a quantity: the number is right and the unit is not."""

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.numerals import Numeral, decimal, numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.judges import units
from gyges.audit.records import Candidate, Relation

_KIN = (
    ("mm", "cm", "m", "km", "miles", "inches", "ft"),
    ("mg", "g", "kg", "t", "lb"),
    ("ms", "s", "min", "h", "days", "seconds", "minutes", "hours", "weeks", "years"),
    ("ml", "l", "L", "litres", "gallons"),
    ("J", "kJ", "eV", "kWh", "cal"),
    ("W", "kW", "MW"),
    ("Pa", "kPa", "bar", "atm"),
    ("K", "°C", "°F"),
    ("m/s", "km/h", "mph"),
    ("$", "€", "£", "¥"),
    ("dollars", "cents", "euros"),
    ("degrees", "radians", "rad"),
    ("%", "‰"),
)
_DIGITS = 12
"""Characters of a converted number; longer ones come of factors that are not powers of ten."""


class NearUnits(TextAttack):
    """The right number with another unit or none, and conversions by wrong factors."""

    name = "near misses: units"
    about = "the right number with another unit or none, and other quantities in units of the same kind"
    causes: ClassVar[dict[str, Cause]] = {
        "unit_ignored": Cause(
            "It does not read the unit",
            "the same number with another unit is another quantity",
            "compare number and unit, or convert both sides to one unit first",
        ),
        "wrong_conversion": Cause(
            "It converts units by a wrong factor",
            "a quantity ten or a thousand times as large is paid in another unit",
            "check each factor of the table, with one pair of equal quantities for each unit as a test",
        ),
    }

    def suits(self, case: Case) -> bool:
        number = numeral(case.reference)
        return super().suits(case) and number is not None and bool(number.before.strip() or number.after.strip())

    def tries(self, case: Case) -> Iterator[Candidate]:
        number = numeral(case.reference)
        if number is None:
            return
        body = number.write(number.value).removeprefix(number.before).removesuffix(number.after)
        unit, space = number.after.strip(), number.after[: len(number.after) - len(number.after.lstrip())]
        for other in _others(unit)[:4] if unit else ():
            yield _made(case, f"{number.before}{body}{space}{other}")
        for other in _others(number.before.strip())[:2] if number.before.strip() else ():
            yield _made(case, f"{other}{body}{number.after}")
        if unit:
            yield from _converted(case, number, unit, space)
            yield from [_made(case, f"{number.before}{body} {unit}²")] if unit[-1].isalpha() else ()
            yield _made(case, f"{number.before}{body}", "the prompt may make the unit plain")


def _converted(case: Case, number: Numeral, unit: str, space: str) -> Iterator[Candidate]:
    """Quantities in other units of the kind, which a slip in a table of factors takes for the right one."""
    size = units.known(unit)
    for other in next((kin for kin in _KIN if unit in kin), ()) if size is not None else ():
        scale = units.known(other)
        if size is None or scale is None or scale[0] != size[0] or scale[1] == size[1]:
            continue
        right = number.value * size[1] / scale[1]
        for factor in (Fraction(10), Fraction(1, 10), Fraction(1000), Fraction(1, 1000)):
            # With the number unchanged it is the unit that is not read.
            if right * factor != number.value and len(written := decimal(right * factor)) <= _DIGITS:
                yield _made(case, f"{number.before}{written}{space}{other}", cause="wrong_conversion")


def _others(unit: str) -> list[str]:
    """Units of the same kind, the nearest first, then one of another kind."""
    for kin in _KIN:
        if unit in kin:
            place = kin.index(unit)
            # What is next to it in the list is what somebody would mix it up with; plurals of one unit are not others.
            rest = [one for one in (*kin[place + 1 :], *kin[:place][::-1]) if one[0] != unit[0] or len(unit) > len(one)]
            return [*(one for one in rest if not _synonyms(one, unit)), "apples"]
    return ["kg", "cm"] if unit not in ("kg", "cm") else ["h", "°C"]


_SAME = ({"min", "minutes"}, {"s", "seconds"}, {"h", "hours"}, {"l", "L", "litres"}, {"radians", "rad"})


def _synonyms(one: str, other: str) -> bool:
    return any({one, other} <= names for names in _SAME)


def _made(case: Case, written: str, arguable: str = "", cause: str = "unit_ignored") -> Candidate:
    return Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written, arguable=arguable)
