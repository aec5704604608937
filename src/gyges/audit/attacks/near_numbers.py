"""Near misses of a number."""

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.numerals import Numeral, decimal, numeral, scientific
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_NOISE = "a tolerance for rounding is often wanted"
_ROUNDED = "the reference is rounded itself, and this is within half a unit of its last digit"
_SHORTER = "an answer that is rounded further may be wanted"
_STRIPPED = "a unit or sign after the number may be meant to be ignored"
SLACK = Fraction(1, 5000)
"""Relative deviations up to this are contested: graders with tolerances up to 1e-4 are common, and meant."""

TINY = Fraction(1, 100)
"""Below this, absolute tolerances that are in use reach zero."""


class NearNumbers(TextAttack):
    """Numbers that are close to the right one: in size, in sign, in their digits."""

    name = "near misses: numbers"
    about = (
        "neighbouring numbers, signs, digits added, dropped and swapped, moved points, magnitudes far outside the usual"
    )
    causes: ClassVar[dict[str, Cause]] = {
        "near_number": Cause(
            "It pays for numbers near the right one",
            "its tolerance or rounding reaches numbers that are other answers",
            "compare integers exactly, and let a tolerance be relative and no wider than the reference's rounding",
        ),
        "absolute_tolerance": Cause(
            "Its tolerance is wider than the answer itself",
            "an absolute tolerance takes zero, or a value many times as large, for a small answer",
            "use a relative tolerance (math.isclose with rel_tol, abs_tol only where the reference is 0)",
        ),
        "sign_lost": Cause(
            "It does not read the sign",
            "the opposite of the right answer is paid",
            "keep the sign when extracting (as in `-?\\d+`), and do not compare absolute values",
        ),
        "truncation": Cause(
            "It reads a number only in part",
            "what follows the whole part (a fraction, a denominator, an exponent) changes the value and is not read",
            "compare with float or Fraction; do not convert to int, and let the pattern take the number to its end",
        ),
        "substring": Cause(
            "It pays for an answer that contains the right one",
            "a longer answer, in which the right one only occurs, is another answer",
            "compare the whole extracted answer with ==, not with `in`, startswith, endswith or an open-ended pattern",
        ),
        "partial": Cause(
            "It pays for a part of the right answer",
            "what is paid is only a piece of the reference",
            "compare the whole answer with ==; do not look for the answer inside the reference, nor compare prefixes",
        ),
        "scrambled": Cause(
            "It pays for the right characters in the wrong order or number",
            "what is compared is a bag of characters, or a fuzzy likeness",
            "compare the text or the value itself",
        ),
        "decimal_point": Cause(
            "It loses the decimal point",
            "a number that is ten or a hundred times as large is paid",
            "take only thousands separators off, and keep the point",
        ),
        "sign_after_number": Cause(
            "It ignores a per cent sign or a unit that changes the value",
            "45% and 45 are not the same number",
            "read the sign, or refuse it where the prompt does not ask for it",
        ),
        "not_finite_number": Cause(
            "It pays for infinity or NaN",
            "comparisons with these are true, or false, for every number",
            "refuse what is not finite before comparing",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and numeral(case.reference) is not None

    def tries(self, case: Case) -> Iterator[Candidate]:
        number = numeral(case.reference)
        if number is None:
            return
        for value, written, cause, arguable in _misses(number):
            worth = _value(written) if value is None else value
            # Most of what is done to the digits of another number leaves zero as it is.
            same = worth == number.value or (worth is None and number.value == 0)
            if not same or cause in ("sign_after_number", "not_finite_number"):
                yield Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written, arguable=arguable)


Miss = tuple[Fraction | None, str, str, str]
"""The value if it is one, as it is written, the cause, and why it may be wanted."""


def _misses(number: Numeral) -> Iterator[Miss]:
    value, write = number.value, number.write
    tiny = 0 < abs(value) < TINY
    near = "absolute_tolerance" if tiny else "near_number"
    yield value + number.step, write(value + number.step), near, ""
    yield -value, write(-value), "absolute_tolerance" if tiny else "sign_lost", ""
    yield from _glued(number)
    yield from _cut(number)
    yield value - number.step, write(value - number.step), near, ""
    yield from _magnitudes(number)
    # Deviations that only a far too wide tolerance takes; each also tells how wide it is. They differ in their whole
    # part, so that cutting the fraction off does not pass for a tolerance.
    for relative in (Fraction(-1, 100), Fraction(1, 20), Fraction(-1, 20), Fraction(-1, 500)):
        if not number.integer or int(value * (1 + relative)) != value:
            yield from _moved(number, value * relative, near)
    for steps in (2, -2, 5):
        yield value + steps * number.step, write(value + steps * number.step), near, ""
    for relative in (Fraction(1, 10**5), Fraction(1, 10**6), Fraction(1, 10**9)):
        yield from _moved(number, value * relative, near)
    yield from _shuffled(number)
    yield from _signs(number)
    for written in ("inf", "nan", "-inf", "1e999"):
        yield None, written, "not_finite_number", ""


def _moved(number: Numeral, shift: Fraction, cause: str) -> Iterator[Miss]:
    value = number.value + shift
    if number.ratio:
        written = f"{value.numerator}/{value.denominator}"
    elif number.scientific:
        written = number.write(value)
    else:
        written = f"{number.before}{decimal(value, number.places)}{number.after}"
    noise = abs(shift) <= SLACK * abs(number.value)
    rounded = not number.integer and not number.ratio and not number.scientific and abs(shift) <= number.step / 2
    if not (number.before or number.after) or numeral(written) is not None:
        yield value, written, cause, _NOISE if noise else _ROUNDED if rounded else ""


def _glued(number: Numeral) -> Iterator[Miss]:
    """The digits of the reference within longer numbers."""
    text = number.write(number.value)
    body = text.removeprefix(number.before).removesuffix(number.after)
    if number.ratio:
        for written in (f"1{body}", f"{body}0", f"{body}/2"):
            yield _value(written), written, "substring", ""
        return
    before, after = number.before, number.after
    if number.scientific:
        mantissa, _, power = body.lower().partition("e")
        yield _value(mantissa), f"{before}{mantissa}{after}", "truncation", ""
        yield None, f"{before}{mantissa}e{int(power) + 1}{after}", "truncation", ""
        yield None, f"{before}{mantissa}e{-int(power) or 7}{after}", "truncation", ""
        yield None, f"{before}{body}0{after}", "substring", ""
        return
    digits = body.lstrip("-")
    sign = "-" if body.startswith("-") else ""
    yield _value(f"{sign}1{digits}"), f"{before}{sign}1{digits}{after}", "substring", ""
    if number.places:
        yield None, f"{before}{body}7{after}", "substring", _ROUNDED if number.places > 1 else ""
    else:
        yield _value(f"{body}0"), f"{before}{body}0{after}", "substring", ""
        yield None, f"{before}{body}.99{after}", "truncation", ""
        yield None, f"{before}{body}/7{after}", "truncation", ""
        yield None, f"{before}{body}e3{after}", "truncation", ""
        yield None, f"{before}{body}000{after}", "substring", ""
    yield None, f"{before}{sign}3.{digits}" if "." not in digits else f"{before}{sign}9{digits}{after}", "substring", ""


def _cut(number: Numeral) -> Iterator[Miss]:
    """Fewer digits than the reference has."""
    if number.ratio:
        top, bottom = number.value.numerator, number.value.denominator
        if bottom != 1:
            yield Fraction(top), str(top), "partial", ""
            yield Fraction(bottom, top) if top else None, f"{bottom}/{top}", "scrambled", ""
            yield Fraction(int(number.value)), str(int(number.value)), "truncation", ""
        return
    if number.places and not number.scientific:
        whole = int(number.value)
        yield Fraction(whole), f"{number.before}{whole}{number.after}", "truncation", ""
        if number.places > 1:
            shorter = Fraction(int(number.value * 10 ** (number.places - 1)), 10 ** (number.places - 1))
            written = f"{number.before}{decimal(shorter, number.places - 1)}{number.after}"
            yield shorter, written, "truncation", _SHORTER if number.places > 2 else ""
    body = str(abs(number.value.numerator)) if number.integer else ""
    if len(body) > 1:
        sign = "-" if number.value < 0 else ""
        for part in (body[:-1], body[1:], body[0], body[-1]):
            yield Fraction(int(part)), f"{number.before}{sign}{int(part)}{number.after}", "partial", ""


def _magnitudes(number: Numeral) -> Iterator[Miss]:
    value = number.value
    tiny = 0 < abs(value) < TINY
    cause = "absolute_tolerance" if tiny else "near_number"
    yield Fraction(0), f"{number.before}0{number.after}", cause, ""
    if not number.ratio:
        for factor in (Fraction(10), Fraction(1, 10), Fraction(100), Fraction(1, 100)):
            slug = "absolute_tolerance" if tiny else "decimal_point"
            written = number.write(value * factor) if number.scientific else decimal(value * factor)
            yield (
                value * factor,
                f"{written}" if number.scientific else f"{number.before}{written}{number.after}",
                slug,
                "",
            )
        for factor in (Fraction(10**20), Fraction(1, 10**20)):
            yield value * factor, f"{number.before}{scientific(value * factor)}{number.after}", "truncation", ""
    if tiny:
        yield value * 2, number.write(value * 2), "absolute_tolerance", ""
        yield -value * 3, number.write(-value * 3), "absolute_tolerance", ""


def _shuffled(number: Numeral) -> Iterator[Miss]:
    """The same digits in another order, and one digit changed."""
    if number.ratio or number.scientific:
        return
    body = decimal(abs(number.value), number.places)
    sign = "-" if number.value < 0 else ""
    made = [body[::-1], body[1:] + body[:1], body[:-2] + body[-2:][::-1]]
    for text in made:
        if text[:1].isdigit() and text[-1:].isdigit() and text[0] != "0":
            yield _value(f"{sign}{text}"), f"{number.before}{sign}{text}{number.after}", "scrambled", ""
    if len(body) > 2:
        changed = f"{'8' if body[0] != '8' else '3'}{body[1:]}"
        yield _value(f"{sign}{changed}"), f"{number.before}{sign}{changed}{number.after}", "scrambled", ""
        doubled = f"{body[0]}{body}"
        yield _value(f"{sign}{doubled}"), f"{number.before}{sign}{doubled}{number.after}", "scrambled", ""


def _signs(number: Numeral) -> Iterator[Miss]:
    body = number.write(number.value).removeprefix(number.before).removesuffix(number.after)
    if number.after.strip() == "%":
        yield None, f"{decimal(number.value / 100)}%", "sign_after_number", ""
    elif not number.after and not number.ratio and not number.before and number.value:
        yield None, f"{body}%", "sign_after_number", _STRIPPED
        yield None, f"{body}°", "sign_after_number", _STRIPPED


def _value(text: str) -> Fraction | None:
    found = numeral(text)
    return None if found is None else found.value
