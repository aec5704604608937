"""The right number in other notations."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.clothes import Clothes, Form, refuses
from gyges.audit.attacks.numerals import Numeral, decimal, numeral, scientific

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_COUNTED = re.compile(r"how (?:many|much) ([a-z]{3,15})\b", re.IGNORECASE)
_VERBS = frozenset(
    {"did", "does", "was", "were", "are", "will", "would", "money", "more", "time", "the", "has", "have", "can"}
)


class ClothesNumbers(Clothes):
    """Separators, signs, zeros, fractions, per cents, powers of ten, LaTeX, other digits, units of the prompt."""

    name = "other clothes: numbers"
    about = "the right number with separators, signs, zeros, as fraction, per cent, power of ten, LaTeX, with units"
    cause = "number_form"
    causes: ClassVar[dict[str, Cause]] = {
        "number_form": refuses("in another notation for numbers", "1,200 and 1200.0 are the same number")
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and numeral(case.reference) is not None

    def forms(self, case: Case) -> Iterator[Form]:
        number = numeral(case.reference)
        if number is None:
            return
        body = number.write(number.value).removeprefix(number.before).removesuffix(number.after)
        yield from notations(number)
        yield from _whole(number, body)
        yield from _prompted(case, number, body)


def notations(number: Numeral) -> Iterator[Form]:
    """The value of a number in other notations, with the sign and unit around it."""
    body = number.write(number.value).removeprefix(number.before).removesuffix(number.after)
    for form, written in (*_values(number, body), *_typeset(number, body)):
        yield form, f"{number.before}{written}{number.after}"


def _values(number: Numeral, body: str) -> Iterator[Form]:
    """Other ways of writing the value down."""
    value = number.value
    if number.ratio:
        top, bottom = value.numerator, value.denominator
        exact = decimal(value)
        if "e" not in exact and len(exact) < 15:
            yield "decimal", exact
        yield "spaced fraction", f"{top} / {bottom}"
        yield "unreduced fraction", f"{2 * top}/{2 * bottom}"
        sign = "-" if top < 0 else ""
        for command in ("frac", "dfrac", "tfrac"):
            yield f"LaTeX {command}", f"{sign}\\{command}{{{abs(top)}}}{{{bottom}}}"
        return
    if number.scientific:
        mantissa, _, power = scientific(value).partition("e")
        yield "upper-case exponent", body.replace("e", "E")
        yield "lower-case exponent", body.replace("E", "e")
        yield "times a power", f"{mantissa} × 10^{power}"
        yield "LaTeX power", f"{mantissa} \\times 10^{{{power}}}"
        yield "product with a power", f"{mantissa}*10**{power}"
        if abs(int(power)) <= 20:
            yield "plain decimal", decimal(value)
        return
    whole, point, places = body.replace(",", "").partition(".")
    size = whole.lstrip("-")
    if len(size) > 3:
        grouped = f"{int(whole):,}{point}{places}"
        yield "thousands separators", grouped
        yield "no thousands separators", f"{whole}{point}{places}"
        yield "LaTeX separators", grouped.replace(",", "{,}")
        yield "spaces between thousands", grouped.replace(",", "\u202f")
    yield "trailing zero", f"{body}0" if places else f"{body}.0"
    if not places:
        yield "two trailing zeros", f"{body}.00"
        yield "point at the end", f"{body}."
    elif places.rstrip("0") != places:
        yield "no trailing zeros", f"{whole}.{places.rstrip('0')}".rstrip(".")
    if number.value > 0:
        yield "leading plus", f"+{body}"
        yield "leading zero", f"0{body}"
    if size == "0" and places:
        yield "no zero before the point", body.replace("0.", ".", 1)
    if value and len(size) < 12:
        yield "scientific", scientific(value)
    if not number.before and not number.after:
        yield "fraction", f"{value.numerator}/{value.denominator}"


def _typeset(number: Numeral, body: str) -> Iterator[Form]:
    """Other signs for the same digits."""
    if "\\" in body:
        return
    if number.value < 0:
        yield "Unicode minus", body.replace("-", "−", 1)
        yield "space after the minus", body.replace("-", "- ", 1)
    yield "full-width digits", body.translate(_FULL_WIDTH)


def _whole(number: Numeral, body: str) -> Iterator[Form]:
    """The whole answer, sign and unit included, in markup."""
    written = f"{number.before}{body}{number.after}"
    tex = written.replace("$", "\\$").replace("%", "\\%")
    yield "dollars around", f"${tex}$"
    yield "LaTeX parentheses", f"\\({tex}\\)"
    yield "LaTeX text", f"\\text{{{written}}}"
    yield "LaTeX space", f"{written}\\,"
    yield "bold", f"**{written}**"
    yield "full stop", f"{written}."
    yield "no-break space", f"\u00a0{written}"
    yield "quotes", f'"{written}"'
    yield "equation", f"x = {written}"
    yield "parentheses", f"({written})"


def _prompted(case: Case, number: Numeral, body: str) -> Iterator[Form]:
    """Units that the prompt makes plain, and per cents."""
    prompt = case.task.text
    if number.after.strip() == "%":
        yield "space before the per cent sign", f"{body} %"
        yield "per cent in words", f"{body} percent"
        yield "per cent in LaTeX", f"{body}\\%"
        yield "per cent as decimal", decimal(number.value / 100)
    elif number.after.strip():
        yield "no space before the unit", f"{body}{number.after.strip()}"
        yield "space before the unit", f"{body} {number.after.strip()}"
        yield "unit in LaTeX", f"{body}\\text{{ {number.after.strip()}}}"
    elif not number.before and re.search(r"percent|per cent|%", prompt, re.IGNORECASE) and not number.ratio:
        yield "per cent sign", f"{body}%"
    if not number.before and not number.after and re.search(r"\$\d|dollar", prompt):
        yield "currency sign", f"${body}"
        yield "currency in words", f"{body} dollars"
    if number.before.strip() == "$":
        yield "no currency sign", body
        yield "currency in words", f"{body} dollars"
    counted = _COUNTED.search(prompt)
    if counted is not None and not number.after and counted[1].lower() not in _VERBS:
        yield "unit of the prompt", f"{number.before}{body} {counted[1].lower()}"
