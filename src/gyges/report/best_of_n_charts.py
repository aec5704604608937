"""Best of n: what the proxy of the chosen sample promises, and what its gold is, as n grows."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from gyges.report.figures import Figure, Panel, Table
from gyges.report.interval import student_interval
from gyges.report.measured import Measured
from gyges.report.strands import domain, strands
from gyges.report.text_arms import BEST_OF_N, TextArm
from gyges.report.theme import draw, inline

WIDTH = 236
PREFIX = "best_of_n/"
ROLES = ("watched", "good")
"""Colours of proxy and gold, as on the curves of training."""


@dataclass(frozen=True)
class Drawn:
    """Best of n under one arm and condition: by metric `seed, at, x, y`, where `at` and `x` are n."""

    name: str
    environment: str
    curves: dict[str, pd.DataFrame]

    @property
    def metrics(self) -> list[str]:
        """Those that were measured, in the order in which they are drawn."""
        return [metric for metric in BEST_OF_N if not self.curves[metric].empty]


def _drawn(arms: list[TextArm], measured: Measured) -> list[Drawn]:
    found = []
    for arm in arms:
        for condition in sorted({one for metric in BEST_OF_N for one in measured.conditions(arm.key, metric)}):
            name = f"{arm.name}, {condition}" if condition else arm.name
            curves = {metric: _curve(measured, arm.key, metric, condition) for metric in BEST_OF_N}
            found.append(Drawn(name, arm.environment, curves))
    return [one for one in found if one.metrics]


def best_of_n_figure(arms: list[TextArm], measured: Measured) -> Figure | None:
    """One panel per arm and condition that was drawn from; None where there is none.

    In the metrics `best_of_n/*` the column `update` holds n.
    """
    shown = _drawn(arms, measured)
    panels = [_panel(index, one, shown) for index, one in enumerate(shown)]
    rows = [
        [one.name, metric.removeprefix(PREFIX), str(n), student_interval(own).text()]
        for one in shown
        for metric in one.metrics
        for n, own in one.curves[metric].groupby("at")["y"]
    ]
    table = Table("Best of n", ["arm", "measure", "n", "mean (95 % interval)"], rows)
    return Figure(panels, table) if panels else None


def _panel(index: int, one: Drawn, shown: list[Drawn]) -> Panel:
    charts, spoken = [], []
    for metric, role in zip(BEST_OF_N, ROLES, strict=True):
        if metric not in one.metrics:
            continue
        curve, name = one.curves[metric], metric.removeprefix(PREFIX)
        # A proxy has units of its own, gold those of the environment.
        alike = [other for other in shown if other.environment == one.environment] if name == "gold" else [one]
        ends = domain(pd.concat([other.curves[metric]["y"] for other in alike]))
        charts.append(_chart(curve, name, ends, metric == one.metrics[-1], role))
        for n in (int(curve["at"].min()), int(curve["at"].max())):
            spoken.append(f"{name} {student_interval(curve.loc[curve['at'] == n, 'y']).text()} at n = {n}")
    text = f"Best of n under {one.name}: " + "; ".join(spoken)
    return Panel(one.name, inline(draw(alt.vconcat(*charts, spacing=10)), f"bn{index}", text, most=400))


def _curve(measured: Measured, key: str, metric: str, condition: str) -> pd.DataFrame:
    curve = measured.by_update(key, metric, condition)
    curve = curve[curve["update"] >= 1]  # the axis is logarithmic, and nobody chooses the best of none
    return curve.rename(columns={"value": "y"}).assign(at=curve["update"], x=curve["update"])


def _chart(curve: pd.DataFrame, name: str, ends: list[float], last: bool, role: str) -> Any:
    most = max(2, int(curve["at"].max()))
    ticks = [4**power for power in range(12) if 4**power <= most]
    axis = alt.Axis(title="n" if last else None, values=ticks, labels=last, grid=False, format="d")
    x = alt.X("x:Q", scale=alt.Scale(type="log", base=2, domain=[1, most], nice=False), axis=axis)
    vertical = alt.Axis(title=name, tickCount=4, minExtent=26)
    y = alt.Y("y:Q", scale=alt.Scale(domain=ends, nice=False), axis=vertical)
    return alt.layer(*strands(curve, x, y, role)).properties(width=WIDTH, height=82)
