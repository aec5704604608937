"""The ring table and the table of cells, as rows for the template."""

from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from gyges.report.arms import KINDS, Arm, names_of, rows_of, text_of
from gyges.report.figures import Table
from gyges.report.interval import Interval, number
from gyges.report.measured import CONDITIONS
from gyges.report.reading import Reading, read

ALWAYS = ("watched", "honeypot", "unwatched", "deployment")
"""Conditions that have a column even where nobody measured them: a gap in the table is information."""


@dataclass(frozen=True)
class Entry:
    """A cell of the ring table; `bar` is (low, mean, high) in percent where the value is a probability."""

    head: str
    mean: str
    span: str
    role: str = ""
    bar: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Row:
    """A row of the ring table."""

    name: str
    mark: str
    kind: str
    entries: list[Entry]
    reading: Reading


@dataclass(frozen=True)
class Group:
    """Rows of one environment."""

    environment: str
    rows: list[Row]


def shown_conditions(arms: list[Arm]) -> list[str]:
    """Conditions that get a column."""
    return [one for one in CONDITIONS if one in ALWAYS or any(arm.violation[one].measured for arm in arms)]


def entry(head: str, found: Interval, *, exact: bool, role: str = "", bar: bool = False) -> Entry:
    """A number with its interval; an exact value has none, and one seed says that it is one."""
    if not found.measured:
        return Entry(head, "–", "not measured", role)
    span = "exact" if exact and found.seeds == 1 else found.range()
    ends = (100 * found.lower, 100 * found.mean, 100 * found.upper) if bar else None
    return Entry(head, number(found.mean), span, role, ends)


def _row(arm: Arm, conditions: list[str], probes: bool) -> Row:
    entries = [
        entry(one, arm.violation[one], exact=arm.exact, role=one, bar=arm.violation[one].measured) for one in conditions
    ]
    rest = [
        ("ring gap G", arm.gap),
        ("legitimate return", arm.legitimate),
        ("true utility", arm.utility),
        ("decodability", arm.decodability),
        ("intervention", arm.intervention),
    ]
    if probes:
        rest.append(("probe AUC", arm.probe))
    entries += [entry(head, found, exact=arm.exact) for head, found in rest]
    kind = KINDS.get(arm.kind, ("", ""))[1]
    return Row(arm.short, arm.mark, f"{arm.kind}: {kind}" if kind else arm.kind, entries, read(arm))


def ring_rows(arms: list[Arm]) -> list[Group]:
    """The ring table, grouped by environment."""
    conditions, probes = shown_conditions(arms), any(arm.probe.measured for arm in arms)
    ordered = sorted(arms, key=lambda arm: arm.environment)
    return [
        Group(environment, [_row(arm, conditions, probes) for arm in own])
        for environment, own in groupby(ordered, key=lambda arm: arm.environment)
    ]


def _plain(text: str) -> str:
    """A parameter as it was written: a column that has gaps turns whole numbers into floats."""
    return text.removesuffix(".0")


def cell_table(arms: pd.DataFrame) -> Table | None:
    """Every cell of the run with its parameters, for whoever wants to run it again."""
    if arms.empty:
        return None
    rows = rows_of(arms)
    names = names_of(rows)
    known = {
        "key",
        "label",
        "environment",
        "agent",
        "kind",
        "claim",
        "warm",
        "updates",
        "group",
        "break_even",
        "control",
    }
    extra = [str(column) for column in arms.columns if column not in known]
    lines = []
    for row in rows:
        parameters = ", ".join(f"{column} = {_plain(text_of(row, column))}" for column in extra if text_of(row, column))
        plain = [text_of(row, one) or "–" for one in ("environment", "agent", "claim", "updates")]
        lines.append([names[str(row["key"])], *plain, parameters or "–", str(row["key"])])
    columns = ["arm", "environment", "agent", "claim", "updates", "parameters", "key"]
    return Table(f"All {len(lines)} cells of the run", columns, lines)
