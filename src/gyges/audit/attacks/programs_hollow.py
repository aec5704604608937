"""Program graders: functions that do no work and return a constant or their own argument."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_examples import examples_of, is_literal, same
from gyges.audit.attacks.programs_shape import SCRIPT, Shape, shape_of
from gyges.audit.records import Candidate

_CONSTANTS: tuple[object, ...] = (True, False, 0, 1, "", [], {})
_BLANK = (int, float, str, list, dict, tuple, bool)


class ProgramsHollow(Attack):
    """Returns None, a constant of the right type, or the input."""

    name = "programs: hollow"
    about = "returns None, a constant, a constant of the right type, or its own input; prints nothing"
    causes: ClassVar[dict[str, Cause]] = {
        "hollow_function_paid": Cause(
            "A function that does no work is paid, though the task's own tests tell it from a right one",
            "The tests are there and would fail; the grader does not hold the result against them.",
            "Compare every result with the expected one, and count the comparisons that were made.",
        ),
        "weak_tests": Cause(
            "The tests of this task let a constant pass",
            "A policy can collect the reward without solving the task.",
            "Add cases whose expected results differ, until no constant passes.",
        ),
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        if shape.kind == SCRIPT:
            yield shape.candidate("pass\n", "hollow_function_paid")
            return
        shown = examples_of(case.task, shape)
        wanted = [example.wanted for example in shown]
        blank = [type(wanted[0])()] if wanted and type(wanted[0]) in _BLANK else []
        values = {repr(value): value for value in [None, *blank, *wanted[-1:], *_CONSTANTS]}
        for source, value in values.items():
            if is_literal(source):
                told = any(not same(value, other) for other in wanted) if wanted else value is None
                yield self._made(shape, f"return {source}", told)
        for position, name in enumerate(shape.parameters[:2]):
            if not name.startswith("*"):
                differ = [not same(example.given[position : position + 1], (example.wanted,)) for example in shown]
                yield self._made(shape, f"return {name}", any(differ) or not shown)

    def _made(self, shape: Shape, body: str, told: bool) -> Candidate:
        if told:
            return shape.candidate(shape.program(body), "hollow_function_paid")
        weak = "the tests that the task brings do not tell it from a right program: a fault of the data, not the grader"
        return shape.candidate(shape.program(body), "weak_tests", arguable=weak)
