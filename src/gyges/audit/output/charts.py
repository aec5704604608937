"""Drawings of the audit's page: the curve, the search, and rollouts by training step."""

from typing import Any

import altair as alt
import pandas as pd

from gyges.audit.output.visible import prose
from gyges.audit.output.wording import figure
from gyges.audit.report import Curve, SamplesReport, StepShare
from gyges.report.figures import Figure, Panel, Table
from gyges.report.theme import SENTINEL, draw, inline

WIDTH, HEIGHT = 380, 190
PROXY, TRUTH = SENTINEL["unwatched"], SENTINEL["watched"]
"""The colours of what is paid for and of what is right: the page's own for caught and for good."""
CLUSTERS = 4
"""Most root causes with a panel of their own."""


def curve_figure(curve: Curve | None, absent: str) -> Figure:
    """Proxy and truth against KL, and against the calls of the search."""
    if curve is None or not curve.points:
        return Figure(absent=absent)
    first, last = curve.points[0], curve.points[-1]
    spoken = (
        f"Best of n from 1 to {last.n}: the proxy goes from {first.proxy:.2f} to {last.proxy:.2f}, the share of right "
        f"ones from {_span(first.least, first.most)} to {_span(last.least, last.most)}"
    )
    drawing = inline(draw(_best_of_n(curve)), "curve", spoken, most=560)
    panels = [Panel("Best of n", drawing, "across: KL from the policy in nats; bands: 95 % intervals over tasks")]
    if curve.search:
        end = curve.search[-1]
        text = f"After {end.calls} calls the search's best scores {end.proxy:.2f}; right: {_span(end.least, end.most)}"
        searched = inline(draw(_search(curve)), "search", text, most=560)
        panels.append(Panel("The search", searched, "across: calls of the grader; the best so far, over tasks"))
    rows = [
        [
            str(point.n),
            f"{point.kl:.2f}",
            f"{point.proxy:.3f} ({_span(point.proxy_low, point.proxy_high, 3)})",
            f"{_span(point.least, point.most, 3)} ({_span(point.truth_low, point.truth_high, 3)})",
        ]
        for point in curve.points
    ]
    caption = f"Best of n on {curve.tasks} tasks with {curve.completions:,} completions; in brackets 95 % intervals"
    table = Table(caption, ["n", "KL", "proxy, relative score", "share that is right"], rows)
    remarks = [prose(curve.about)]
    if curve.unjudged:
        remarks.append(
            f"{curve.unjudged:,} of the completions could not be judged. The lower edge of the truth counts them as "
            "wrong, the upper edge as right; what is between the edges is not known."
        )
    return Figure(panels, table, remarks=remarks)


def samples_figure(samples: SamplesReport | None) -> Figure:
    """The share of high-scoring wrong rows by training step, all together and by root cause."""
    if samples is None:
        return Figure(absent="No rollouts were given (--samples), so what training has found already is not known.")
    series = [("all high-scoring wrong rows", samples.steps)]
    series += [(cluster.title, cluster.steps) for cluster in samples.clusters[:CLUSTERS]]
    drawn = [(title, steps) for title, steps in series if steps]
    if not drawn:
        return Figure(absent="The rollouts have no `step`, so there is no course over training to draw.")
    highest = max((step.share.high for _, steps in drawn for step in steps), default=1.0)
    panels = []
    for at, (title, steps) in enumerate(drawn):
        text = f"{prose(title)}: from {_counted(steps[0])} to {_counted(steps[-1])}"
        drawing = inline(draw(_by_step(steps, min(1.0, highest * 1.05))), f"s{at}", text, most=420)
        panels.append(Panel(prose(title, 90), drawing, "share of all rows by training step; bars: 95 % intervals"))
    rows = [
        [
            prose(title, 90),
            f"{step.first}–{step.last}",
            f"{step.count}/{step.of}",
            _span(step.share.low, step.share.high),
        ]
        for title, steps in drawn
        for step in steps
    ]
    return Figure(panels, Table("Rollouts by training step", ["what", "steps", "rows", "95 % interval"], rows))


def _best_of_n(curve: Curve) -> Any:
    rows = [
        {"kl": point.kl, "value": point.proxy, "low": point.proxy_low, "high": point.proxy_high, "n": point.n}
        for point in curve.points
    ]
    truths = [
        {"kl": point.kl, "least": point.least, "most": point.most, "low": point.truth_low, "high": point.truth_high}
        for point in curve.points
    ]
    x = alt.X("kl:Q", axis=alt.Axis(title="KL", grid=False, tickCount=6), scale=alt.Scale(nice=False))
    values = [*(row["high"] for row in rows), *(row["low"] for row in rows), 0.0, 1.0]
    scale = alt.Scale(domain=[min(values), max(values)], nice=True)
    axis = alt.Axis(title=None, tickCount=5)
    proxy = alt.Chart(pd.DataFrame(rows))
    truth = alt.Chart(pd.DataFrame(truths))

    def y(name: str) -> Any:
        return alt.Y(f"{name}:Q", scale=scale, axis=axis)

    layers = [
        proxy.mark_area(color=PROXY, opacity=0.16).encode(x=x, y=y("low"), y2="high:Q"),
        truth.mark_area(color=TRUTH, opacity=0.16).encode(x=x, y=y("low"), y2="high:Q"),
        truth.mark_area(color=TRUTH, opacity=0.3).encode(x=x, y=y("least"), y2="most:Q"),
        truth.mark_line(color=TRUTH, strokeWidth=2.2).encode(x=x, y=y("least")),
        proxy.mark_line(color=PROXY, strokeWidth=2.2).encode(x=x, y=y("value")),
        proxy.mark_point(color=PROXY, filled=True, size=26, opacity=1).encode(x=x, y=y("value")),
        truth.mark_point(color=TRUTH, filled=True, size=26, opacity=1).encode(x=x, y=y("least")),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _search(curve: Curve) -> Any:
    rows = [
        {"calls": point.calls, "proxy": point.proxy, "least": point.least, "most": point.most} for point in curve.search
    ]
    highest = max(1.0, *(row["proxy"] for row in rows))
    base = alt.Chart(pd.DataFrame(rows))
    x = alt.X("calls:Q", scale=alt.Scale(type="log", nice=False), axis=alt.Axis(title="calls", grid=False, tickCount=4))

    def y(name: str) -> Any:
        scale = alt.Scale(domain=[0, highest], nice=True)
        return alt.Y(f"{name}:Q", scale=scale, axis=alt.Axis(title=None, tickCount=5))

    layers = [
        base.mark_area(color=TRUTH, opacity=0.3, interpolate="step-after").encode(x=x, y=y("least"), y2="most:Q"),
        base.mark_line(color=TRUTH, strokeWidth=2.2, interpolate="step-after").encode(x=x, y=y("least")),
        base.mark_line(color=PROXY, strokeWidth=2.2, interpolate="step-after").encode(x=x, y=y("proxy")),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _by_step(steps: tuple[StepShare, ...], highest: float) -> Any:
    rows = [
        {
            "step": (step.first + step.last) / 2,
            "share": step.share.value,
            "low": step.share.low,
            "high": step.share.high,
        }
        for step in steps
    ]
    base = alt.Chart(pd.DataFrame(rows))
    x = alt.X("step:Q", axis=alt.Axis(title="training step", grid=False, tickCount=5), scale=alt.Scale(padding=8))
    y = alt.Y(
        "share:Q", scale=alt.Scale(domain=[0, highest], nice=True), axis=alt.Axis(title=None, format="%", tickCount=4)
    )
    layers = [
        base.mark_rule(color=PROXY, opacity=0.5, strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_line(color=PROXY, strokeWidth=2).encode(x=x, y=y),
        base.mark_point(color=PROXY, filled=True, size=40, opacity=1).encode(x=x, y=y),
    ]
    return alt.layer(*layers).properties(width=260, height=130)


def _span(low: float, high: float, digits: int = 2) -> str:
    if abs(high - low) < 0.5 * 10**-digits:
        return f"{low:.{digits}f}"
    return f"{low:.{digits}f} to {high:.{digits}f}"


def _counted(step: StepShare) -> str:
    return f"{figure(step.count)} of {figure(step.of)}"
