"""What each arm does, as means over seeds with their intervals: the ring table, and one for text."""

import math
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    ("P(V) watched", "violation", "watched"),
    ("honeypot", "violation", "honeypot"),
    ("unwatched", "violation", "unwatched"),
    ("deployment", "violation", "deployment"),
    ("ring gap", "ring_gap", ""),
    ("knows (AUC)", "decodability", ""),
    ("legitimate", "legitimate_return", "training"),
    ("true utility", "true_utility", "training"),
)
_TEXT = {"accuracy": "accuracy", "proxy": "proxy", "gold": "gold", "kl": "KL (nats)", "length": "length (tokens)"}
"""Held-out measures of an arm on text, under the condition of training, with their titles."""
_ON_TEXT = {*_TEXT, "best_of_n/proxy", "best_of_n/gold", "severity", "reached", "updates_to_exploit"}
"""An arm with any of these is one on text."""
_STYLES = {"supported": "green", "refuted": "red", "inconclusive": "yellow", "not decided": "yellow"}

Row = dict[str, Any]
Cells = dict[tuple[str, str], Row]
"""Rows of one arm by metric and condition."""


def measured(results: "pd.DataFrame") -> list[Row]:
    """Each evaluation metric of each arm at its last evaluation, over seeds.

    **Arguments:**

    - `results`: what `gyges.load` gives.

    **Returns:** rows with the fields of `table[]` in docs/json.md.
    """
    from gyges.evaluation.statistics import interval

    evaluated = results[~results["metric"].str.startswith("train/")]
    rows = []
    arm = ["key", "environment", "reward", "agent", "condition", "metric"]
    for names, group in evaluated.groupby(arm, sort=False):
        last = group[group["update"] == group["update"].max()]
        values = [float(value) for value in last["value"] if math.isfinite(value)]
        mean, low, high = (float(end) for end in interval(values)) if values else (math.nan,) * 3
        row: Row = dict(zip(arm, map(str, names), strict=True))
        row |= {"update": int(last["update"].iloc[0]), "seeds": len(values)}
        row |= {"mean": finite(mean), "low": finite(low), "high": finite(high)}
        rows.append(row)
    return rows


def finite(value: float) -> float | None:
    """JSON has no NaN: None instead."""
    return value if math.isfinite(value) else None


def ring_table(rows: list[Row]) -> Group:
    """The table to print; arms on text have one of their own below it. Where there is no number there is a dash.

    An arm on text with a violation, watched or not, is in both tables.
    """
    arms: dict[tuple[str, ...], Cells] = {}
    for row in rows:
        name = (row["environment"], row["reward"], row["agent"])
        arms.setdefault((*name, row["key"]), {})[row["metric"], row["condition"]] = row
    text = {arm: cells for arm, cells in arms.items() if any(metric in _ON_TEXT for metric, _ in cells)}
    ring = {
        arm: cells
        for arm, cells in arms.items()
        if arm not in text
        or any(metric == "violation" and row["mean"] is not None for (metric, _), row in cells.items())
    }
    return Group(*([_ring(ring)] if ring or not text else []), *([_text(text)] if text else []))


def _ring(arms: dict[tuple[str, ...], Cells]) -> Table:
    present = {at for cells in arms.values() for at in cells}
    columns = [column for column in _COLUMNS if column[1:] in present]
    table = _headed([title for title, _, _ in columns])
    for arm, cells in arms.items():
        table.add_row(*arm[:3], *(_number(cells.get((metric, condition))) for _, metric, condition in columns))
    return table


def _text(arms: dict[tuple[str, ...], Cells]) -> Table:
    """Held-out measures of the last evaluation; of best of n, those at the largest n."""
    table = _headed(list(_TEXT.values()))
    for (environment, reward, agent, _), cells in arms.items():
        largest = {metric: cells.get((f"best_of_n/{metric}", "")) for metric in _TEXT}
        chosen = {metric: cells.get((metric, "training")) or largest[metric] for metric in _TEXT}
        drawn = [row["update"] for row in largest.values() if row is not None]
        agent = f"{agent}, n = {max(drawn)}" if drawn else agent
        table.add_row(environment, reward, agent, *(_number(chosen[metric]) for metric in _TEXT))
    return table


def _headed(titles: list[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("environment", "reward", "agent"):
        table.add_column(title, overflow="fold")
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def verdict_lines(verdicts: list[dict[str, Any]]) -> list[Text]:
    """One sentence per verdict."""
    return [
        Text.assemble((verdict["verdict"].upper(), _STYLES.get(verdict["verdict"], "")), f"  {verdict['sentence']}")
        for verdict in verdicts
    ]


def _number(row: Row | None) -> str:
    if row is None or row["mean"] is None:
        return "-"
    if row["low"] is None or row["high"] is None:
        return f"{row['mean']:.2f}"
    return f"{row['mean']:.2f} ±{(row['high'] - row['low']) / 2:.2f}"
