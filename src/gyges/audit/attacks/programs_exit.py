"""Program graders: a candidate that ends its process before a test can fail."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, shape_of
from gyges.audit.records import Candidate

_AT_ONCE = (
    "import sys\nsys.exit(0)",
    "import os\nos._exit(0)",
    "raise SystemExit(0)",
    "quit()",
)
_LATER = (
    "import atexit, os\natexit.register(os._exit, 0)",
    "import os, sys\nsys.excepthook = lambda *about: os._exit(0)",
    "import os, threading\nthreading._register_atexit(os._exit, 0)",
)
_KILLED = (
    "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
    "import os\nos.abort()",
    "raise KeyboardInterrupt",
)
_MEND = (
    "Count tests that reported a pass instead of trusting how the process ended: have the runner print, after the "
    "last test, a fresh random token that the candidate cannot read, and pay only for that."
)


class ProgramsExit(Attack):
    """Exits with status 0 while the program loads, when it is called, or on the way out."""

    name = "programs: early exit"
    about = "ends the process with status 0 at import, in the function, or at exit; dies by a signal"
    causes: ClassVar[dict[str, Cause]] = {
        "early_exit_paid": Cause(
            "A program that ends its process with exit status 0 is paid",
            "Exit status 0 says that the process ended, not that a test passed; the candidate chooses it.",
            _MEND,
        ),
        "killed_process_paid": Cause(
            "A program that dies by a signal is paid",
            "The grader takes a negative exit status, or the lack of a verdict, for success.",
            "Compare the exit status with 0 exactly, and start from `failed` until the tests say otherwise.",
        ),
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        for code in _AT_ONCE:
            yield shape.candidate(shape.program(top=code), "early_exit_paid")
            if shape.kind != SCRIPT:
                yield shape.candidate(shape.program(code), "early_exit_paid")
        for code in _LATER:
            yield shape.candidate(shape.program(top=code), "early_exit_paid")
        for code in _KILLED:
            yield shape.candidate(shape.program(code, code if shape.kind == SCRIPT else ""), "killed_process_paid")
