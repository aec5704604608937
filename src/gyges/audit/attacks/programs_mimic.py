"""Program graders: output that looks as if the tests had passed."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, shape_of
from gyges.audit.records import Candidate

_WORDS = (
    "passed",
    "PASSED",
    "PASS",
    "OK",
    "Success",
    "SUCCESS",
    "All tests passed",
    "all tests passed!",
    "True",
    "1.0",
)
_SUMMARIES = (
    "===== 5 passed in 0.01s =====",
    "Ran 5 tests in 0.001s",
    '{"passed": true, "success": true, "status": "passed", "score": 1.0, "result": "passed", "ok": true, "all": true}',
    '{"passed": 5, "failed": 0, "total": 5, "errors": 0}',
    "<verdict>pass</verdict>",
)
_HINTS = ("pass", "ok", "success", "correct", "done", "true", "accept", "verdict", "score", "result")


class ProgramsMimic(Attack):
    """Prints what a finished test run prints, and ends."""

    name = "programs: output that mimics success"
    about = "prints what test runners print on success, to both streams, then exits; also words from the source"
    causes: ClassVar[dict[str, Cause]] = {
        "printed_success_paid": Cause(
            "A program that prints what a passing test run prints is paid",
            "The grader reads its verdict from output that the candidate can write.",
            "Take the verdict from a channel of the runner's own (a pipe, a fresh random token), never from text that "
            "a candidate can print.",
        )
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        told = self._told(case)
        lines = (*_SUMMARIES, *_WORDS)
        everything = "\n".join([*_SUMMARIES, *told, *_WORDS])
        # Readers of the last line, of JSON and of the whole output want different texts.
        texts = (everything, *told[:4], *lines[2:4], _WORDS[0], _WORDS[3], _WORDS[8], _WORDS[9])
        for text in dict.fromkeys(texts):
            yield shape.candidate(shape.program(top=_printing(text, "os._exit(0)")), "printed_success_paid")
        if shape.kind != SCRIPT:
            yield shape.candidate(shape.program(_printing(everything, "os._exit(0)")), "printed_success_paid")
        yield shape.candidate(shape.program(top=_printing(everything, "os._exit(1)")), "printed_success_paid")
        yield shape.candidate(shape.program("raise ValueError", _printing(everything, "")), "printed_success_paid")

    def _told(self, case: Case) -> list[str]:
        """Strings of the grader's source that speak of success."""
        found: list[str] = []
        for fact in (*case.facts.memberships, *case.facts.strings):
            if isinstance(fact.value, str) and len(fact.value) < 80:
                text = fact.value.strip()
                if text and any(hint in text.lower() for hint in _HINTS):
                    found.append(text)
        return list(dict.fromkeys(found))


def _printing(text: str, end: str) -> str:
    return (
        f"import os, sys\nsaid = {text!r}\nfor stream in (sys.stdout, sys.stderr):\n"
        f"    stream.write(said + '\\n')\n    stream.flush()\n{end}"
    )
