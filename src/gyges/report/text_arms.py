"""The arms that were trained on text: accuracy, proxy, gold, divergence and length, and what became of gold."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from gyges.report.arms import KINDS, names_of, rows_of, text_of
from gyges.report.interval import Interval, finite, student_interval
from gyges.report.measured import Measured

GROUP = "text"
HELD_OUT = "training"
"""Condition of the held-out evaluations: the world of training, on prompts that nobody trained on."""
MEASURES = ("accuracy", "proxy", "gold", "kl", "length")
BEST_OF_N = ("best_of_n/proxy", "best_of_n/gold")


@dataclass(frozen=True)
class Peak:
    """Where the mean of gold over seeds was highest among the held-out evaluations, and how far it fell since."""

    update: int
    height: Interval
    fall: Interval
    """Gold at that update minus gold at the last one, seed by seed; 0 where the last is the highest."""
    last: bool
    """Whether the last evaluation is the highest."""
    halved: bool
    """Whether it was located on one half of the prompts and measured on the other."""


@dataclass(frozen=True)
class TextArm:
    """A reward on text and its numbers (means over seeds, at the last held-out evaluation)."""

    key: str
    name: str
    short: str
    """The name where the environment is clear."""
    label: str
    environment: str
    agent: str
    kind: str
    updates: float | None
    measures: dict[str, Interval]
    """By name, for each of `MEASURES`."""
    peak: Peak | None
    """None where gold was evaluated less than twice."""
    drawn: bool
    """Whether best of n was measured on it."""
    graded: bool
    """Whether it was measured how soon its grader is exploited (claim 23)."""

    @property
    def tabled(self) -> bool:
        """Whether it belongs in the table and among the curves, and not only in a figure of its own."""
        return any(found.measured for found in self.measures.values()) or not (self.drawn or self.graded)

    @property
    def mark(self) -> str:
        """Sign for the kind of reward."""
        return KINDS.get(self.kind, ("", ""))[0]


def peak_of(measured: Measured, key: str) -> Peak | None:
    """The peak of gold over the held-out evaluations; None if there are fewer than two.

    Where both halves of the prompts were measured, the first one locates it and the second one has its height and the
    fall: the highest of several noisy means lies too high where it was chosen.
    """
    halves = [_by_seed(measured, key, one) for one in ("gold_first", "gold_second")]
    halved = all(half.shape[1] > 1 for half in halves)
    chosen, table = halves if halved else [_by_seed(measured, key, "gold")] * 2
    if table.shape[1] < 2:
        return None
    highest, last = int(str(chosen.mean().idxmax())), int(table.columns.max())
    fall = student_interval(table[highest] - table[last])
    return Peak(highest, student_interval(table[highest]), fall, highest == last, halved)


def _by_seed(measured: Measured, key: str, metric: str) -> pd.DataFrame:
    """Values by seed and update."""
    table = measured.by_update(key, metric, HELD_OUT).pivot_table(index="seed", columns="update", values="value")
    whole = table.dropna()  # a mean over other seeds at each update would have peaks of its own
    return table if whole.empty else whole


def read_text_arms(arms: pd.DataFrame, measured: Measured) -> list[TextArm]:
    """The arms of the group "text", in the order of the table."""
    rows = [row for row in rows_of(arms) if text_of(row, "group") == GROUP]
    names, short = names_of(rows), names_of(rows, within=True)
    return [_arm(row, measured, names, short) for row in rows]


def _arm(row: dict[str, Any], measured: Measured, names: dict[str, str], short: dict[str, str]) -> TextArm:
    key = str(row["key"])
    return TextArm(
        key=key,
        name=names[key],
        short=short[key],
        label=text_of(row, "label") or "unnamed",
        environment=text_of(row, "environment"),
        agent=text_of(row, "agent"),
        kind=text_of(row, "kind"),
        updates=finite(row.get("updates")),
        measures={one: measured.interval(key, one, HELD_OUT) for one in MEASURES},
        peak=peak_of(measured, key),
        drawn=any(measured.conditions(key, one) for one in BEST_OF_N),
        graded=len(measured.seeds(key, "reached")) > 0,
    )
