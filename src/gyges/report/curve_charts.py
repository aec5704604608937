"""Learning curves: violation and return by update, a thin line per seed and their mean."""

from typing import Any

import altair as alt
import pandas as pd

from gyges.report.arms import Arm
from gyges.report.figures import Figure, Panel, Table
from gyges.report.interval import number
from gyges.report.measured import Measured
from gyges.report.theme import SENTINEL, draw, inline

WIDTH = 236
POINTS = 72
"""Most points of a line: more cannot be seen at this width and only weigh."""
CURVES = {
    "train/violation": ("violation", "ink"),
    "train/visible_return": ("visible return", "good"),
}


def thinned(curve: pd.DataFrame, points: int = POINTS) -> pd.DataFrame:
    """`seed, update, value` with at most `points` updates: longer curves are averaged in equal bins."""
    updates = sorted(curve["update"].unique())
    if len(updates) <= points:
        return curve
    place = {update: index * points // len(updates) for index, update in enumerate(updates)}
    binned = curve.assign(bin=curve["update"].map(place))
    means = binned.groupby(["seed", "bin"], as_index=False)[["update", "value"]].mean()
    return means.drop(columns="bin")


def _line(curve: pd.DataFrame, metric: str, domain: list[float], last: bool, updates: float) -> Any:
    title, role = CURVES[metric]
    colour = SENTINEL[role]
    x = alt.X(
        "update:Q",
        scale=alt.Scale(domain=[0, updates], nice=False),
        axis=alt.Axis(title="update" if last else None, tickCount=5, grid=False, labels=last, format=",d"),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=domain, nice=False),
        axis=alt.Axis(title=title, tickCount=4, minExtent=26),
    )
    mean = curve.groupby("update", as_index=False)["value"].mean()
    layers = [alt.Chart(mean).mark_line(color=colour, strokeWidth=2.4).encode(x=x, y=y)]
    if curve["seed"].nunique() > 1:
        seeds = alt.Chart(curve).mark_line(color=colour, strokeWidth=0.8, opacity=0.4)
        layers.insert(0, seeds.encode(x=x, y=y, detail="seed:N"))
    return alt.layer(*layers).properties(width=WIDTH, height=82)


def _domains(
    arms: list[Arm], present: list[str], curves: dict[tuple[str, str], pd.DataFrame]
) -> dict[tuple[str, str], list[float]]:
    """One axis per environment and metric, so that panels can be compared where that makes sense."""
    found = {}
    for environment in {arm.environment for arm in arms}:
        for metric in present:
            own = [curves[arm.key, metric]["value"] for arm in arms if arm.environment == environment]
            values = pd.concat(own)
            low, high = (min(0.0, float(values.min())), float(values.max())) if len(values) else (0.0, 1.0)
            unit = metric == "train/violation" and high <= 1
            found[environment, metric] = [0.0, 1.0] if unit else [low, high if high > low else low + 1.0]
    return found


def curve_figure(arms: list[Arm], measured: Measured) -> Figure:
    """One panel per arm that was trained; arms without a curve are named."""
    own = measured.training[measured.training["metric"].isin(CURVES)].dropna(subset=["value"])
    curves = {
        (arm.key, metric): thinned(
            own.loc[(own["cell"] == arm.key) & (own["metric"] == metric), ["seed", "update", "value"]]
        )
        for arm in arms
        for metric in CURVES
    }
    present = [metric for metric in CURVES if any(len(curves[arm.key, metric]) for arm in arms)]
    trained = [arm for arm in arms if any(len(curves[arm.key, metric]) for metric in present)]
    if not trained:
        return Figure(absent="No learning curve was stored: nothing was trained by updates in this run.")
    domains = _domains(trained, present, curves)
    panels, rows = [], []
    for index, arm in enumerate(trained):
        updates = float(
            max(curves[arm.key, metric]["update"].max() for metric in present if len(curves[arm.key, metric]))
        )
        drawn = [metric for metric in present if len(curves[arm.key, metric])]
        charts = [
            _line(
                curves[arm.key, metric],
                metric,
                domains[arm.environment, metric],
                metric == drawn[-1],
                updates,
            )
            for metric in drawn
        ]
        spoken = []
        for metric in drawn:
            mean = curves[arm.key, metric].groupby("update")["value"].mean()
            first, last = number(float(mean.iloc[0])), number(float(mean.iloc[-1]))
            spoken.append(f"{CURVES[metric][0]} from {first} to {last}")
            seeds = curves[arm.key, metric]["seed"].nunique()
            rows.append([arm.name, CURVES[metric][0], first, last, f"{updates:.0f}", str(seeds)])
        text = f"Learning curves of {arm.name}: mean " + ", ".join(spoken)
        drawing = inline(draw(alt.vconcat(*charts, spacing=10)), f"l{index}", text, most=400)
        seeds = int(max(curves[arm.key, metric]["seed"].nunique() for metric in drawn))
        panels.append(Panel(arm.name, drawing, "one seed" if seeds == 1 else ""))
    left = [arm.name for arm in arms if arm not in trained]
    remarks = [f"No curve, because nothing was trained or nothing was stored: {', '.join(left)}."] if left else []
    columns = ["arm", "curve", "first mean", "last mean", "updates", "seeds"]
    return Figure(panels, Table("Where the learning curves begin and end", columns, rows), remarks=remarks)
