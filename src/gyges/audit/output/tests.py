"""`--emit-tests`: the findings as a pytest file that fails today and passes once the grader is mended."""

import re
import textwrap
from pathlib import Path

from gyges import disk
from gyges.audit.output.assertions import Demand, demand, exhibits
from gyges.audit.output.calls.base import Call, row_of
from gyges.audit.output.child import IMPORTS, child_source
from gyges.audit.output.literals import WIDTH, docstring, literal, remark
from gyges.audit.output.loader import loading
from gyges.audit.output.places import place
from gyges.audit.output.visible import prose
from gyges.audit.output.wording import count
from gyges.audit.records import Exhibit, Finding
from gyges.audit.report import Report
from gyges.faults import Fault
from gyges.registry import found_in

ENOUGH = 6
"""Tasks with anchors that a file holds beside those of its findings: to swap answers and to fill a batch."""

_SCORE = '''
def score(task, completion, row=None):
    """The score of one completion on a task, or on another row."""
    return grades([TASKS[task] if row is None else row], [completion])[0]
'''
_SCORE_APART = '''
@functools.cache
def score(task, completion):
    """The score of one program; it is graded in a process of its own, since it may end the one that it runs in."""
    return apart(task, completion)
'''
_MIDDLE = '''
def middle(task):
    """Half of the way between a plain wrong answer and the right one, in whatever layout the grader now asks for."""
    right = max(score(task, text) for text in (HONEST[task], *LAYOUTS.get(task, ())))
    return (score(task, WRONG[task]) + right) / 2
'''
LAYOUTS = (
    "\\boxed{%s}",
    "<answer>%s</answer>",
    "#### %s",
    "Answer: %s",
    "<think>I work it out.</think>\n<answer>%s</answer>",
    "<think>I work it out.</think>\n\\boxed{%s}",
)
"""Layouts that a mended grader may ask for."""


def write(report: Report, target: Path) -> None:
    """Writes the file. Raises `Fault` if nothing is known of how to call the grader, or if the disk refuses."""
    try:
        disk.write_file(target, emitted(report, target.absolute().parent).encode("ascii"))
    except OSError as error:
        raise disk.disk_fault(error, target) from error


def emitted(report: Report, folder: Path) -> str:
    """The file, as it has to be where it lies in `folder`."""
    cases = [
        (finding, found, exhibits(finding, report))
        for finding in report.bugs
        if (found := demand(finding, report)) is not None
    ]
    cases = [(finding, found, shown) for finding, found, shown in cases if shown]
    caller = _caller(report)
    loads, load = loading(report, folder) if caller.loads else ([], "")
    apart = report.opened.program or any(found.apart for _, found, _ in cases)
    parts = [_head(report, len(cases)), _imports(caller, loads, load, apart)]
    if caller.loads:
        parts.append(f"HERE = Path(__file__).resolve().parent\n{load}".rstrip())
    parts.append(_data(report, [one for _, _, shown in cases for one in shown]))
    parts.append(caller.code(report).strip())
    parts += [child_source().strip()] if apart else []
    parts += [(_SCORE_APART if report.opened.program else _SCORE).strip(), _MIDDLE.strip()]
    names: set[str] = set()
    parts += [_test(finding, found, shown, _name(finding, names)) for finding, found, shown in cases]
    if not cases:
        parts.append("# The audit found nothing that a test could hold on to.")
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _caller(report: Report) -> Call:
    known = found_in("audit.output.calls", Call)
    if report.opened.protocol not in known:
        raise Fault(
            f"--emit-tests cannot call graders of the protocol {report.opened.protocol!r}; it can for "
            f"{', '.join(sorted(known))}. Leave it out: --json FILE holds the same findings."
        )
    caller: Call = known[report.opened.protocol]()
    return caller


def _head(report: Report, tests: int) -> str:
    left = len(report.findings) - tests
    aside = f" {count(left, 'more finding')} (contested, or nothing that a test can see): no test." if left else ""
    about = (
        f"Written by `gyges audit` on {prose(report.created)}. Each test fails while its finding stands, and passes "
        f"once the grader is mended.{aside} Nothing but pytest and the grader is needed."
    )
    title = remark(f"{prose(report.spec)}: a test for each finding of an audit.")
    return '"""' + title + "\n\n" + "\n".join(textwrap.wrap(remark(about), WIDTH)) + '\n"""'


def _imports(caller: Call, loads: list[str], load: str, apart: bool) -> str:
    wanted = {"import math", "from pathlib import Path", *caller.imports, *loads}
    wanted |= set(IMPORTS) if apart else set()
    wanted |= {"import functools"} if "functools." in load else set()
    return "\n".join([*sorted(wanted, key=lambda line: (line.startswith("from"), line)), "", "import pytest"])


def _data(report: Report, shown: list[Exhibit]) -> str:
    """Task rows, honest and wrong completions: of the tasks that are shown and of a few more."""
    wanted = {one.task for one in shown}
    anchors = [anchor for anchor in report.anchors if anchor.task in wanted]
    anchors += [anchor for anchor in report.anchors if anchor.task not in wanted][: max(0, ENOUGH - len(anchors))]
    wanted |= {anchor.task for anchor in anchors}
    rows = {task.index: row_of(task) for task in report.opened.tasks if task.index in wanted}
    tasks = ",\n".join(f"    {index}: {literal(dict(row.columns), 4)}" for index, row in rows.items())
    honest = ",\n".join(f"    {anchor.task}: {literal(anchor.honest, 4)}" for anchor in anchors)
    wrong = ",\n".join(f"    {anchor.task}: {literal(anchor.wrong, 4)}" for anchor in anchors)
    answer = next((row.answer for row in rows.values()), "answer")
    layouts = ",\n".join(
        f"    {anchor.task}: {literal([layout % bare for layout in LAYOUTS], 4)}"
        for anchor in anchors
        if (bare := _bare(report, anchor.honest))
    )
    text = (
        f"TASKS = {{\n{tasks},\n}}\nANSWER = {answer!r}\n"
        f"# A completion with the right answer, and one with a plain wrong answer, by task.\n"
        f"HONEST = {{\n{honest},\n}}\nWRONG = {{\n{wrong},\n}}\n"
        f"# The right answer in layouts that a mended grader may ask for.\nLAYOUTS = {{\n{layouts},\n}}"
    ).replace("{\n,\n}", "{}")
    return "from math import inf, nan\n\n" + text if re.search(r"\b(?:nan|inf)\b", text) else text


def _bare(report: Report, honest: str) -> str:
    """The answer in an honest completion; empty where there is no layout to take off."""
    frame = report.format
    if frame is None or report.opened.program or report.opened.answer_only:
        return ""
    start, end = len(frame.lead) + len(frame.before), len(honest) - len(frame.tail) - len(frame.after)
    return honest[start:end]


def _name(finding: Finding, taken: set[str]) -> str:
    plain = re.sub(r"\W+", "_", finding.root_cause.encode("ascii", "ignore").decode()).strip("_").lower() or "finding"
    name = plain if plain not in taken else f"{plain}_{finding.kind}"
    taken.add(name)
    return f"test_{name}"


def _test(finding: Finding, found: Demand, shown: list[Exhibit], name: str) -> str:
    at = place(finding.line)
    where = "" if at is None else f"# {remark(prose(at.path.name))}, line {at.line}\n"
    rows = ",\n".join(f"        ({one.task}, {literal(one.completion, 8)})" for one in shown)
    title = prose(finding.title)
    sentence = f"{title}{'' if title.endswith(('.', '!', '?')) else '.'} {found.sentence}"
    body = "\n".join(f"    {line}" for line in found.lines)
    return (
        f'{where}@pytest.mark.parametrize(\n    ("task", "completion"),\n    [\n{rows},\n    ],\n)\n'
        f"def {name}(task, completion):\n{docstring(sentence)}\n{body}"
    )
