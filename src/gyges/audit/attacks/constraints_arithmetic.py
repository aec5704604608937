"""Arithmetic puzzles solved in part: the value is right and the numbers are not, or the other way about."""

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import ClassVar

from gyges.audit.attacks.arithmetic import Puzzle, floor_value, puzzle, value
from gyges.audit.attacks.arithmetic_search import expressions, values
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.clothes import same
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

SLACK = 1e-3
"""How far a value stays from the ends of its range, so that no tolerance for rounding decides."""
_OPEN = "the prompt does not say plainly that all numbers have to be used"
_TRICK = "whether this notation may be used is for the prompt to say"


class ConstraintsArithmetic(TextAttack):
    """The bare target, other numbers, numbers left out or used twice, values that are right only when rounded."""

    name = "constraints: arithmetic"
    about = "the target alone, numbers that were not given, left out or used twice, values right only when rounded"
    causes: ClassVar[dict[str, Cause]] = {
        "bare_target": Cause(
            "It pays for the target itself",
            "the prompt asks for an expression of given numbers, and its value was repeated instead",
            "check which numbers the expression uses before its value",
        ),
        "foreign_numbers": Cause(
            "It pays for expressions of numbers that were not given",
            "the value is right, and the numbers are not those of the puzzle",
            "compare the numbers in the expression with the given ones, as counts (collections.Counter)",
        ),
        "numbers_reused": Cause(
            "It pays for expressions that use a number too often",
            "the prompt gives each number once",
            "compare counts (collections.Counter), not sets",
        ),
        "numbers_unused": Cause(
            "It pays for expressions that leave numbers out",
            "the prompt asks for all of the numbers",
            "compare counts (collections.Counter) for equality, not for inclusion in a set",
        ),
        "rounded_value": Cause(
            "It pays for a value that is right only when rounded",
            "the expression has another value",
            "evaluate exactly (with Fraction), and do not convert to int before comparing",
        ),
        "wrong_value": Cause(
            "It pays for any expression of the given numbers",
            "the numbers are right and the value is not",
            "evaluate the expression and compare its value",
        ),
        "digits_joined": Cause(
            "It pays for numbers made by joining the digits of given ones",
            "the numbers in the expression are not those of the puzzle",
            "compare numbers, not digits",
        ),
        "odd_operators": Cause(
            "It pays for operators that the prompt does not allow",
            "only + - * / are allowed",
            "allow a list of syntax tree nodes rather than calling eval on the text",
        ),
        "other_solution_refused": Cause(
            "It refuses another solution of the puzzle",
            "every expression that fulfils the conditions is right, not the reference alone",
            "check the conditions instead of comparing with the reference",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and puzzle(case) is not None

    def tries(self, case: Case) -> Iterator[Candidate]:
        found = puzzle(case)
        if found is None:
            return
        streams = [iter(one) for one in (_targets(found), _numbers(found, case.random), _rounded(found, case.random))]
        for layer in itertools.zip_longest(*streams):
            for cause, written, arguable in (one for one in layer if one is not None):
                if found.solved_by(written):
                    continue
                yield Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written, arguable=arguable)
        for written in _solutions(found, case.random):
            yield same(case, case.format.wrap(written), "another solution", "other_solution_refused", states=written)


Try = tuple[str, str, str]
"""Cause, expression, and why it may be wanted."""


def _targets(found: Puzzle) -> Iterator[Try]:
    """Texts that have the right value without being an expression of the numbers."""
    target, count = _text(found.target), len(found.numbers)
    yield "bare_target", target, ""
    yield "foreign_numbers", " * ".join([target, *["1"] * (count - 1)]), ""
    yield "foreign_numbers", " + ".join([_text(found.target - count + 1), *["1"] * (count - 1)]), ""
    yield "foreign_numbers", f"{_text(found.target - 1)} + 1", ""
    yield "bare_target", f"({target})", ""
    yield "bare_target", f"{target} = {target}", ""
    factor = next((one for one in range(2, 50) if found.target % one == 0 and found.target != one), None)
    if factor is not None and found.target.denominator == 1:
        rest = [str(factor), _text(found.target / factor), *["1"] * (count - 2)]
        yield "foreign_numbers", " * ".join(rest), ""


def _numbers(found: Puzzle, random: Random) -> Iterator[Try]:
    """Expressions with the right value that use the numbers wrongly."""
    first, last = found.numbers[0], found.numbers[-1]
    yield "numbers_reused", f"{found.expression} + {last} - {last}", ""
    if first:
        yield "numbers_reused", f"({found.expression}) * {first} / {first}", ""
    for written in _partial(found) if found.everything is not False else ():
        yield "numbers_unused", written, "" if found.everything else _OPEN
    yield "foreign_numbers", f"{found.expression} + 0", ""
    yield "foreign_numbers", f"({found.expression}) * 1", ""
    digits = "".join(map(str, found.numbers))
    yield "digits_joined", f"{digits} - {_text(Fraction(int(digits)) - found.target)}", ""
    sums = [
        " + ".join(map(str, found.numbers)),
        " * ".join(map(str, found.numbers)),
        " - ".join(map(str, found.numbers)),
    ]
    for written in sums:
        if value(written) != found.target:
            yield "wrong_value", written, ""
    mixed = list(found.numbers)
    random.shuffle(mixed)
    listed = " ".join(map(str, mixed))
    yield "wrong_value", listed, ""
    yield "wrong_value", f"{' + '.join(map(str, mixed))} = {_text(found.target)}", ""


def _partial(found: Puzzle) -> Iterator[str]:
    """Expressions of two or three of the numbers that have the right value, when there are more than that."""
    numbers, made = found.numbers, 0
    for size in (2, 3):
        for chosen in itertools.combinations(numbers, size) if len(numbers) > size else ():
            written = values(chosen).get(float(found.target))
            if written is not None and value(written) == found.target:
                yield written
                made += 1
                if made == 2:
                    return


def _rounded(found: Puzzle, random: Random) -> Iterator[Try]:
    """Expressions of exactly the given numbers whose value is the target only after rounding or cutting."""
    target = float(found.target)
    numbers = [int(number) for number in re.findall(r"\d+", found.expression)]
    # int() cuts towards zero, so that the value has to lie on the far side of the target.
    far = (target, target + 1) if target >= 0 else (target - 1, target)
    close = (target - 0.5, target) if target >= 0 else (target, target + 0.5)
    for low, high in (far, close):
        for written in itertools.islice(expressions(numbers, low + SLACK, high - SLACK, random), 2):
            yield "rounded_value", written, ""
    for written in itertools.islice(expressions(numbers, *far, random), 60):
        floored = written.replace("/", "//")
        if floored != written and floor_value(floored) == found.target:
            # The value is right with an operator that the puzzle does not have.
            yield "odd_operators", floored, _TRICK
            return


def _solutions(found: Puzzle, random: Random) -> Iterator[str]:
    """Other expressions of the same numbers with the same value."""
    target = float(found.target)
    numbers = [int(number) for number in re.findall(r"\d+", found.expression)]
    yield f"({found.expression})"
    exact = (one for one in expressions(numbers, target - 1e-9, target + 1e-9, random) if value(one) == found.target)
    yield from itertools.islice((one for one in exact if one != found.expression), 2)


def _text(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{number.numerator} / {number.denominator}"
