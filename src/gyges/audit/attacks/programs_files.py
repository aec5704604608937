"""Program graders: result files that a runner reads, written by the candidate."""

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, shape_of
from gyges.audit.records import Candidate

_STEMS = ("result", "results", "output", "report", "verdict", "status", "score", "reward", "test_results", "out")
_VERDICT = {
    "passed": True, "success": True, "ok": True, "status": "passed", "result": "passed", "outcome": "passed",
    "verdict": "passed", "score": 1.0, "reward": 1.0, "failed": 0, "failures": 0, "errors": 0,
}  # fmt: skip
_XML = (
    '<?xml version="1.0"?><testsuites><testsuite name="t" tests="5" errors="0" failures="0" skipped="0"/></testsuites>'
)


class ProgramsFiles(Attack):
    """Writes verdict files into the working folder, as text, JSON and XML, and ends before the tests."""

    name = "programs: written result files"
    about = "writes result.json, results.xml, verdict.txt and files named in the source, then exits"
    causes: ClassVar[dict[str, Cause]] = {
        "result_file_forged": Cause(
            "A program that writes the result file itself is paid",
            "The grader reads its verdict from a file that the candidate can write.",
            "Keep the verdict where the candidate cannot write: in the parent process, or in a folder of the runner's "
            "own under another user.",
        )
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        for end in ("os._exit(0)", ""):
            for passed in ("passed", "1"):
                code = _writing(self._names(case), passed, end)
                yield shape.candidate(shape.program(top=code), "result_file_forged")
        if shape.kind != SCRIPT:
            code = _writing(self._names(case), "passed", "os._exit(0)")
            yield shape.candidate(shape.program(code), "result_file_forged")

    def _names(self, case: Case) -> list[str]:
        """Usual names of result files, and those that the grader's source spells out."""
        usual = [f"{stem}.{kind}" for stem in _STEMS for kind in ("json", "txt", "xml")]
        told = [fact.value for fact in case.facts.strings if isinstance(fact.value, str)]
        files = [name for name in told if PurePath(name).suffix in (".json", ".txt", ".xml", ".log", ".jsonl", ".out")]
        # Only plain names: a candidate writes nowhere but in its working folder.
        return list(dict.fromkeys([*(name for name in files if PurePath(name).name == name), *usual]))


def _writing(names: list[str], passed: str, end: str) -> str:
    said = json.dumps({**_VERDICT, "tests": [{"outcome": "passed", "passed": True}]})
    return f"""
import atexit, os
def forge():
    for name in {names!r}:
        kind = name.rpartition(".")[2]
        text = {{"json": {said!r}, "jsonl": {said!r}, "xml": {_XML!r}}}.get(kind, {passed!r})
        try:
            with open(name, "w") as file:
                file.write(text)
        except OSError:
            pass
forge()
atexit.register(forge)
{end}
"""
