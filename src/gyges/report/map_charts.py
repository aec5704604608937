"""The honeypot map: theft where nobody looks, over how common and how recognisable honeypots are."""

from typing import Any

import altair as alt
import pandas as pd

from gyges.report.figures import Figure, Panel, Table
from gyges.report.honeypot_map import Map, errors_by_budget, read_break_even, read_maps
from gyges.report.interval import Interval, number
from gyges.report.measured import Measured
from gyges.report.theme import SENTINEL, draw, heat_step, inline

WIDTH = 222
CLOSE = 0.10
"""Mean distance of learned from exact theft that claim 2 asks for at its largest budget."""


def column_edge(rate: float, rates: list[float]) -> int:
    """Edge of the map's columns at break-even `rate`: theft pays in the columns left of it only."""
    return sum(one < rate for one in rates)


def _edges(tells: list[float], rates: list[float], even: dict[float, float]) -> pd.DataFrame:
    """The break-even staircase as connected corners, one riser per row of the map."""
    corners = []
    for row, tell in enumerate(tells):
        near = min(even, key=lambda one: abs(one - tell), default=None)
        if near is not None and abs(near - tell) < 1e-6:
            column = float(column_edge(even[near], rates))
            corners += [{"x": column, "y": float(row)}, {"x": column, "y": float(row + 1)}]
    return pd.DataFrame(
        [{**corner, "order": order} for order, corner in enumerate(corners)], columns=["x", "y", "order"]
    )


def _chart(one: Map, rates: list[float], tells: list[float], even: dict[float, float]) -> Any:
    cells = []
    for row, tell in enumerate(tells):
        for column, rate in enumerate(rates):
            found = one.theft.get((rate, tell))
            known = found is not None and found.measured
            step = heat_step(found.mean) if found is not None and known else 0
            cells.append(
                {
                    "x": column,
                    "x2": column + 1,
                    "y": row,
                    "y2": row + 1,
                    "cx": column + 0.5,
                    "cy": row + 0.5,
                    "fill": SENTINEL[f"heat{step}"] if known else SENTINEL["card"],
                    "ink": SENTINEL[f"heatink{step}"] if known else SENTINEL["soft"],
                    "text": number(found.mean) if found is not None and known else "–",
                }
            )
    side = WIDTH / len(rates)
    size = 11 if side >= 30 else 9
    frame = pd.DataFrame(cells)
    columns = "[" + ",".join(f"'{rate:g}'" for rate in rates) + "]"
    lines = "[" + ",".join(f"'{tell:g}'" for tell in tells) + "]"
    x_axis = alt.Axis(
        values=[i + 0.5 for i in range(len(rates))],
        labelExpr=f"{columns}[floor(datum.value)]",
        grid=False,
        ticks=False,
        domain=False,
        title="honeypot rate",
        labelOverlap=True,
    )
    y_axis = alt.Axis(
        values=[i + 0.5 for i in range(len(tells))],
        labelExpr=f"{lines}[floor(datum.value)]",
        grid=False,
        ticks=False,
        domain=False,
        title="tell q",
    )
    across = alt.Scale(domain=[0, len(rates)], nice=False)
    down = alt.Scale(domain=[0, len(tells)], nice=False)
    base = alt.Chart(frame)
    layers = [
        base.mark_rect(stroke=SENTINEL["card"], strokeWidth=2).encode(
            x=alt.X("x:Q", scale=across, axis=x_axis),
            x2="x2:Q",
            y=alt.Y("y:Q", scale=down, axis=y_axis),
            y2="y2:Q",
            color=alt.Color("fill:N", scale=None),
        )
    ]
    if side >= 22:
        layers.append(
            base.mark_text(fontSize=size).encode(
                x=alt.X("cx:Q", scale=across, axis=x_axis),
                y=alt.Y("cy:Q", scale=down, axis=y_axis),
                text="text:N",
                color=alt.Color("ink:N", scale=None),
            )
        )
    edges = _edges(tells, rates, even)
    if len(edges):
        for colour, width, dash in ((SENTINEL["card"], 5, [1, 0]), (SENTINEL["ink"], 2, [5, 3])):
            layers.append(
                alt.Chart(edges)
                .mark_line(color=colour, strokeWidth=width, strokeDash=dash, strokeJoin="round", clip=False)
                .encode(x=alt.X("x:Q", scale=across), y=alt.Y("y:Q", scale=down), order="order:Q")
            )
    return alt.layer(*layers).properties(width=WIDTH, height=max(26, min(44, side)) * len(tells))


def _error_chart(errors: dict[str, dict[int, Interval]]) -> Any:
    frame = pd.DataFrame(
        [
            {"who": title, "update": budget, "error": found.mean, "low": found.lower, "high": found.upper}
            for title, by_budget in errors.items()
            for budget, found in by_budget.items()
            if found.measured
        ]
    )
    titles = list(errors)
    roles = [SENTINEL[role] for role in ("unwatched", "watched", "deployment", "honeypot")]
    colours = [roles[index % 4] for index in range(len(titles))]
    legend = (
        alt.Legend(orient="bottom", title=None, columns=1, labelColor=SENTINEL["ink"], labelLimit=240)
        if len(titles) > 1
        else None
    )
    colour = alt.Color("who:N", scale=alt.Scale(domain=titles, range=colours), legend=legend)
    shape = alt.Shape("who:N", scale=alt.Scale(domain=titles), legend=legend)
    top = max(0.2, float(frame["high"].max()) * 1.1)
    x = alt.X(
        "update:Q",
        scale=alt.Scale(nice=False, padding=12),
        axis=alt.Axis(
            title="updates trained",
            values=sorted(frame["update"].unique().tolist()),
            labelOverlap=True,
            grid=False,
            format="~s",
        ),
    )
    y = alt.Y(
        "error:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title="mean |learned − exact|", tickCount=5),
    )
    base = alt.Chart(frame)
    line = alt.Chart(pd.DataFrame({"error": [CLOSE]})).mark_rule(strokeDash=[5, 3], color=SENTINEL["soft"]).encode(y=y)
    return alt.layer(
        line,
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, detail="who:N"),
        base.mark_rule(strokeWidth=2).encode(
            x=x,
            y=alt.Y("low:Q", scale=alt.Scale(domain=[0, top], nice=False)),
            y2="high:Q",
            color=colour,
            detail="who:N",
        ),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y, color=colour, shape=shape, detail="who:N"),
    ).properties(width=WIDTH, height=186)


def map_figure(arms: pd.DataFrame, measured: Measured, break_even: list[dict[str, Any]] | None) -> Figure:
    """Exact beside learned, then how fast learned comes to exact."""
    maps = read_maps(arms, measured)
    if not any(found.measured for one in maps for found in one.theft.values()):
        return Figure(absent="This run has no honeypot map: no cell swept the honeypot rate and the tell.")
    even = read_break_even(arms, break_even)
    rates = sorted({rate for one in maps for rate, _ in one.theft})
    tells = sorted({tell for one in maps for _, tell in one.theft})
    panels, rows = [], []
    for index, one in enumerate(maps):
        shown = [found.mean for found in one.theft.values() if found.measured]
        text = (
            (
                f"Honeypot map, {one.title}: theft where nobody looks runs from {number(min(shown))} to "
                f"{number(max(shown))} "
                f"over {len(rates)} honeypot rates and {len(tells)} tells; the numbers are in the table below"
            )
            if shown
            else f"Honeypot map, {one.title}: nothing was measured"
        )
        note = "what the reward asks for in the limit" if one.exact else "what training gave, mean over seeds"
        panels.append(
            Panel(one.title, inline(draw(_chart(one, rates, tells, even)), f"m{index}", text, most=400), note)
        )
        for (rate, tell), found in sorted(one.theft.items()):
            rows.append([one.title, f"{rate:g}", f"{tell:g}", found.text()])
    errors = errors_by_budget(maps, measured)
    remarks = []
    if errors:
        spoken = "; ".join(
            f"{title}: " + ", ".join(f"{found.text()} after {budget} updates" for budget, found in by_budget.items())
            for title, by_budget in errors.items()
        )
        panels.append(
            Panel(
                "learned against exact, by budget",
                inline(
                    draw(_error_chart(errors)),
                    "merror",
                    f"Mean distance of learned from exact theft. {spoken}",
                    most=400,
                ),
                f"dashed: {CLOSE:.2f}, what claim 2 asks for",
            )
        )
        for title, by_budget in errors.items():
            rows += [
                [f"{title}: |learned − exact|", "all", "all", f"{found.text()} after {budget}"]
                for budget, found in by_budget.items()
            ]
    elif not any(one.exact for one in maps):
        remarks.append(
            "No exact map was computed: how far learned theft is from what the reward asks for is not known."
        )
    elif all(one.exact for one in maps):
        remarks.append("No agent was trained on this map: it shows only what the reward asks for in the limit.")
    if even:
        remarks.append(
            "Break-even honeypot rate: "
            + ", ".join(f"{number(even[one])} at tell {one:g}" for one in sorted(even))
            + "."
        )
    else:
        remarks.append("The break-even line is not drawn: no break-even rate was given.")
    return Figure(
        panels,
        Table(
            "Theft where nobody looks, by honeypot rate and tell",
            ["map", "honeypot rate", "tell", "mean (95 % interval)"],
            rows,
        ),
        remarks=remarks,
    )
