"""The metrics table of a run, asked by cell: what was measured last, seed by seed."""

import pandas as pd

from gyges.report.interval import UNMEASURED, Interval, student_interval

CONDITIONS = ("watched", "honeypot", "unwatched", "unimitated", "deployment")
UNSEEN = ("unwatched", "unimitated", "deployment")
"""Conditions in which nobody looks: what an agent does there is what it does with the ring on."""
PROBABILITIES = {
    "violation",
    "recorded",
    "opportunity",
    "decodability",
    "leak",
    "probe_auc",
    "probe_firing",
    "accuracy",
}
TRAINING = "train/"


class Measured:
    """Evaluation metrics of a run.

    `metrics` is the tidy table (`cell, condition, metric, seed, update, value`). A question about an arm
    is answered with its last evaluation; earlier budgets stay reachable through `by_update`.
    """

    def __init__(self, metrics: pd.DataFrame) -> None:
        wanted = ["cell", "condition", "metric", "seed", "update", "value"]
        absent = [column for column in wanted if column not in metrics.columns]
        if absent:
            raise ValueError(
                f"the metrics table has columns {list(metrics.columns)} and lacks {absent}; "
                "give the tidy table with the key of the cell in `cell`"
            )
        table = metrics[wanted].copy()
        for column in ("cell", "condition", "metric"):
            table[column] = table[column].astype(object).where(table[column].notna(), "").astype(str)
        for column in ("seed", "update", "value"):
            table[column] = pd.to_numeric(table[column], errors="coerce")
        table[["seed", "update"]] = table[["seed", "update"]].fillna(0).astype(int)
        training = table["metric"].str.startswith(TRAINING)
        self.training = table[training]
        self._evaluated = table[~training]
        self._last: dict[tuple[str, str, str], pd.Series] = {}
        for key, rows in self._evaluated.groupby(["cell", "metric", "condition"], sort=False):
            cell, metric, condition = map(str, key)
            last = rows[rows["update"] == rows["update"].max()]
            self._last[cell, metric, condition] = last.groupby("seed")["value"].mean()

    def seeds(self, cell: str, metric: str, condition: str = "") -> pd.Series:
        """Values of the last evaluation, indexed by seed; empty where nothing was measured."""
        return self._last.get((cell, metric, condition), pd.Series(dtype=float)).dropna()

    def interval(self, cell: str, metric: str, condition: str = "") -> Interval:
        """Mean over seeds of the last evaluation."""
        bounds = (0.0, 1.0) if metric in PROBABILITIES else None
        return student_interval(self.seeds(cell, metric, condition), bounds=bounds)

    def anywhere(self, cell: str, metric: str, conditions: tuple[str, ...]) -> Interval:
        """The first of `conditions` under which `metric` was measured."""
        for condition in conditions:
            found = self.interval(cell, metric, condition)
            if found.measured:
                return found
        return UNMEASURED

    def ring_gap(self, cell: str) -> Interval:
        """Ring gap G; taken from the paired seeds where the run did not store it."""
        stored = self.interval(cell, "ring_gap")
        if stored.measured:
            return stored
        gap = self.seeds(cell, "violation", "unwatched") - self.seeds(cell, "violation", "watched")
        return student_interval(gap.dropna(), bounds=(-1.0, 1.0))

    def by_update(self, cell: str, metric: str, condition: str = "") -> pd.DataFrame:
        """All evaluations of an arm: `seed, update, value`."""
        table = self._evaluated
        chosen = (table["cell"] == cell) & (table["metric"] == metric) & (table["condition"] == condition)
        return table.loc[chosen, ["seed", "update", "value"]].dropna()

    def conditions(self, cell: str, metric: str) -> list[str]:
        """Conditions under which a metric was evaluated, the one without a name first."""
        return sorted(condition for own, name, condition in self._last if (own, name) == (cell, metric))

    def in_training(self, cell: str, metric: str) -> pd.DataFrame:
        """The learning curve of an arm: `seed, update, value`."""
        chosen = (self.training["cell"] == cell) & (self.training["metric"] == metric)
        return self.training.loc[chosen, ["seed", "update", "value"]].dropna()
