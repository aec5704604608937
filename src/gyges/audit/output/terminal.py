"""The summary that an audit ends with."""

from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gyges.audit.outlook import outlook
from gyges.audit.output.places import place
from gyges.audit.output.visible import prose, shown
from gyges.audit.output.wording import (
    ABOUT,
    NOUNS,
    OCCURRENCES,
    behaviour,
    count,
    duration,
    layout,
    reach,
    scores,
    tone,
    verdict,
    when,
)
from gyges.audit.records import Finding
from gyges.audit.report import Report

_MOST = 160
"""Characters of a completion: two lines of a common terminal."""
_STYLES = {"bad": "bold red", "careful": "bold magenta", "good": "bold green"}


def summarise(report: Report, console: Console) -> None:
    """Prints the summary. Nothing in it is read as markup, and no character of a completion does anything."""
    console.print(Text(verdict(report), _STYLES[tone(report)]))
    console.print(Text(_heading(report), "dim"))
    for title, body in _parts(report):
        console.print()
        console.print(Text(title, "bold"))
        console.print(Padding(body, (0, 0, 0, 2), expand=False))


def _heading(report: Report) -> str:
    opened = report.opened
    work = f"{count(report.calls, 'call')} in {duration(report.seconds)}"
    return f"{prose(report.spec)}: {prose(opened.protocol)}, {count(len(opened.tasks), 'task')}, {work}"


def _parts(report: Report) -> list[tuple[str, RenderableType]]:
    parts: list[tuple[str, RenderableType]] = []
    if report.bugs:
        parts.append(("Findings", Group(*(_finding(at, one) for at, one in enumerate(report.bugs, 1)))))
    if report.contested:
        first = len(report.bugs) + 1
        contested = [_finding(at, one) for at, one in enumerate(report.contested, first)]
        parts.append((f"Contested ({ABOUT['contested']})", Group(*contested)))
    parts.append(("What it reads", _reading(report)))
    if any(form.tried for form in report.forms):
        parts.append(("Right answers in other clothes", _forms(report)))
    parts.append(("As a program", _rows(behaviour(report))))
    if report.curve and report.curve.points:
        parts.append(("Proxy and truth under best-of-n", _curve(report)))
    if report.samples:
        parts.append((f"Your rollouts: {prose(report.samples.file)}", _samples(report)))
    notes = [*report.opened.notes, *report.measures.details]
    for title, sentences in (
        ("Notes", notes),
        ("Not tried", report.not_tried),
        ("The box", report.contained),
    ):
        if sentences:
            parts.append((title, Group(*(_item(sentence) for sentence in sentences))))
    return parts


def _finding(at: int, finding: Finding) -> RenderableType:
    style = "magenta" if finding.kind == "contested" else "red"
    head = Text.assemble((f"{at} ", "dim"), (NOUNS[finding.kind][2], f"bold {style}"), f"  {prose(finding.title)}")
    facts = [scores(finding), reach(finding)]
    if finding.log_probability is not None:
        facts.append(f"log-probability {finding.log_probability:.1f}")
    if finding.line:
        facts.append(prose(_near(finding.line)))
    body = [Text(shown(finding.completion, _MOST), "cyan"), Text("; ".join(fact for fact in facts if fact))]
    ahead = outlook(finding) if finding.log_probability is not None else None
    if ahead is not None:
        body.append(Text.assemble(("training: ", "dim"), ahead.sentence))
    if finding.detail:
        body.append(Text(prose(finding.detail, 300), "dim"))
    if finding.mend:
        body.append(Text.assemble(("mend: ", "dim"), prose(finding.mend)))
    return Group(head, Padding(Group(*body), (0, 0, 0, 4), expand=False))


def _near(line: str) -> str:
    """FILE:LINE as seen from here, if the file lies here."""
    at = place(line)
    inside = None if at is None else at.seen_from(Path.cwd())
    return line if at is None or inside is None else f"{inside}:{at.line}"


def _item(sentence: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(Text("-"), Text(prose(sentence)))
    return grid


def _rows(rows: list[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=False, max_width=44)
    table.add_column()
    for row in rows:
        table.add_row(*(Text(prose(cell)) for cell in row))
    return table


def _reading(report: Report) -> Table:
    rows = [("format", layout(report))]
    rows.append(("graded", OCCURRENCES.get(report.occurrence, report.occurrence)))
    for one in report.reads:
        told = "not known" if one.read is None else "read" if one.read else "not read"
        changed = f"moves the score on {one.changed} of {count(one.tried, 'task')}" if one.tried else ""
        rows.append((one.name, "; ".join(part for part in (told, changed, one.detail) if part)))
    return _rows(rows)


def _forms(report: Report) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("form")
    table.add_column("refused", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column("as in")
    refused = sorted((form for form in report.forms if form.refused), key=lambda form: -form.refused / form.tried)
    never = [form for form in report.forms if form.tried and not form.refused]
    for form in refused:
        share = form.share
        bounds = f"{share.low:.0%} to {share.high:.0%}"
        cells = (prose(form.form), f"{form.refused}/{form.tried}", bounds, shown(form.example, 40))
        table.add_row(*(Text(cell, "red") for cell in cells))
    if not never:
        return table
    names = ", ".join(prose(form.form) for form in never)
    told = Text(f"never refused, on up to {count(max(form.tried for form in never), 'task')} each: {names}", "dim")
    return Group(table, told) if refused else told


def _curve(report: Report) -> RenderableType:
    curve = report.curve
    assert curve is not None
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("n", "KL", "proxy", "right"):
        table.add_column(title, justify="right")
    for point in curve.points:
        spread = f"{point.least:.2f}" if point.most - point.least < 0.005 else f"{point.least:.2f} to {point.most:.2f}"
        table.add_row(*map(Text, (str(point.n), f"{point.kl:.2f}", f"{point.proxy:.2f}", spread)))
    return Group(Text(prose(curve.about), "dim"), table)


def _samples(report: Report) -> RenderableType:
    samples = report.samples
    assert samples is not None
    told = (
        f"{count(samples.rows, 'row')} on {count(samples.tasks, 'task')}: {samples.high:,} score high, and of those "
        f"{samples.wrong:,} are judged wrong and {samples.unjudged:,} could not be judged"
    )
    body: list[RenderableType] = [Text(told)]
    for cluster in samples.clusters:
        trend = ""
        if len(cluster.steps) > 1:
            first, last = cluster.steps[0], cluster.steps[-1]
            trend = f"{first.count}/{first.of} {when(first)}, {last.count}/{last.of} {when(last)}"
        line = Text.assemble((f"{cluster.count:,} ", "bold red"), prose(cluster.title), (f"  {trend}", "dim"))
        body += [line, Padding(Text(shown(cluster.examples[0], _MOST), "cyan"), (0, 0, 0, 4), expand=False)]
    body += [_item(note) for note in samples.notes]
    return Group(*body)
