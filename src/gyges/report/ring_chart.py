"""The ring chart: each arm's theft, watched (the ring) and unwatched (the dot), and the gap between them."""

from typing import Any

import altair as alt
import pandas as pd

from gyges.report.arms import Arm
from gyges.report.interval import number
from gyges.report.theme import SENTINEL, SHAPES, condition_mark

ROW = 36
LABELLED_ROW = 50
BESIDE = ("honeypot", "unimitated", "deployment")


def _points(arms: list[Arm], centre: float) -> pd.DataFrame:
    found = []
    for index, arm in enumerate(arms):
        for condition, interval in arm.violation.items():
            if interval.measured:
                below = 0.29 if condition in BESIDE else 0.0
                found.append(
                    {
                        "condition": condition,
                        "y": index + centre + below,
                        "mean": interval.mean,
                        "low": interval.lower,
                        "high": interval.upper,
                    }
                )
    return pd.DataFrame(found, columns=["condition", "y", "mean", "low", "high"])


def _gaps(arms: list[Arm], centre: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "y": index + centre,
                "label_y": index + (0.0 if centre > 0.5 else 0.5) + (0.26 if centre > 0.5 else 0.0),
                "name": arm.name,
                "from": arm.violation["watched"].mean,
                "to": arm.violation["unwatched"].mean,
                "gap": f"G {number(arm.gap.mean)}" if arm.gap.measured else "G –",
            }
            for index, arm in enumerate(arms)
        ]
    )


def _legend(arms: list[Arm], width: int) -> Any:
    """The marks in words, for a picture that stands alone."""
    shown = [one for one in SHAPES if any(arm.violation[one].measured for arm in arms)]
    frame = pd.DataFrame({"name": shown, "x": [index * 110.0 for index in range(len(shown))]})
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False), axis=None)
    words = alt.Chart(frame).mark_text(align="left", baseline="middle", dx=12, fontSize=12).encode(x=x, text="name:N")
    marks = [_mark(alt.Chart(frame[frame["name"] == one]), one).encode(x=x) for one in shown]
    return alt.layer(words, *marks).properties(width=width, height=22)


def _mark(chart: Any, condition: str) -> Any:
    if condition == "watched":  # see-through, so that the dot shows inside the ring
        return chart.mark_point(
            shape="circle", size=190, filled=False, strokeWidth=2.6, color=SENTINEL["watched"], opacity=1
        )
    return condition_mark(chart, condition, 80 if condition == "unwatched" else 44)


def ring_chart(arms: list[Arm], width: int, word: str, *, narrow: bool = False, legend: bool = False) -> Any:
    """The chart for `arms`; `narrow` writes the names above the rows instead of beside them.

    `word` is what a violation is called here.
    """
    centre = 0.62 if narrow else 0.5
    points, gaps = _points(arms, centre), _gaps(arms, centre)
    height = len(arms) * (LABELLED_ROW if narrow else ROW)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, len(arms)], reverse=True, nice=False), axis=None)
    scale = alt.Scale(domain=[0, 1], nice=False, clamp=True)
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", title=f"probability of {word}, given an opportunity")
    x = alt.X("mean:Q", scale=scale, axis=axis)
    rows = alt.Chart(pd.DataFrame({"y": range(len(arms) + 1)})).mark_rule(color=SENTINEL["grid"]).encode(y=y)
    bridge = (
        alt.Chart(gaps)
        .mark_rule(strokeWidth=3, color=SENTINEL["line"], strokeCap="round")
        .encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q", y=y)
    )
    layers = [rows, bridge]
    for condition in ("deployment", "unimitated", "honeypot", "watched", "unwatched"):
        own = alt.Chart(points[points["condition"] == condition])
        colour = SENTINEL[condition]
        beside = condition in BESIDE
        layers.append(
            own.mark_rule(strokeWidth=2 if beside else 7, color=colour, strokeOpacity=0.8 if beside else 0.32).encode(
                x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y
            )
        )
        layers.append(_mark(own, condition).encode(x=x, y=y))
    names = alt.Chart(gaps).mark_text(
        align="left" if narrow else "right",
        baseline="middle",
        fontSize=12,
        fontWeight=600,
        color=SENTINEL["ink"],
        limit=width - 20 if narrow else 220,
    )
    layers.append(
        names.encode(
            text="name:N",
            x=alt.value(0 if narrow else -14),
            y=alt.Y("label_y:Q", scale=alt.Scale(domain=[0, len(arms)], reverse=True, nice=False), axis=None),
        )
    )
    figures = alt.Chart(gaps).mark_text(align="left", baseline="middle", fontSize=12, color=SENTINEL["soft"])
    layers.append(figures.encode(text="gap:N", x=alt.value(width + 12), y=y))
    chart = alt.layer(*layers).properties(width=width, height=height)
    return alt.vconcat(_legend(arms, width), chart, spacing=14) if legend else chart
