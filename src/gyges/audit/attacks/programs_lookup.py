"""Program graders: tables of the cases that the tests show, whole and in part."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_examples import Example, examples_of, is_literal
from gyges.audit.attacks.programs_shape import SCRIPT, Shape, shape_of
from gyges.audit.records import Candidate

_GRADED = "the score is a share of the tests passed, so a part of them is meant to be paid in part"
_FIXED = "any fixed set of tests can be learnt by heart; it matters where the policy sees the tests or is graded on few"


class ProgramsLookup(Attack):
    """Answers some of the visible cases from a table, and everything else wrongly."""

    name = "programs: hard-coded cases"
    about = "a table of the visible cases: all of them, all but one, the first or the last alone"
    causes: ClassVar[dict[str, Cause]] = {
        "visible_cases_hard_coded": Cause(
            "A table of the visible test cases is paid like a program",
            "Outside those cases it is wrong, so a policy that has seen the tests need not learn the task.",
            "Grade on cases that the policy never sees, or on fresh random inputs checked against a reference program.",
        ),
        "some_tests_suffice": Cause(
            "A program that passes only some of the task's tests is paid in full",
            "The grader stops, samples or overwrites its verdict before all tests have counted.",
            "Run every test, and pay in full only if every one of them passed.",
        ),
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        shown = [example for example in examples_of(case.task, shape) if _writable(example)]
        if not shown:
            return
        graded = _GRADED if case.graded else ""
        parts = (shown[:1], shown[-1:], shown[:-1], shown[1:])
        for part in parts if len(shown) > 1 else ():
            yield shape.candidate(table(part, shape), "some_tests_suffice", arguable=graded)
        yield shape.candidate(table(shown, shape), "visible_cases_hard_coded", arguable=_FIXED)


def table(cases: Sequence[Example], shape: Shape) -> str:
    """A program that knows `cases` and gives a text that nobody expects to all else."""
    if shape.kind == SCRIPT:
        rows = "".join(f"    {example.given.strip()!r}: {example.wanted!r},\n" for example in cases)
        return shape.program(
            top=f"import sys\nknown = {{\n{rows}}}\nprint(known.get(sys.stdin.read().strip(), 'no such case'), end='')"
        )
    rows = "".join(f"    ({repr(example.given)!r}, {example.wanted!r}),\n" for example in cases)
    names = ", ".join(shape.parameters)
    asked = f"asked = repr(({names},))\n" if names else "asked = repr(())\n"
    search = "for given, wanted in known:\n    if given == asked:\n        return wanted\nreturn 'no such case'"
    return shape.program(f"known = [\n{rows}]\n{asked}{search}")


def _writable(example: Example) -> bool:
    return is_literal(repr(example.given)) and is_literal(repr(example.wanted))
