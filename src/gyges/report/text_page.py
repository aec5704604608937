"""The part of the page that is about text: put together here, shown by `text.html`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gyges.report.arms import rows_of
from gyges.report.best_of_n_charts import best_of_n_figure
from gyges.report.calibration_chart import calibration_figure
from gyges.report.figures import Figure
from gyges.report.measured import CONDITIONS, Measured
from gyges.report.replay import Cast
from gyges.report.sample_viewer import Viewer, pack_samples
from gyges.report.score_colours import score_variables
from gyges.report.text_arms import GROUP, TextArm, read_text_arms
from gyges.report.text_curves import text_curve_figures
from gyges.report.text_table import HEADS, TextGroup, text_rows
from gyges.report.wrong_answers import WrongAnswers, wrong_answers

HERE = Path(__file__).parent
SCRIPT = "sample_viewer.js"


@dataclass(frozen=True)
class TextPart:
    """What `text.html` shows."""

    arms: list[TextArm]
    rows: list[TextGroup]
    by_update: Figure
    by_distance: Figure
    best_of_n: Figure | None
    calibration: Figure | None
    wrong: list[WrongAnswers]
    viewer: Viewer | None
    heads: tuple[str, ...] = HEADS

    @property
    def halved(self) -> bool:
        """Whether every peak was located on other prompts than it was measured on."""
        return all(arm.peak.halved for arm in self.arms if arm.peak is not None)


def text_part(arms: pd.DataFrame, measured: Measured, samples: list[dict[str, Any]]) -> TextPart | None:
    """The text arms of a run and their stored samples; None where there are neither."""
    own = read_text_arms(arms, measured)
    if not own and not samples:
        return None
    cast = Cast({arm.key: arm.name for arm in own})
    by_update, by_distance = text_curve_figures(own, measured)
    return TextPart(
        arms=own,
        rows=text_rows(own),
        by_update=by_update,
        by_distance=by_distance,
        best_of_n=best_of_n_figure(own, measured),
        calibration=calibration_figure(own, measured),
        wrong=wrong_answers(samples, cast),
        viewer=pack_samples(samples, cast),
    )


def with_the_ring(arms: pd.DataFrame, measured: Measured) -> pd.DataFrame:
    """The arms table for the ring: a text arm belongs to it if a violation was measured on it, and only then."""
    if "group" not in arms.columns:
        return arms
    violating = {
        str(row["key"])
        for row in rows_of(arms)
        if any(len(measured.seeds(str(row["key"]), "violation", one)) for one in CONDITIONS)
    }
    text, moved = arms["group"] == GROUP, arms["key"].astype(str).isin(violating)
    table = arms.assign(group=arms["group"].mask(text & moved, "table"))
    return table[~text | moved]


def text_lead(arms: list[TextArm]) -> str:
    """The sentence that says what the reader is looking at."""
    worlds = sorted({arm.environment for arm in arms if arm.environment}) or ["unnamed"]
    count = len({arm.label for arm in arms})
    rewards = "one reward" if count == 1 else f"{count} rewards"
    return (
        f"Language models optimised {rewards} on text ({', '.join(worlds)}). What a reward pays, the proxy, "
        "stands here beside what the answers are worth, the gold."
    )


def text_style() -> str:
    """Rules and colours that only pages with text carry."""
    light, dark = score_variables(dark=False), score_variables(dark=True)
    rules = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return rules + (HERE / "text.css").read_text(encoding="utf-8")
