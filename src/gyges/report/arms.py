"""The arms of a run: who they are, what was measured on them, what to call them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gyges.report.interval import UNMEASURED, Interval, finite
from gyges.report.measured import CONDITIONS, Measured

KINDS = {
    "behaviourist": ("●", "reads behaviour only"),
    "non-behaviourist": ("◆", "reads the agent's mind"),
    "reference": ("★", "reads the truth: a reference, not a proposal"),
}

UNSAID = ("ppo", "grpo")
"""The learners that everybody has, on grids and on text: a name goes without them."""


@dataclass(frozen=True)
class Arm:
    """One row of the ring table: an arm and its numbers (means over seeds)."""

    key: str
    name: str
    short: str
    """The name where the environment is clear."""
    label: str
    environment: str
    agent: str
    kind: str
    warm: float
    violation: dict[str, Interval]
    gap: Interval
    legitimate: Interval
    utility: Interval
    decodability: Interval
    intervention: Interval
    probe: Interval
    control: Interval
    """Legitimate return of the outcome-only control of the same environment and agent."""

    @property
    def exact(self) -> bool:
        """Whether this arm was planned exactly instead of learned."""
        return self.agent == "exact"

    @property
    def mark(self) -> str:
        """Sign for the kind of reward."""
        return KINDS.get(self.kind, ("", ""))[0]


def what_it_is(arms: list[Arm]) -> str:
    """What a violation is called on this page."""
    return "theft" if {arm.environment for arm in arms} <= {"vault"} else "violation"


def text_of(row: dict[str, Any], column: str) -> str:
    """A cell of the arms table as text; empty where it is missing."""
    value = row.get(column)
    return "" if value is None or bool(pd.isna(value)) else str(value)


def rows_of(arms: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the arms table, one per cell."""
    for column in ("key", "label"):
        if column not in arms.columns:
            raise ValueError(f"the arms table has columns {list(arms.columns)} and lacks `{column}`")
    return [{str(k): v for k, v in row.items()} for row in arms.drop_duplicates("key").to_dict("records")]


def names_of(rows: list[dict[str, Any]], within: bool = False) -> dict[str, str]:
    """A name per key that no other row has: the label, and what tells it from its namesakes.

    `within`: names need only be distinct within their environment, which they then do not mention.
    """
    several = len({text_of(row, "environment") for row in rows}) > 1
    names: dict[str, str] = {}
    places: dict[str, str] = {}
    for row in rows:
        name, key = text_of(row, "label") or "unnamed", str(row["key"])
        agent, warm = text_of(row, "agent"), finite(row.get("warm")) or 0.0
        if agent not in (*UNSAID, "") and agent not in name:
            name += f", {agent}"
        if warm > 0 and "warm" not in name:
            name += f", {100 * warm:.0f} % warm start"
        places[key] = f"{name}, {text_of(row, 'environment')}"
        names[key] = places[key] if several and not within else name
    counts = Counter(places.values())
    return {key: f"{name}, {key[:6]}" if counts[places[key]] > 1 else name for key, name in names.items()}


def _is_control(row: dict[str, Any]) -> bool:
    if "control" in row:
        return bool(text_of(row, "control") in ("True", "1", "1.0"))
    return text_of(row, "label").lower().startswith("outcome")


def _control(row: dict[str, Any], rows: list[dict[str, Any]], measured: Measured) -> Interval:
    """Legitimate return of the control: from the same warm start if there is one, else the best."""
    same = [
        other
        for other in rows
        if _is_control(other)
        and all(text_of(other, column) == text_of(row, column) for column in ("environment", "agent"))
    ]
    twins = [other for other in same if text_of(other, "warm") == text_of(row, "warm")]
    found = [legitimate_return(measured, str(other["key"])) for other in twins or same]
    return max((one for one in found if one.measured), key=lambda one: one.mean, default=UNMEASURED)


def legitimate_return(measured: Measured, key: str) -> Interval:
    """Legitimate return where nobody looks, or in the first condition that has it."""
    return measured.anywhere(key, "legitimate_return", ("unwatched", *CONDITIONS, ""))


def read_arms(arms: pd.DataFrame, measured: Measured, group: str = "table") -> list[Arm]:
    """The arms of `group` in the order of the table."""
    everyone = rows_of(arms)
    rows = [row for row in everyone if (text_of(row, "group") or "table") == group]
    names, short = names_of(rows), names_of(rows, within=True)
    found = []
    for row in rows:
        key = str(row["key"])
        found.append(
            Arm(
                key=key,
                name=names[key],
                short=short[key],
                label=text_of(row, "label") or "unnamed",
                environment=text_of(row, "environment"),
                agent=text_of(row, "agent"),
                kind=text_of(row, "kind"),
                warm=finite(row.get("warm")) or 0.0,
                violation={one: measured.interval(key, "violation", one) for one in CONDITIONS},
                gap=measured.ring_gap(key),
                legitimate=legitimate_return(measured, key),
                utility=measured.anywhere(key, "true_utility", ("unwatched", *CONDITIONS, "")),
                decodability=measured.interval(key, "decodability"),
                intervention=measured.interval(key, "intervention"),
                probe=measured.interval(key, "probe_auc"),
                control=_control(row, everyone, measured),
            )
        )
    return found
