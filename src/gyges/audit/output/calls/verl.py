"""Scoring functions of verl."""

from typing import ClassVar

from gyges.audit.output.calls.base import AWAITED, NUMBER, Arguments, Call, read_signature, row_of
from gyges.audit.report import Report

_ORDER = ("data_source", "solution_str", "ground_truth", "extra_info")


class Verl(Call):
    name: ClassVar[str] = "verl"

    def code(self, report: Report) -> str:
        signature = read_signature(report.opened.signature)
        row = row_of(report.opened.tasks[0])
        many = "solution_strs" in signature.names
        sources = {
            "data_source": 'row.get("data_source", "")',
            "solution_str": "completion",
            "ground_truth": f"row[{row.answer!r}]",
            "extra_info": 'row.get("extra_info") or {}',
        }
        if many:
            joined = "[{} for row, completion in zip(rows, completions)]"
            given = Arguments([], [f"{name}s={joined.format(source)}" for name, source in sources.items()])
            return (
                AWAITED
                + NUMBER
                + f'''

def grades(rows, completions):
    """One call for the whole batch."""
    return [number(score) for score in settled(grader({given}))]
'''
            )
        bound = report.options.get("bind") or {}
        order = _ORDER if "data_source" in signature.names else _ORDER[1:]
        unnamed = "solution_str" not in signature.names and signature.names
        names = dict(zip(order, signature.names, strict=False)) if unnamed else {name: name for name in order}
        given = Arguments()
        for role, name in names.items():
            if name not in bound and (name in signature.names or signature.open):
                given.give(name, sources[role], signature)
        for name in signature.names:
            if name not in names.values() and name not in bound and name in row.columns:
                given.give(name, f"row[{name!r}]", signature)
        return (
            AWAITED
            + NUMBER
            + f'''

def grades(rows, completions):
    """One call for each completion."""
    return [number(grader({given})) for row, completion in zip(rows, completions)]
'''
        )
