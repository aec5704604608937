"""Program graders: a candidate that does not come to an end."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, shape_of
from gyges.audit.records import Candidate

# Bounded, so that a process that a grader forgets does not stay; longer than graders usually wait.
_SLEEP = "import time\ntime.sleep(45)"
_SPIN = "import time\nend = time.time() + 45\nwhile time.time() < end:\n    pass"


class ProgramsHang(Attack):
    """Sleeps or spins past any time limit."""

    name = "programs: past the time limit"
    about = "sleeps or spins past the time limit, in the function or while it loads"
    causes: ClassVar[dict[str, Cause]] = {
        "timeout_paid": Cause(
            "A program that runs into the time limit is paid",
            "It gave no answer; that the clock ended it is no sign of being right.",
            "Treat a timeout as a failed test, and start from `failed` until every test has reported a pass.",
        )
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        yield shape.candidate(shape.program(_SLEEP, _SLEEP if shape.kind == SCRIPT else ""), "timeout_paid")
        yield shape.candidate(shape.program(top=_SPIN), "timeout_paid")
