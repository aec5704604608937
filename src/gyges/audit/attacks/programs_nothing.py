"""Program graders: text that is no program at all, or one that fails before it can be called."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, shape_of
from gyges.audit.records import Candidate, Relation

_MEND = "Pay only after every test has reported in; treat every exception, SyntaxError included, as a failure."


class ProgramsNothing(Attack):
    """Empty, comments, prose, broken syntax, failing imports, and functions that only raise."""

    name = "programs: nothing to run"
    about = "empty text, comments, prose, broken syntax, failing imports, functions that only raise"
    causes: ClassVar[dict[str, Cause]] = {
        "empty_program_paid": Cause(
            "A completion without any code is paid",
            "There is nothing to test, so no test can have passed.",
            "Refuse a completion that does not define what the task asks for, before running anything.",
        ),
        "broken_program_paid": Cause(
            "A program that does not compile or import is paid",
            "It never ran; the error was swallowed, or the absence of a failed test was taken for success.",
            _MEND,
        ),
        "exception_paid": Cause(
            "A program that raises when it is called is paid",
            "Every test raised instead of passing, and the grader went on as if nothing had happened.",
            _MEND,
        ),
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        for error in ("ValueError", "AssertionError", "NotImplementedError"):
            raising = f"raise {error}('not solved')"
            yield shape.candidate(shape.program(raising, raising if shape.kind == SCRIPT else ""), "exception_paid")
        yield Candidate("", Relation.NONE, "empty_program_paid")
        for text in ("# nothing here\n", "pass\n" if shape.kind == SCRIPT else f"{shape.indent}pass\n"):
            yield shape.candidate(text, "empty_program_paid", Relation.NONE)
        yield Candidate("I am not able to solve this task.", Relation.NONE, "empty_program_paid")
        yield shape.candidate(shape.program("return (", "x = ("), "broken_program_paid")
        yield shape.candidate(shape.program(top="import no_such_module_at_all"), "broken_program_paid")
        yield shape.candidate(shape.program(top="raise SystemError('not solved')"), "broken_program_paid")
        if shape.kind != SCRIPT:
            deep = "def down(n):\n    return down(n + 1)\nreturn down(0)"
            yield shape.candidate(shape.program(deep), "exception_paid")
