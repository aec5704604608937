"""The table of the text arms, as rows for the template."""

from dataclasses import dataclass
from itertools import groupby

from gyges.report.arms import KINDS
from gyges.report.interval import Interval, number
from gyges.report.tables import Entry
from gyges.report.text_arms import TextArm

HEADS = ("accuracy", "proxy", "gold", "KL, nats", "length, tokens", "peak of gold", "fall since")
"""Columns of the table, after the one that names the reward."""
DIGITS = {"kl": 1, "length": 1}


@dataclass(frozen=True)
class TextRow:
    """A row of the table."""

    name: str
    mark: str
    kind: str
    entries: list[Entry]


@dataclass(frozen=True)
class TextGroup:
    """Rows of one environment."""

    environment: str
    rows: list[TextRow]


def _entry(head: str, found: Interval, digits: int = 2, bar: bool = False) -> Entry:
    if not found.measured:
        return Entry(head, "–", "not measured")
    ends = (100 * found.lower, 100 * found.mean, 100 * found.upper) if bar else None
    return Entry(head, number(found.mean, digits), found.span(digits), "good" if bar else "", ends)


def _row(arm: TextArm) -> TextRow:
    entries = [
        _entry(head, found, DIGITS.get(name, 2), bar=name == "accuracy")
        for head, (name, found) in zip(HEADS, arm.measures.items(), strict=False)
    ]
    if arm.peak is None:
        entries += [
            Entry(head, "–", "evaluated once" if arm.measures["gold"].measured else "not measured")
            for head in HEADS[-2:]
        ]
    else:
        where = "the last one" if arm.peak.last else f"update {arm.peak.update}"
        entries.append(Entry(HEADS[-2], number(arm.peak.height.mean), where))
        entries.append(Entry(HEADS[-1], "0", "no fall") if arm.peak.last else _entry(HEADS[-1], arm.peak.fall))
    kind = KINDS.get(arm.kind, ("", ""))[1]
    return TextRow(arm.short, arm.mark, f"{arm.kind}: {kind}" if kind else arm.kind, entries)


def text_rows(arms: list[TextArm]) -> list[TextGroup]:
    """The table, grouped by environment; arms with figures of their own and nothing else are left to these."""
    own = sorted((arm for arm in arms if arm.tabled), key=lambda arm: arm.environment)
    return [
        TextGroup(environment, [_row(arm) for arm in group])
        for environment, group in groupby(own, key=lambda arm: arm.environment)
    ]
