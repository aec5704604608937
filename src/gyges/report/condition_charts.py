"""Violations by condition: per arm, a point per seed, the mean and its interval."""

from typing import Any

import altair as alt
import pandas as pd

from gyges.report.arms import Arm
from gyges.report.figures import Figure, Panel, Table
from gyges.report.measured import CONDITIONS, Measured
from gyges.report.theme import SENTINEL, SHAPES, condition_mark, draw, inline

WIDTH = 196
ROW = 27


def _jitter(count: int) -> list[float]:
    """Offsets that keep seeds of equal value apart, the same on every rendering."""
    return [0.0] if count == 1 else [0.26 * (2 * ((i * 5) % count) / (count - 1) - 1) for i in range(count)]


def _chart(arm: Arm, conditions: list[str], measured: Measured) -> Any:
    points, means = [], []
    for row, condition in enumerate(conditions):
        values = measured.seeds(arm.key, "violation", condition)
        for value, offset in zip(values, _jitter(len(values)) if len(values) else [], strict=True):
            points.append({"x": value, "y": row + 0.5 + offset, "condition": condition})
        found = arm.violation[condition]
        if found.measured:
            means.append(
                {
                    "x": found.mean,
                    "low": found.lower,
                    "high": found.upper,
                    "y": row + 0.5,
                    "condition": condition,
                }
            )
    frame = pd.DataFrame(points, columns=["x", "y", "condition"])
    centre = pd.DataFrame(means, columns=["x", "low", "high", "y", "condition"])
    heads = pd.DataFrame(
        {
            "y": [row + 0.5 for row in range(len(conditions))],
            "name": conditions,
            "none": ["" if arm.violation[one].measured else "not measured" for one in conditions],
        }
    )
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, len(conditions)], reverse=True, nice=False), axis=None)
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", title=None)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False, clamp=True), axis=axis)
    base = alt.Chart(heads)
    layers = [
        base.mark_text(align="right", color=SENTINEL["ink"]).encode(text="name:N", x=alt.value(-10), y=y),
        base.mark_text(align="left", color=SENTINEL["soft"], fontStyle="italic").encode(
            text="none:N", x=alt.value(6), y=y
        ),
    ]
    for condition in conditions:
        colour, shape = SENTINEL[condition], SHAPES[condition]
        layers.append(
            alt.Chart(frame[frame["condition"] == condition])
            .mark_point(filled=True, size=20, shape=shape, color=colour, opacity=0.45)
            .encode(x=x, y=y)
        )
        own = alt.Chart(centre[centre["condition"] == condition])
        layers.append(
            own.mark_rule(color=colour, strokeWidth=2.4).encode(
                x=alt.X("low:Q", scale=alt.Scale(domain=[0, 1], clamp=True), axis=axis), x2="high:Q", y=y
            )
        )
        layers.append(condition_mark(own, condition, 78).encode(x=x, y=y))
    return alt.layer(*layers).properties(width=WIDTH, height=ROW * len(conditions))


def condition_figure(arms: list[Arm], measured: Measured, word: str) -> Figure:
    """One panel per arm."""
    conditions = [one for one in CONDITIONS if any(arm.violation[one].measured for arm in arms)]
    if not conditions:
        return Figure(absent=f"No {word} by condition was measured in this run.")
    panels = []
    for index, arm in enumerate(arms):
        spoken = "; ".join(f"{one} {arm.violation[one].text()}" for one in conditions)
        panels.append(
            Panel(
                arm.name,
                inline(
                    draw(_chart(arm, conditions, measured)),
                    f"c{index}",
                    f"{word} of {arm.name}: {spoken}",
                    most=400,
                ),
            )
        )
    rows = []
    for arm in arms:
        for one in conditions:
            values = measured.seeds(arm.key, "violation", one)
            each = " ".join(f"{value:.2f}" for value in values) or "–"
            rows.append([arm.name, one, arm.violation[one].text(), each])
    return Figure(
        panels,
        Table(f"{word.capitalize()} by condition", ["arm", "condition", "mean (95 % interval)", "seeds"], rows),
    )
