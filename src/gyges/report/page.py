"""One HTML page per run: it needs no network, no server and no other file."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from gyges.report.arms import KINDS, Arm, names_of, read_arms, rows_of, text_of, what_it_is
from gyges.report.condition_charts import condition_figure
from gyges.report.curve_charts import curve_figure
from gyges.report.map_charts import map_figure
from gyges.report.measured import Measured
from gyges.report.reading import RULES
from gyges.report.replay import Cast, pack_replay
from gyges.report.ring_chart import ring_chart
from gyges.report.tables import cell_table, ring_rows, shown_conditions
from gyges.report.text_page import SCRIPT, TextPart, text_lead, text_part, text_style, with_the_ring
from gyges.report.theme import css_variables, draw, inline
from gyges.report.verdict_cards import read_verdicts

HERE = Path(__file__).parent
LEARNERS = {"ppo": "PPO", "exact": "exact planning"}
SCRIPTS = ("sprites.js", "timeline.js", "replay.js")


def _theme(text: TextPart | None) -> Markup:
    light, dark = css_variables(dark=False), css_variables(dark=True)
    rules = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    rules += (HERE / "page.css").read_text(encoding="utf-8")
    return Markup(rules + text_style() if text else rules)  # our own files


def _script(text: TextPart | None) -> Markup:
    names = (*SCRIPTS, SCRIPT) if text else SCRIPTS
    parts = [(HERE / name).read_text(encoding="utf-8") for name in names]
    return Markup('(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();")  # our own files


def _ring(arms: list[Arm], word: str) -> dict[str, Markup]:
    """The ring chart for wide and for narrow screens; empty where there is nothing to draw."""
    drawn = [arm for arm in arms if arm.violation["watched"].measured or arm.violation["unwatched"].measured]
    if not drawn:
        return {}
    spoken = "; ".join(
        f"{arm.name}: " + ", ".join(f"{one} {arm.violation[one].text()}" for one in ("watched", "unwatched"))
        for arm in drawn
    )
    text = f"Ring chart, probability of {word} watched and unwatched. {spoken}"
    return {
        "wide": inline(draw(ring_chart(drawn, 560, word)), "ring", text, most=940, room=30),
        "narrow": inline(draw(ring_chart(drawn, 236, word, narrow=True)), "ringn", text, most=420),
    }


def _listing(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _lead(table: list[Arm], everyone: list[Arm]) -> str:
    """The sentence that says what the reader is looking at."""
    if not everyone:
        return "This run has no arms: nothing was trained and nothing was measured."
    arms = table or everyone
    worlds = _listing(sorted({arm.environment for arm in everyone if arm.environment}) or ["unnamed"])
    count = len({re.sub(r", [^,]*warm start", "", arm.label) for arm in arms})
    rewards = "one reward" if count == 1 else f"{count} rewards"
    agents = sorted({LEARNERS.get(arm.agent, arm.agent) for arm in everyone if arm.agent})
    return (
        f"Agents ({_listing(agents or ['unnamed'])}) optimised {rewards} in the {worlds} environment and "
        "were then handed the ring: the same situations, watched and unwatched. This page shows what each "
        "reward really paid for: being good, or not being caught."
    )


def _cast(arms: pd.DataFrame, table: list[Arm]) -> Cast:
    """Names for the replay; arms of the ring table come first, known by name or by bare label."""
    known = frozenset(arm.name for arm in table) | frozenset(arm.label for arm in table)
    names = names_of([row for row in rows_of(arms) if text_of(row, "group") != "map"])
    others = names_of([row for row in rows_of(arms) if text_of(row, "group") == "map"])
    return Cast(others | names, known)


def render(
    *,
    title: str,
    created: str,
    verdicts: list[dict[str, Any]],
    metrics: pd.DataFrame,
    arms: pd.DataFrame,
    episodes: list[dict[str, Any]],
    notes: list[str],
    missing: list[str],
    samples: list[dict[str, Any]] | None = None,
    break_even: list[dict[str, Any]] | None = None,
) -> str:
    """The page as text; see `write_page`."""
    measured = Measured(metrics)
    text, ring = text_part(arms, measured, samples or []), with_the_ring(arms, measured)
    table = read_arms(ring, measured)
    everyone = table + read_arms(ring, measured, "map") + read_arms(ring, measured, "other")
    on_text = {arm.key for arm in text.arms} if text else set()
    worlds, trained = ([arm for arm in some if arm.key not in on_text] for some in (everyone, table))
    grid = bool(worlds) or text is None
    leads = ([_lead(trained, worlds)] if grid else []) + ([text_lead(text.arms)] if text else [])
    word = what_it_is(everyone)
    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("page.html").render(
        title=title,
        created=created,
        lead=" ".join(leads),
        grid=grid,
        ringed=grid or bool(table),
        text=text,
        cards=read_verdicts(verdicts),
        word=word,
        rows=ring_rows(table),
        conditions=shown_conditions(table),
        probes=any(arm.probe.measured for arm in table),
        rules=RULES,
        kinds={kind: look for kind, look in KINDS.items() if any(arm.kind == kind for arm in everyone)},
        ring=_ring(table, word),
        by_condition=condition_figure(table, measured, word),
        honeypots=map_figure(ring, measured, break_even),
        curves=curve_figure(trained, measured),
        replay=pack_replay(episodes, _cast(ring, table)),
        notes=notes,
        missing=missing,
        cells=cell_table(arms),
        style=_theme(text),
        script=_script(text),
    )


def write_page(
    path: Path,
    *,
    title: str,
    created: str,
    verdicts: list[dict[str, Any]],
    metrics: pd.DataFrame,
    arms: pd.DataFrame,
    episodes: list[dict[str, Any]],
    notes: list[str],
    missing: list[str],
    samples: list[dict[str, Any]] | None = None,
    break_even: list[dict[str, Any]] | None = None,
) -> Path:
    """Write the page of a run to `path` and return it; a reader never sees half a page.

    Arguments:
        title, created: heads the page.
        verdicts: one dict per claim: number, name, verdict, reason, statement, metric, value, low, high,
            sentence.
        metrics: tidy table with columns cell, condition, metric, seed, update, value.
        arms: a row per cell: key, label, environment, agent, kind, claim, warm, updates, group ("table",
            "map", "other" or "text"), and parameters in dotted columns; the map reads `cameras.honeypot_rate`,
            `cameras.tell` and `break_even`. A column `control` marks the outcome-only control (default:
            labels that begin with "outcome").
        episodes: replay data; `cell` (a key of `arms`) or else `label` or `reward` names the arm,
            `probe_threshold` draws a line.
        notes: remarks on the run, shown with its details.
        missing: what was not measured or not tried.
        samples: stored episodes of kind "text", each with `cell`, reward, seed, condition, update, prompt, tokens,
            scores (one per token, or None), score_name, proxy, gold and right.
        break_even: dicts of tell and rate; overrides the column of that name.
    """
    text = render(
        title=title,
        created=created,
        verdicts=verdicts,
        metrics=metrics,
        arms=arms,
        episodes=episodes,
        notes=notes,
        missing=missing,
        samples=samples,
        break_even=break_even,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
