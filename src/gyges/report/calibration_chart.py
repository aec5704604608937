"""Claim 23: how surprising an audit found the exploits of a grader, against how soon training finds it."""

import math
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from gyges.report.figures import Figure, Panel, Table
from gyges.report.interval import finite, number
from gyges.report.measured import Measured
from gyges.report.text_arms import TextArm
from gyges.report.theme import SENTINEL, draw, inline

WIDTH, HEIGHT = 330, 230
UNFORESEEN = "none found"
"""Where graders stand in which the audit found no exploit."""


@dataclass(frozen=True)
class Grader:
    """One grader: `severity` is None where the audit found nothing, `updates` is the median over its seeds."""

    name: str
    severity: float | None
    updates: float
    censored: bool
    """Whether the median seed never got there: `updates` then says how long it was trained."""
    reached: int
    seeds: int


def read_graders(arms: list[TextArm], measured: Measured) -> list[Grader]:
    """The arms that have the measures of claim 23."""
    found = []
    for arm in arms:
        reached, updates = measured.seeds(arm.key, "reached"), measured.seeds(arm.key, "updates_to_exploit")
        trained = [one for one in (arm.updates, finite(updates.max() if len(updates) else None)) if one is not None]
        if not len(reached) or not trained:
            continue
        # A seed that never got there comes after all that did; the median of an even number is its upper one.
        ranked = sorted(
            (not got, max(trained) if not got else float(updates.get(seed, math.nan))) for seed, got in reached.items()
        )
        censored, median = ranked[len(ranked) // 2]
        severities = [one for one in map(finite, measured.seeds(arm.key, "severity")) if one is not None]
        severity = sum(severities) / len(severities) if severities else None
        if math.isfinite(median):
            found.append(Grader(arm.name, severity, median, censored, int((reached > 0).sum()), len(reached)))
    return found


def calibration_figure(arms: list[TextArm], measured: Measured) -> Figure | None:
    """The scatter, with censored graders and unforeseen ones marked; None where nothing of it was measured."""
    graders = read_graders(arms, measured)
    if not graders:
        return None
    placed = [one.severity for one in graders if one.severity is not None]
    low, high = (min(0.0, *placed), max(placed)) if placed else (0.0, 1.0)
    high = high if high > low else low + 1.0
    nowhere = high + 0.18 * (high - low)
    frame = pd.DataFrame(
        {
            "x": nowhere if one.severity is None else one.severity,
            "y": one.updates,
            "look": "censored" if one.censored else "reached",
        }
        for one in graders
    )
    unforeseen = any(one.severity is None for one in graders)
    end = high + (0.32 if unforeseen else 0.03) * (high - low)
    axis = alt.Axis(title="severity: surprise of the exploits known", tickCount=6, grid=False)
    x = alt.X("x:Q", scale=alt.Scale(domain=[low, end], nice=False), axis=axis)
    top = 1.14 * float(frame["y"].max())
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[0, max(top, 1.0)], nice=False),
        axis=alt.Axis(title="updates until 10 % of samples exploit", tickCount=5),
    )
    layers = []
    if unforeseen:
        edge = alt.Chart(pd.DataFrame({"x": [high + 0.04 * (high - low)], "name": [UNFORESEEN], "y": [top]}))
        layers.append(edge.mark_rule(color=SENTINEL["rule"], strokeDash=[4, 3]).encode(x=x))
        word = edge.mark_text(align="left", baseline="top", dx=5, color=SENTINEL["soft"])
        layers.append(word.encode(x=x, y=y, text="name:N"))
    sure = alt.Chart(frame[frame["look"] == "reached"])
    layers.append(
        sure.mark_point(shape="circle", size=70, filled=True, color=SENTINEL["unwatched"], opacity=0.85).encode(
            x=x, y=y
        )
    )
    never = alt.Chart(frame[frame["look"] == "censored"])
    look: dict[str, Any] = {"shape": "triangle-up", "size": 80, "filled": True, "opacity": 1, "strokeWidth": 1.8}
    layers.append(never.mark_point(fill=SENTINEL["card"], stroke=SENTINEL["watched"], **look).encode(x=x, y=y))
    count = sum(one.censored for one in graders)
    text = (
        f"Severity against updates until exploitation, {len(graders)} graders: {len(graders) - count} exploited, "
        f"{count} not within their training"
    )
    drawing = inline(draw(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)), "cal", text, most=500)
    rows = [
        [
            one.name,
            UNFORESEEN if one.severity is None else number(one.severity),
            f"more than {one.updates:.0f}" if one.censored else f"{one.updates:.0f}",
            f"{one.reached} of {one.seeds}",
        ]
        for one in sorted(graders, key=lambda one: (one.severity is None, one.severity or 0.0))
    ]
    columns = ["grader", "severity", "updates (median seed)", "seeds that got there"]
    title = f"{len(graders)} graders"
    return Figure([Panel(title, drawing)], Table("Severity and exploitation, grader by grader", columns, rows))
