"""Graders of programs: functions that run a program against tests."""

from typing import ClassVar

from gyges.audit.output.calls.base import AWAITED, NUMBER, Arguments, Call, read_signature, row_of
from gyges.audit.report import Report
from gyges.audit.targets.signatures import means, words

_ROW = frozenset({"problem", "task", "sample", "item", "example", "row", "doc", "instance", "entry"})
_OTHERS = ("solution", "answer", "func", "function", "body")
_TESTS = ("tests", "test", "test_cases", "test_list", "test_code", "unit_tests", "testcases", "inputs_outputs")
_SECONDS = 3.0
"""Time limit that is handed over where the grader asks for one, as the audit did."""


class Program(Call):
    name: ClassVar[str] = "program"

    def code(self, report: Report) -> str:
        return (
            AWAITED
            + NUMBER
            + f'''

def grades(rows, completions):
    """One call for each program."""
    return [number(grader({_arguments(report)})) for row, completion in zip(rows, completions)]
'''
        )


def _arguments(report: Report) -> Arguments:
    signature, row = read_signature(report.opened.signature), row_of(report.opened.tasks[0])
    given = report.options.get("bind") or {}
    names = [name for name in signature.names if name not in given]
    code = [name for name in names if means(name) == "code"]
    code += [name for name in names if means(name) == "completion" and name not in _ROW]
    code += [name for name in names if name in _OTHERS]
    whole = [name for name in names if name in _ROW and name not in code[:1]]
    code += [name for name in names if name not in (*whole, *_TESTS) and "id" not in words(name)]
    tests = next((name for name in _TESTS if name in row.columns), "")
    arguments = Arguments()
    for name in names:
        if name == code[0]:
            source = "completion"
        elif name in whole[:1]:
            source = "dict(row)"
        elif name in row.columns:
            source = f"row[{name!r}]"
        elif name in _TESTS and tests:
            source = f"row[{tests!r}]"
        elif name == "timeout" and name in signature.required:
            source = repr(_SECONDS)
        else:
            continue
        arguments.give(name, source, signature)
    return arguments
