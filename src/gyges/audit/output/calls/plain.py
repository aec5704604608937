"""Functions of one completion."""

from typing import ClassVar

from gyges.audit.output.calls.base import AWAITED, NUMBER, Arguments, Call, read_signature, row_of
from gyges.audit.report import Report
from gyges.audit.targets.signatures import Parameters, roles


class Plain(Call):
    name: ClassVar[str] = "plain"

    def code(self, report: Report) -> str:
        return (
            AWAITED
            + NUMBER
            + f'''

def grades(rows, completions):
    """One call for each completion."""
    return [number(grader({arguments(report)})) for row, completion in zip(rows, completions)]
'''
        )


def arguments(report: Report) -> Arguments:
    """What each parameter is given, in terms of `row` and `completion`."""
    signature = read_signature(report.opened.signature)
    row = row_of(report.opened.tasks[0])
    found = Parameters(
        signature.names,
        tuple(n for n in signature.names if n in signature.required),
        signature.positional,
        False,
        False,
        "",
    )
    read = roles(found)
    given = Arguments()
    said = []
    for name in signature.names:
        if name in (report.options.get("bind") or {}):
            continue
        if read is not None and name == read.completion:
            source = "completion"
        elif read is not None and name == read.answer:
            source = f"row[{row.answer!r}]"
        elif name in row.columns:
            source = f"row[{name!r}]"
        elif read is not None and name == read.prompt:
            source = f"row[{row.prompt!r}]"
        else:
            continue
        said.append(name)
        given.give(name, source, signature)
    if signature.open and report.opened.signature:
        taken = ", ".join(map(repr, said))
        given.named.append(f"**{{name: value for name, value in row.items() if name not in ({taken},)}}")
    return given
