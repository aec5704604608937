"""The honeypot map as numbers: exact and learned theft by honeypot rate and tell, and their distance."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from gyges.report.arms import rows_of, text_of
from gyges.report.interval import Interval, finite, student_interval
from gyges.report.measured import Measured

RATE, TELL = "cameras.honeypot_rate", "cameras.tell"


@dataclass(frozen=True)
class Map:
    """Theft by (rate, tell) for one way of getting a policy, e.g. exact, or learned from one warm start."""

    title: str
    exact: bool
    theft: dict[tuple[float, float], Interval]
    keys: dict[tuple[float, float], str]


def read_maps(arms: pd.DataFrame, measured: Measured) -> list[Map]:
    """The maps of a run, exact first."""
    found: dict[tuple[bool, str], Map] = {}
    for row in rows_of(arms):
        rate, tell = finite(row.get(RATE)), finite(row.get(TELL))
        if text_of(row, "group") != "map" or rate is None or tell is None:
            continue
        exact = text_of(row, "agent") == "exact"
        warm = finite(row.get("warm")) or 0.0
        title = "exact" if exact else f"learned, {100 * warm:.0f} % warm start" if warm else "learned"
        taken = found.get((not exact, title))
        if taken is not None and (rate, tell) in taken.theft:  # two designs meet in one place: two maps
            title += f", {text_of(row, 'label')}"
        one = found.setdefault((not exact, title), Map(title, exact, {}, {}))
        key = str(row["key"])
        one.theft[rate, tell] = measured.interval(key, "violation", "unwatched")
        one.keys[rate, tell] = key
    return [found[key] for key in sorted(found)]


def read_break_even(arms: pd.DataFrame, given: list[dict[str, Any]] | None) -> dict[float, float]:
    """Honeypot rate per tell at which stealing stops paying: `given`, or the column `break_even`."""
    rows = given
    if rows is None:
        rows = [{"tell": row.get(TELL), "rate": row.get("break_even")} for row in rows_of(arms)]
    pairs = [(finite(row.get("tell")), finite(row.get("rate"))) for row in rows]
    return {tell: rate for tell, rate in pairs if tell is not None and rate is not None}


def errors_by_budget(maps: list[Map], measured: Measured) -> dict[str, dict[int, Interval]]:
    """Per learned map and budget: mean over the map of |learned - exact| theft, over seeds."""
    truth = next((one for one in maps if one.exact), None)
    found: dict[str, dict[int, Interval]] = {}
    for one in maps:
        if truth is None or one.exact:
            continue
        parts = []
        for place_, key in one.keys.items():
            target = truth.theft.get(place_)
            if target is not None and target.measured:
                table = measured.by_update(key, "violation", "unwatched")
                parts.append(table.assign(error=(table["value"] - target.mean).abs(), place=str(place_)))
        if not parts:
            continue
        table = pd.concat(parts)
        complete = table.groupby("update")["place"].nunique()
        budgets = [int(update) for update in complete[complete == complete.max()].index]
        found[one.title] = {
            budget: student_interval(
                table[table["update"] == budget].groupby("seed")["error"].mean(), bounds=(0.0, 1.0)
            )
            for budget in sorted(budgets)
        }
    return {title: errors for title, errors in found.items() if errors}
