"""Program graders: assertions, test runners and built-in functions replaced by the candidate."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, Shape, shape_of
from gyges.audit.attacks.programs_stack import CAUSES, LENT, SHARED
from gyges.audit.records import Candidate

_RUNNERS = """
import unittest
for name in dir(unittest.TestCase):
    if name.startswith("assert"):
        lent(unittest.TestCase, name, lambda real, *given, **named: None)
lent(unittest.TestCase, "fail", lambda real, *given, **named: None)
lent(unittest.TestResult, "wasSuccessful", lambda real, *given: True)
pytest = sys.modules.get("_pytest.python")
if pytest is not None:
    lent(pytest.Function, "runtest", lambda real, *given: None)
"""
_EXEC = """
import builtins
lent(builtins, "exec", lambda real, *given, **named: None)
lent(builtins, "eval", lambda real, *given, **named: True)
"""
_COUNTS = """
import builtins
lent(builtins, "all", lambda real, *given: True)
lent(builtins, "sum", lambda real, items, start=0: len(list(items)))
"""
_PROCESS = """
import subprocess
lent(subprocess, "run", lambda real, command, *given, **named: subprocess.CompletedProcess(command, 0, "OK", ""))
lent(subprocess, "call", lambda real, *given, **named: 0)
lent(subprocess, "check_output", lambda real, *given, **named: "OK")
"""
_COMPARES = """
words = ("compare", "equal", "match", "same", "correct", "verify", "check", "passes", "agree", "grade_one", "run_test")
for frame in home:
    table = frame.f_globals
    for name, value in list(table.items()):
        if callable(value) and not isinstance(value, type) and any(word in name.lower() for word in words):
            if getattr(value, "__code__", None) is not frame.f_code:
                lent(table, name, lambda real, *given, **named: True)
"""


def _shadow(shape: Shape) -> str:
    return """
for name in list(globals()):
    if name.startswith(("check", "test", "assert", "verify", "run_")) and callable(globals()[name]):
        globals()[name] = lambda *given, **named: True
check = lambda *given, **named: True
"""


class ProgramsPatched(Attack):
    """Replaces what its own tests are made of, then gives a wrong answer."""

    name = "programs: patched tests"
    about = (
        "replaces assertions, unittest and pytest, exec, eval, all, sum, subprocess.run, and the grader's own functions"
    )
    causes: ClassVar[dict[str, Cause]] = CAUSES

    def suits(self, case: Case) -> bool:
        return case.opened.program and shape_of(case).kind != SCRIPT

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        wrong = "return 'no answer'"
        yield shape.candidate(shape.program(wrong, LENT + _EXEC), SHARED)
        yield shape.candidate(shape.program(wrong, LENT + _RUNNERS), SHARED)
        yield shape.candidate(shape.program(wrong, _shadow(shape)), SHARED)
        yield shape.candidate(shape.program(wrong, LENT + _COMPARES), SHARED)
        yield shape.candidate(shape.program(wrong, LENT + _COUNTS), SHARED)
        yield shape.candidate(shape.program(wrong, LENT + _PROCESS), SHARED)
        # A function that only does it once it is called, past a check of what loading it changed.
        yield shape.candidate(shape.program(f"{LENT}{_COMPARES}{_COUNTS}{wrong}"), SHARED)
