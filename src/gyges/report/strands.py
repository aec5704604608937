"""Thin lines, one per seed, and a thick one for their mean, along any axis."""

from typing import Any

import altair as alt
import pandas as pd

from gyges.report.theme import SENTINEL


def domain(values: pd.Series) -> list[float]:
    """Ends of an axis: 0 to 1 for what lies within, else what holds all values and 0."""
    if values.empty:
        return [0.0, 1.0]
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    if low == 0.0 and 0.5 < high <= 1.0:
        return [0.0, 1.0]
    return [low, high if high > low else low + 1.0]


def mean_of(frame: pd.DataFrame) -> pd.DataFrame:
    """`at, x, y` over seeds."""
    return frame.groupby("at", as_index=False)[["x", "y"]].mean()


def strands(frame: pd.DataFrame, x: alt.X, y: alt.Y, role: str) -> list[Any]:
    """Layers for `seed, at, x, y`; lines run in the order of `at`, back where `x` goes back.

    `x` and `y` encode the fields of these names; `role` is a colour of the theme.
    """
    colour, mean = SENTINEL[role], mean_of(frame)
    order = alt.Order("at:Q")
    layers = []
    if frame["seed"].nunique() > 1:
        thin = alt.Chart(frame).mark_line(color=colour, strokeWidth=0.8, opacity=0.4)
        layers.append(thin.encode(x=x, y=y, order=order, detail="seed:N"))
    layers.append(alt.Chart(mean).mark_line(color=colour, strokeWidth=2.4).encode(x=x, y=y, order=order))
    return layers if len(mean) > 1 else [*layers, dots(mean, x, y, role)]


def dots(frame: pd.DataFrame, x: alt.X, y: alt.Y, role: str) -> Any:
    """A dot for each row of `x, y`."""
    look: dict[str, Any] = {"filled": True, "size": 34, "opacity": 1, "stroke": SENTINEL["card"], "strokeWidth": 1}
    return alt.Chart(frame).mark_point(fill=SENTINEL[role], **look).encode(x=x, y=y)
