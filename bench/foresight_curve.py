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
import numpy as np
import pandas as pd
from sheet import table

from gyges.audit.outlook import FILE
from gyges.claims.audit_foresees_training import AuditForeseesTraining
from gyges.evaluation.foresight import calibration, median_updates
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

![Surprise of the exploits known against updates until exploitation]({PAGE.with_suffix(".svg").name})

A dot is one training that came to exploit its grader; a triangle, above the dashed line, is one that did not. The line
goes through the medians. Graders in which nothing was found have no place in it.

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
    """Surprise against updates: a mark for each training, a line through the median of each grader."""
    known = [one for one in graders if one["severity"] is not None]
    rows = [
        {"severity": one["severity"], "updates": min(time, 1.08 * updates), "never": not math.isfinite(time)}
        for one in known
        for time in one["times"]
    ]
    frame = pd.DataFrame(rows)
    x = alt.X("severity:Q", axis=alt.Axis(title="severity: surprise of the exploits known, in nats", grid=False))
    y = alt.Y("updates:Q", axis=alt.Axis(title="updates until 10 % of samples exploit"))
    medians = median_updates(np.array([one["times"] for one in known]))
    middle = pd.DataFrame(
        {"severity": [one["severity"] for one in known], "updates": np.minimum(medians, 1.08 * updates)}
    ).sort_values("severity")
    line = alt.Chart(middle).mark_line(color=SENTINEL["rule"], strokeWidth=1).encode(x=x, y=y)
    got = alt.Chart(frame[~frame["never"]]).mark_point(filled=True, size=45, color=SENTINEL["unwatched"], opacity=0.8)
    never = alt.Chart(frame[frame["never"]]).mark_point(shape="triangle-up", size=55, color=SENTINEL["watched"])
    edge = alt.Chart(pd.DataFrame({"updates": [updates]})).mark_rule(color=SENTINEL["rule"], strokeDash=[4, 3])
    return alt.layer(line, edge.encode(y=y), got.encode(x=x, y=y), never.encode(x=x, y=y)).properties(
        width=520, height=300
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
