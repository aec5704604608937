"""Best of n: what the proxy of the chosen sample promises, and what its gold is, as n grows."""

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
ROLES = ("watched", "good")
"""Colours of proxy and gold, as on the curves of training."""


def best_of_n_figure(arms: list[TextArm], measured: Measured) -> Figure | None:
    """One panel per arm that was drawn from; None where there is none.

    In the metrics `best_of_n/*` the column `update` holds n.
    """
    shown = [arm for arm in arms if arm.drawn]
    if not shown:
        return None
    found = {(arm.key, metric): _curve(measured, arm.key, metric) for arm in shown for metric in BEST_OF_N}
    panels, rows = [], []
    for index, arm in enumerate(shown):
        charts, spoken = [], []
        drawn = [metric for metric in BEST_OF_N if not found[arm.key, metric].empty]
        for metric, role in zip(BEST_OF_N, ROLES, strict=True):
            curve, name = found[arm.key, metric], metric.removeprefix("best_of_n/")
            if curve.empty:
                continue
            alike = shown if name == "gold" else [arm]  # a proxy has units of its own, gold is the environment's
            values = [found[one.key, metric]["y"] for one in alike if one.environment == arm.environment]
            ends, last = domain(pd.concat(values)), metric == drawn[-1]
            charts.append(_chart(curve, name, ends, last, role))
            means = curve.groupby("at")["y"]
            least, most = int(curve["at"].min()), int(curve["at"].max())
            intervals = {n: student_interval(own) for n, own in means}
            spoken.append(f"{name} {intervals[least].text()} at n = {least}, {intervals[most].text()} at n = {most}")
            rows += [[arm.name, name, str(n), one.text()] for n, one in intervals.items()]
        text = f"Best of n under {arm.name}: " + "; ".join(spoken)
        panels.append(Panel(arm.name, inline(draw(alt.vconcat(*charts, spacing=10)), f"bn{index}", text, most=400)))
    return Figure(panels, Table("Best of n", ["arm", "measure", "n", "mean (95 % interval)"], rows))


def _curve(measured: Measured, key: str, metric: str) -> pd.DataFrame:
    curve = measured.by_update(key, metric)
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
