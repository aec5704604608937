"""Judges numbers: exactly, as fractions, with units and rounding kept in mind."""

import re
from fractions import Fraction

from gyges.audit.judges import formulas, units
from gyges.audit.judges.asked import Asked, asked
from gyges.audit.judges.base import Judge
from gyges.audit.judges.notation import LONGEST, plain, unwrapped
from gyges.audit.judges.number_words import NUMBER_WORD
from gyges.audit.judges.quantities import Quantity, readings
from gyges.audit.judges.rounding import precision
from gyges.audit.records import Task, Truth

CLOSE = Fraction(1, 20)
"""A decimal with fewer digits than the reference may be a rounding of it only within this share of it."""
NOISE = Fraction(1, 10**9)
"""Relative difference that floating-point arithmetic explains."""
_NUMERAL = re.compile(r"-?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?")
_ARITHMETIC = re.compile(r"[-+*/^=:()\[\]{}\\<>%]")
_BOOLEANS = {"true": 1, "yes": 1, "on": 1, "false": 0, "no": 0, "off": 0}


class Numbers(Judge):
    """Exact numbers: another value is wrong, another way of writing the same one is right."""

    name = "number"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        found = readings(reference)
        if not found or found[0].named or found[0].spelled:
            return 0.0
        return 0.8 if found[0].unit and units.known(found[0].unit) is None else 0.95

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        if stated.strip() == reference.strip():
            return Truth.RIGHT
        wanted, given = readings(reference), readings(stated)
        if not wanted:
            return Truth.UNSURE
        if not given:
            return _unread(stated, wanted[0], asked(task.text))
        verdicts = [_compare(one, wanted[0], task) for one in given]
        if verdicts[0] is Truth.WRONG and Truth.WRONG in verdicts and len(set(verdicts)) > 1:
            return Truth.UNSURE
        if len(wanted) > 1 and verdicts[0] is Truth.WRONG:
            others = [_compare(given[0], other, task) for other in wanted[1:]]
            return Truth.WRONG if all(other is Truth.WRONG for other in others) else Truth.UNSURE
        return verdicts[0]


def _compare(given: Quantity, wanted: Quantity, task: Task) -> Truth:
    prompt = asked(task.text)
    if given.vast or wanted.vast:
        return Truth.UNSURE if given.vast and wanted.vast else Truth.WRONG
    unit = _unit(given, wanted, task, prompt)
    if unit is Truth.WRONG:
        return Truth.WRONG
    if given.value == wanted.value:
        return Truth.UNSURE if unit is Truth.UNSURE else _same_value(given, wanted, prompt, task)
    if _converts(given, wanted):
        share = bool(given.unit) != bool(wanted.unit) and not prompt.percent and not prompt.no_units
        return Truth.RIGHT if share else Truth.UNSURE
    if (asked_for := precision(task.text)) and asked_for.same(given.value, wanted.value):
        # Written out as far as was asked, it is the answer; written out further, it may be.
        return unit if asked_for.rounded(wanted.value) == given.value else Truth.UNSURE
    return Truth.UNSURE if _could_be_rounded(given, wanted, prompt) else Truth.WRONG


def _same_value(given: Quantity, wanted: Quantity, prompt: Asked, task: Task) -> Truth:
    if prompt.reduced and given.fraction and wanted.fraction and wanted.reduced and not given.reduced:
        return Truth.WRONG
    changed = given.base != wanted.base or given.padded != wanted.padded or given.rough or given.spelled
    changed = changed or (prompt.reduced and given.fraction != wanted.fraction)
    changed = changed or (given.fraction and not given.reduced and not wanted.fraction)
    changed = changed or (prompt.base and (given.places, given.digits) != (wanted.places, wanted.digits))
    changed = changed or (prompt.no_units and bool(given.unit) and not wanted.unit)
    if given.named and not wanted.named:
        changed = changed or not re.search(rf"(?<![^\W_]){re.escape(given.named)}(?![^\W_])", task.text)
    return Truth.UNSURE if changed else Truth.RIGHT


def _unit(given: Quantity, wanted: Quantity, task: Task, prompt: Asked) -> Truth:
    """Whether the units go together: RIGHT, WRONG, or UNSURE."""
    if not given.unit and not wanted.unit:
        return Truth.RIGHT
    if given.unit and wanted.unit:
        alike = units.same(given.unit, wanted.unit)
        first, second = units.known(given.unit), units.known(wanted.unit)
        if alike is False and first and second and first[0] == second[0]:
            return Truth.UNSURE if given.value * first[1] == wanted.value * second[1] else Truth.WRONG
        return {True: Truth.RIGHT, False: Truth.WRONG, None: Truth.UNSURE}[alike]
    unit = given.unit or wanted.unit
    if units.same(unit, "%"):
        return Truth.RIGHT if prompt.percent else Truth.UNSURE
    return Truth.RIGHT if units.named(unit, task.text) else Truth.UNSURE


def _converts(given: Quantity, wanted: Quantity) -> bool:
    """Whether two different numbers are one quantity: a share and a percentage, or two units of one kind."""
    if bool(units.same(given.unit, "%")) != bool(units.same(wanted.unit, "%")) and not (given.unit and wanted.unit):
        factor = Fraction(1, 100) if units.same(given.unit, "%") else Fraction(100)
        return given.value * factor == wanted.value
    first, second = units.known(given.unit), units.known(wanted.unit)
    if first and second and first[0] == second[0]:
        return given.value * first[1] == wanted.value * second[1]
    return False


def _could_be_rounded(given: Quantity, wanted: Quantity, prompt: Asked) -> bool:
    """Whether one of two different values may be the other one, rounded."""
    value, goal = given.value, wanted.value
    difference = abs(value - goal)
    if goal == 0 or value == 0:
        return False
    relative = difference / abs(goal)
    if relative <= NOISE:
        return not (given.places == wanted.places == 0)
    if relative > CLOSE:
        return False
    if wanted.places == 0 and not wanted.fraction and not prompt.rounding:
        # A whole number that nobody asked to round is exact: 42.4 is another number.
        return prompt.percent and bool(given.places)
    if prompt.base:
        return False
    return _rounds_to(value, goal, wanted, given) or _rounds_to(goal, value, given, wanted)


def _rounds_to(fine: Fraction, coarse: Fraction, written: Quantity, other: Quantity) -> bool:
    """Whether `coarse`, written as `written` says, is `fine` rounded or cut off."""
    if written.places is None or written.fraction:
        return False
    if other.places is not None and not other.fraction and other.places <= written.places:
        return False
    step = Fraction(1, 10**written.places)
    difference = abs(fine - coarse)
    cut = difference < step and abs(coarse) < abs(fine) and written.places > 0
    return 2 * difference <= step or cut


def _unread(stated: str, wanted: Quantity, prompt: Asked) -> Truth:
    """What is not one number: wrong if it holds nothing that could stand for the reference."""
    text = plain(stated)
    if len(stated) > LONGEST:
        return Truth.UNSURE
    word = unwrapped(text).casefold().strip(" .!\"'")
    if word in _BOOLEANS:
        return Truth.UNSURE if wanted.value == _BOOLEANS[word] else Truth.WRONG
    if any(sign in text for sign in "∞") or "\\infty" in text:
        return Truth.WRONG
    if NUMBER_WORD.search(text):
        return Truth.UNSURE
    if not any(sign.isdigit() for sign in text):
        return Truth.WRONG if not re.search(r"\\[a-z]|π|\bpi\b|√|\be\b", text) else _computed(text, wanted, prompt)
    if _ARITHMETIC.search(text):
        return _computed(text, wanted, prompt)
    close = [readings(numeral) for numeral in _NUMERAL.findall(text)[:200]]
    values = {one.value for found in close for one in found}
    return Truth.UNSURE if wanted.value in values or abs(wanted.value) in values else Truth.WRONG


def _computed(text: str, wanted: Quantity, prompt: Asked) -> Truth:
    """A sum that is left to the reader is no answer yet, but one with another value is wrong."""
    side = text.rpartition("=")[2] if text.count("=") == 1 else text
    value = formulas.exact(side)
    if value is None or value == wanted.value:
        return Truth.UNSURE
    return Truth.UNSURE if _could_be_rounded(Quantity(value, fraction=True), wanted, prompt) else Truth.WRONG
