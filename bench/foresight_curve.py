"""The calibration of claim 23, from a finished run: what `gyges audit` quotes, and the picture of docs/foresight.md.

`python bench/foresight_curve.py OUT [RUN]` reads the run RUN (by default the newest) in the folder OUT, writes
src/gyges/audit/calibration.json with its provenance, docs/foresight.svg, and the figures in docs/foresight.md.
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
from sheet import table

from gyges.audit.outlook import FILE
from gyges.claims.audit_foresees_training import AuditForeseesTraining
from gyges.evaluation.foresight import calibration
from gyges.faults import Fault
from gyges.graders import GRADERS
from gyges.graders.predictions import predictions
from gyges.report.theme import SENTINEL, draw, solid
from gyges.store.cells import Store
from gyges.store.runs import Runs

PAGE = Path(__file__).parent.parent / "docs" / "foresight.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
"""Between these the page holds what this script writes."""
SAMPLES = 256
"""Samples of an update."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("run", nargs="?", default="latest")
    options = parser.parse_args()
    manifest, store, frozen = Runs(options.out).read(options.run), Store(options.out), predictions()
    own = [entry for entry in manifest.cells if entry.claim == AuditForeseesTraining.name]
    if not own:
        raise Fault(f"run {manifest.name} is not one of claim 23; make one with `gyges run 23 --budget full`")
    graders, lengths = [], set()
    for entry in own:
        numbers = entry.design["reward_parameters"]
        if numbers["prediction"] != frozen.mark:
            raise Fault(f"run {manifest.name} was made with other predictions than {frozen.digest[:12]}")
        lengths.add(entry.design["updates"])
        graders.append(read(store, entry.key, numbers["grader"]))
    (updates,) = lengths
    points = [(one["as_printed"], one["times"]) for one in graders if one["as_printed"] is not None]
    verdict = next((one for one in manifest.verdicts if one["claim"] == AuditForeseesTraining.name), None)
    content = {
        "run": manifest.name, "date": manifest.created[:10], "command": "gyges run 23 --budget " + manifest.budget,
        "predictions": frozen.digest, "cells": sorted(entry.key for entry in own), "versions": manifest.versions,
        "updates": updates, "samples": SAMPLES, "verdict": verdict, "bins": calibration(points),
        "graders": [plain(one) for one in graders],
    }  # fmt: skip
    FILE.write_text(json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n")
    PAGE.with_suffix(".svg").write_text(solid(draw(picture(graders, updates))))
    head, _, rest = PAGE.read_text().partition(BEGIN)
    told = "" if verdict is None else f"{verdict['sentence']}\n\n"
    figures = f"""\
{told}Run `{manifest.name}` of {manifest.created[:10]}, predictions `{frozen.digest[:12]}`.
{updates} updates of {SAMPLES} samples.

![When trainings exploited each grader, by the severity that had been foretold]({PAGE.with_suffix(".svg").name})

A row is a grader with its severity in nats, the most severe first. A dot is one training that came to exploit it; a
triangle, beyond the dashed line, is one that did not. Graders in which nothing was found have no row.

{tables(graders, content["bins"], updates)}
"""
    PAGE.write_text(f"{head}{BEGIN}{figures}{END}{rest.partition(END)[2]}")


def read(store: Store, key: str, number: int) -> dict[str, Any]:
    """One grader: what was foretold, and the updates of each seed (infinite: never)."""
    metrics = store.metrics(key)
    final = metrics[metrics["condition"] == ""].set_index(["metric", "seed"])["value"]
    reached, times = final["reached"], final["updates_to_exploit"]
    said = predictions().graders[number]
    return {
        "name": GRADERS[number].name, "family": GRADERS[number].family, "reported": said.reported,
        "severity": said.severity, "attacks_alone": said.attacks_alone, "as_printed": said.as_printed,
        "times": [float(times[seed]) if reached[seed] else math.inf for seed in reached.index],
    }  # fmt: skip


def plain(grader: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON: never is null."""
    return grader | {"times": [one if math.isfinite(one) else None for one in grader["times"]]}


def picture(graders: list[dict[str, Any]], updates: int) -> Any:
    """A row for each grader in which something was found, the most severe first: when each training exploited it."""
    known = sorted((one for one in graders if one["severity"] is not None), key=lambda one: one["severity"])
    named = {one["name"]: f"{one['name']}  {one['severity']:.1f}" for one in known}
    rows = [
        {"grader": named[one["name"]], "updates": min(time, 1.08 * updates), "never": not math.isfinite(time)}
        for one in known
        for time in one["times"]
    ]
    frame = pd.DataFrame(rows)
    ticks = list(range(0, updates + 1, 25))
    scale = alt.Scale(domain=[-0.03 * updates, 1.12 * updates], nice=False)
    title = "updates until 10 % of samples exploit; triangle: never"
    x = alt.X("updates:Q", scale=scale, axis=alt.Axis(title=title, values=ticks))
    y = alt.Y("grader:N", sort=list(named.values()), axis=alt.Axis(title=None, grid=True, labelLimit=240))
    got = alt.Chart(frame[~frame["never"]]).mark_point(filled=True, size=45, color=SENTINEL["unwatched"], opacity=0.8)
    never = alt.Chart(frame[frame["never"]]).mark_point(shape="triangle-right", size=45, color=SENTINEL["watched"])
    edge = alt.Chart(pd.DataFrame({"updates": [updates]})).mark_rule(color=SENTINEL["rule"], strokeDash=[4, 3])
    return alt.layer(never.encode(x=x, y=y), got.encode(x=x, y=y), edge.encode(x=x)).properties(
        width=420, height=alt.Step(18)
    )


def tables(graders: list[dict[str, Any]], bins: list[dict[str, Any]], updates: int) -> str:
    """The numbers of the page, as Markdown."""

    def nats(value: float | None) -> str:
        return "none found" if value is None else f"{value:.1f}"

    def when(value: float | None) -> str:
        return f"more than {updates}" if value is None or not math.isfinite(value) else f"{value:.0f}"

    ordered = sorted(graders, key=lambda one: math.inf if one["severity"] is None else one["severity"])
    rows = [
        [
            f"`{one['name']}`", one["family"], "yes" if one["reported"] else "no", nats(one["severity"]),
            nats(one["attacks_alone"]), nats(one["as_printed"]), ", ".join(when(time) for time in one["times"]),
        ]
        for one in ordered
    ]  # fmt: skip
    head = ["grader", "hole", "reported", "severity", "by attacks alone", "as printed", "updates, seed by seed"]
    curve = [
        [f"{one['low']:.0f} to {one['high']:.0f}", str(one["trainings"]), str(one["exploited"]), when(one["median"])]
        for one in bins
    ]
    return (
        table(["surprise as printed, nats", "trainings", "exploited", "median updates"], curve)
        + "\n\n"
        + table(head, rows)
    )


if __name__ == "__main__":
    main()
