"""Conversions in the source: other answers that come out of them as the right one, or that break them."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, silent, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.numerals import numeral
from gyges.audit.records import Candidate
from gyges.audit.source.facts import Fact

_EXACT_FLOATS = 2**53
_NUMBERS = {"float", "int", "complex", "Decimal", "Fraction", "sum"}
_UNORDERED = {"set", "frozenset", "sorted", "Counter", "issubset", "issuperset"}
_DEEP = "[" * 3000 + "]" * 3000
_LONG = "9" * 5000
_OTHER_TYPES = ("1", "null", "true", '"x"', "[]", "{}", "[1]", "[null]", "[[]]", '{"x": 1}', '[{"x": 1}]', "-1e999")
"""Data that parses, of every other type than the one that is asked for."""


class SourceCoercions(AimedAttack):
    name: ClassVar[str] = "source: conversions"
    about: ClassVar[str] = "answers that int, float, bool, set, sorted and their like turn into the right one"
    causes: ClassVar[dict[str, Cause]] = {
        "not_a_number_passes": Cause(
            "It pays for answers that are not numbers",
            "nan and infinity convert without an error, and comparisons with them come out in the answer's favour",
            "refuse what is not finite before comparing",
        ),
        "truncated": Cause(
            "It cuts off what an integer cannot hold",
            "answers that differ after the decimal point are paid",
            "refuse numbers that are not whole, or compare them exactly",
        ),
        "float_precision": Cause(
            "It compares large whole numbers as floats",
            "beyond 2^53 neighbouring integers are the same float, so wrong digits are paid",
            "compare integers as integers",
        ),
        "truthiness": Cause(
            "It takes any text for true",
            "bool() of a text that says no is true",
            "compare the words themselves",
        ),
        "order_and_count_lost": Cause(
            "It loses the order or the number of the parts of an answer",
            "an answer with the same parts in another order, or with repetitions, is another answer",
            "compare the parts one by one where order and count matter",
        ),
        "conversion_breaks": Cause(
            "It breaks on text that its conversion does not expect",
            "an exception or an endless call in a reward function ends the training run",
            "bound the length of what is converted, and refuse what does not convert",
        ),
    }
    needs_reference = False
    reads: ClassVar[tuple[str, ...]] = ("coercions", "memberships")

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        name = fact.value[0] if isinstance(fact.value, tuple) else fact.value
        if name in ("literal_eval", "loads"):
            yield from _parsed(case)
        elif not case.reference.strip():
            return
        elif name in _NUMBERS:
            yield from _numbers(case, str(name), "float" in fact.code or not case.facts.patterns)
        elif name == "bool":
            for text in ("False", "false", "no", "0.0", "None"):
                yield from stated(case, text, "truthiness")
        elif name in _UNORDERED:
            yield from _rearranged(case)
        elif name in ("isdigit", "isnumeric"):
            # Digits by Unicode's lights that int() refuses.
            yield silent(case.format.wrap("²"), "conversion_breaks")
            yield silent(case.format.wrap("½"), "conversion_breaks")


def _parsed(case: Case) -> Iterator[Candidate]:
    yield silent(case.format.wrap(_DEEP), "conversion_breaks")
    yield silent(case.format.wrap("NaN"), "not_a_number_passes")
    for text in _OTHER_TYPES:
        if text != case.reference.strip():
            yield silent(case.format.wrap(text), "conversion_breaks")


def _numbers(case: Case, name: str, whole: bool) -> Iterator[Candidate]:
    """**Arguments:** `whole`: whether it is a decimal that is cut, rather than digits that a pattern has found."""
    number = numeral(case.reference)
    if number is not None and number.integer:
        if name == "int" and whole:
            sign = "-" if number.value < 0 else ""
            for digits in ("9", "5", "25"):
                yield from stated(case, f"{sign}{abs(number.value)}.{digits}", "truncated")
        if abs(number.value) > _EXACT_FLOATS and name == "float":
            yield from stated(case, number.write(number.value + 1), "float_precision")
            yield from stated(case, number.write(number.value - 1), "float_precision")
    for text in ("nan", "inf", "-inf", "1e999", "-1e999", "infinity"):
        if name != "int":
            yield from stated(case, text, "not_a_number_passes")
    if name == "Decimal":
        yield silent(case.format.wrap("sNaN"), "conversion_breaks")
    if name == "Fraction":
        yield silent(case.format.wrap("1/0"), "conversion_breaks")
    yield silent(case.format.wrap(_LONG), "conversion_breaks")
    yield silent(case.format.wrap("1e400"), "conversion_breaks")


def _rearranged(case: Case) -> Iterator[Candidate]:
    reference = case.reference.strip()
    for separator in (", ", ",", "\n", " "):
        parts = reference.strip("[](){}").split(separator)
        if len(parts) > 1:
            front = reference[: len(reference) - len(reference.lstrip("[({"))]
            back = reference[len(reference.rstrip("])}")) :]
            # A mapping has no order, and a pair that stands in it twice says the same.
            if front.endswith("{") and ":" in parts[0]:
                continue
            for order in (parts[::-1], [*parts, parts[-1]], [parts[0], *parts], sorted(parts)):
                if order != parts:
                    yield from stated(case, f"{front}{separator.join(order)}{back}", "order_and_count_lost")
            break
    else:
        # The set or the sorting of a string's own characters.
        for letters in ("".join(sorted(reference)), reference[::-1], reference + reference[-1:]):
            if letters != reference:
                yield from stated(case, letters, "order_and_count_lost")
