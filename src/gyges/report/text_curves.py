"""Proxy and gold as training goes on: against the update, and gold against the distance from the start."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from gyges.report.curve_charts import thinned
from gyges.report.figures import Figure, Panel, Table
from gyges.report.interval import number
from gyges.report.measured import Measured
from gyges.report.strands import domain, dots, mean_of, strands
from gyges.report.text_arms import HELD_OUT, TextArm
from gyges.report.theme import SENTINEL, draw, inline

WIDTH = 236
POINTS, SHARED = 40, 480
"""Most points of a line, and most of one line in all panels together: a page of many arms stays small."""
LOOKS = {"proxy": ("train/reward", "watched"), "gold": ("train/true_utility", "good")}
"""Held-out metric: the metric of its learning curve, and its colour."""


@dataclass(frozen=True)
class Course:
    """A metric as training goes on: `seed, at, x, y` of the batches and of the held-out evaluations."""

    trained: pd.DataFrame
    held_out: pd.DataFrame

    @property
    def line(self) -> pd.DataFrame:
        """What the lines follow: the training batches where they were stored."""
        return self.held_out if self.trained.empty else self.trained


def _against_update(curve: pd.DataFrame) -> pd.DataFrame:
    return curve.rename(columns={"value": "y"}).assign(at=curve["update"], x=curve["update"])


def _against_distance(curve: pd.DataFrame, divergence: pd.DataFrame) -> pd.DataFrame:
    """Joined seed by seed and update by update; an estimate below zero says that the distance is about zero."""
    both = curve.merge(divergence, on=["seed", "update"], suffixes=("", "_kl"))
    distance = both["value_kl"].clip(lower=0.0) ** 0.5
    return both.rename(columns={"value": "y"}).assign(at=both["update"], x=distance)[["seed", "at", "x", "y"]]


def _courses(arm: TextArm, measured: Measured, points: int) -> dict[str, Course]:
    """`proxy` and `gold` against the update, `distance`: gold against the root of the divergence."""
    trained = {name: thinned(measured.in_training(arm.key, metric), points) for name, (metric, _) in LOOKS.items()}
    held_out = {name: measured.by_update(arm.key, name, HELD_OUT) for name in LOOKS}
    found = {name: Course(_against_update(trained[name]), _against_update(held_out[name])) for name in LOOKS}
    found["distance"] = Course(
        _against_distance(trained["gold"], thinned(measured.in_training(arm.key, "train/kl"), points)),
        _against_distance(held_out["gold"], measured.by_update(arm.key, "kl", HELD_OUT)),
    )
    return found


def _layers(course: Course, x: alt.X, y: alt.Y, role: str) -> list[Any]:
    layers = strands(course.line, x, y, role)
    return layers if course.held_out.empty else [*layers, dots(mean_of(course.held_out), x, y, role)]


def _up(title: str, ends: list[float]) -> alt.Y:
    axis = alt.Axis(title=title, tickCount=4, minExtent=26)
    return alt.Y("y:Q", scale=alt.Scale(domain=ends, nice=False), axis=axis)


def _pair(arm: TextArm, courses: dict[str, Course], ends: dict[str, list[float]], updates: float) -> Any:
    """Proxy above gold, over the same updates."""
    drawn, charts = [name for name in LOOKS if not courses[name].line.empty], []
    for name in drawn:
        last = name == drawn[-1]
        axis = alt.Axis(title="update" if last else None, tickCount=5, grid=False, labels=last, format=",d")
        x = alt.X("x:Q", scale=alt.Scale(domain=[0, updates], nice=False), axis=axis)
        layers = _layers(courses[name], x, _up(name, ends[name]), LOOKS[name][1])
        if name == "gold" and arm.peak is not None and not arm.peak.last:
            rule = alt.Chart(pd.DataFrame({"x": [arm.peak.update]}))
            layers.insert(0, rule.mark_rule(color=SENTINEL["rule"], strokeDash=[4, 3]).encode(x=x))
        charts.append(alt.layer(*layers).properties(width=WIDTH, height=82))
    return alt.vconcat(*charts, spacing=10)


def _first_and_last(course: Course) -> tuple[float, float]:
    means = mean_of(course.line)["y"]
    return float(means.iloc[0]), float(means.iloc[-1])


def text_curve_figures(arms: list[TextArm], measured: Measured) -> tuple[Figure, Figure]:
    """Against the update, and against the distance: a panel per arm that has a curve."""
    trained = [arm for arm in arms if arm.tabled]
    points = max(8, min(POINTS, SHARED // max(1, len(trained))))
    courses = {arm.key: _courses(arm, measured, points) for arm in trained}
    shown = [arm for arm in trained if any(not courses[arm.key][name].line.empty for name in LOOKS)]
    left = [arm.name for arm in trained if arm not in shown]
    remarks = [f"No curve, because nothing was stored: {', '.join(left)}."] if left else []
    by_update = Figure(absent="No curve of proxy or gold was stored in this run.")
    if shown:
        gold = {one: domain(_all(shown, courses, "gold", one)["y"]) for one in {arm.environment for arm in shown}}
        panels = [_update_panel(index, arm, courses[arm.key], gold) for index, arm in enumerate(shown)]
        rows = [
            [arm.name, name, *map(number, _first_and_last(course)), str(course.line["seed"].nunique())]
            for arm in shown
            for name, course in courses[arm.key].items()
            if name in LOOKS and not course.line.empty
        ]
        table = Table("Where proxy and gold begin and end", ["arm", "curve", "first mean", "last mean", "seeds"], rows)
        by_update = Figure(panels, table, remarks=remarks)
    return by_update, _distance_figure(shown, courses)


def _all(arms: list[TextArm], courses: dict[str, dict[str, Course]], name: str, environment: str) -> pd.DataFrame:
    own = [courses[arm.key][name] for arm in arms if arm.environment == environment]
    return pd.concat([part for course in own for part in (course.trained, course.held_out)])


def _update_panel(index: int, arm: TextArm, own: dict[str, Course], gold: dict[str, list[float]]) -> Panel:
    drawn = [name for name in LOOKS if not own[name].line.empty]
    proxy = pd.concat([own["proxy"].trained["y"], own["proxy"].held_out["y"]])
    ends = {"proxy": domain(proxy), "gold": gold[arm.environment]}
    updates = max(
        1.0,
        *(float(part["x"].max()) for name in drawn for part in (own[name].line, own[name].held_out) if not part.empty),
    )
    spoken = []
    for name in drawn:
        first, last = _first_and_last(own[name])
        spoken.append(f"{name} from {number(first)} to {number(last)}")
    text = f"Curves of {arm.name}: mean " + ", ".join(spoken)
    seeds = max(own[name].line["seed"].nunique() for name in drawn)
    drawing = inline(draw(_pair(arm, own, ends, updates)), f"tu{index}", text, most=400)
    return Panel(arm.name, drawing, "one seed" if seeds == 1 else "")


def _distance_figure(arms: list[TextArm], courses: dict[str, dict[str, Course]]) -> Figure:
    shown = [arm for arm in arms if not courses[arm.key]["distance"].line.empty]
    if not shown:
        return Figure(absent="No divergence from the start policy was stored beside gold.")
    panels, rows = [], []
    for index, arm in enumerate(shown):
        everyone = _all(shown, courses, "distance", arm.environment)
        course, far = courses[arm.key]["distance"], max(1e-6, float(everyone["x"].max()))
        axis = alt.Axis(title="d = √KL, root nats", tickCount=5, grid=False)
        x = alt.X("x:Q", scale=alt.Scale(domain=[0, far], nice=True), axis=axis)
        layers = _layers(course, x, _up("gold", domain(everyone["y"])), "good")
        mean = mean_of(course.line)
        best, last = mean.iloc[int(mean["y"].argmax())], mean.iloc[-1]
        text = (
            f"Gold of {arm.name} against distance from the start policy: mean highest, {number(best['y'])}, at d = "
            f"{number(best['x'])}; in the end {number(last['y'])} at {number(last['x'])}"
        )
        drawing = inline(draw(alt.layer(*layers).properties(width=WIDTH, height=120)), f"td{index}", text, most=400)
        seeds = course.line["seed"].nunique()
        panels.append(Panel(arm.name, drawing, "one seed" if seeds == 1 else ""))
        rows.append([arm.name, *(number(float(one)) for one in (best["y"], best["x"], last["y"], last["x"]))])
    columns = ["arm", "highest mean gold", "at d", "last mean gold", "at d"]
    return Figure(panels, Table("Gold against d", columns, rows))
