"""The part of the page that is about text: what it says, what it leaves out, what it never lets through."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from report_samples import sample_run
from report_text_samples import ARMS, GRADERS, HOSTILE, LARGEST_N, UPDATES, sample_graders, sample_text_run, text_sample

from gyges.report import write_page
from gyges.report.best_of_n_charts import best_of_n_figure
from gyges.report.calibration_chart import calibration_figure, read_graders
from gyges.report.measured import Measured
from gyges.report.replay import Cast
from gyges.report.sample_viewer import HARD, TOKENS, pack_samples
from gyges.report.score_colours import SHADES, Scale, contrast, ink, scale_of
from gyges.report.strands import domain
from gyges.report.text_arms import peak_of, read_text_arms
from gyges.report.text_curves import text_curve_figures
from gyges.report.text_table import text_rows
from gyges.report.visible import said, visible
from gyges.report.wrong_answers import MOST, wrong_answers

CAST = Cast()


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    return sample_text_run(seeds=4)


@pytest.fixture(scope="module")
def page(run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("text"), run)


def written(folder: Path, run: dict[str, Any]) -> str:
    return write_page(folder / "report.html", **run).read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    return page.split(f'<section id="{name}"')[1].split("</section>")[0]


def of(run: dict[str, Any], cell: str, metric: str, update: int, condition: str = "training") -> pd.Series:
    table = run["metrics"]
    chosen = (table["cell"] == cell) & (table["metric"] == metric) & (table["condition"] == condition)
    return table.loc[chosen & (table["update"] == update), "value"]


def together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    tables = {name: pd.concat([one[name], other[name]], ignore_index=True) for name in ("metrics", "arms")}
    return {**one, **tables, "samples": other["samples"]}


@pytest.fixture(scope="module")
def grid() -> dict[str, Any]:
    run = sample_run(seeds=2)
    return {**run, "arms": run["arms"].head(3), "episodes": run["episodes"][:4]}


def test_a_page_without_text_carries_nothing_for_it(grid: dict[str, Any], tmp_path: Path) -> None:
    text = written(tmp_path, grid)
    assert not re.search(r"sample-data|class Reader|--high4|\.token|id=\"(?:text|wrong|samples)\"", text)


def test_text_beside_a_grid_changes_nothing_of_it(run: dict[str, Any], grid: dict[str, Any], tmp_path: Path) -> None:
    arithmetic = run["arms"][run["arms"]["environment"] == "arithmetic"]
    both = written(tmp_path / "both", together(grid, {**run, "arms": arithmetic}))
    alone = written(tmp_path / "alone", grid)
    for name in ("verdicts", "ring", "conditions", "honeypots", "learning", "replay"):
        assert section(both, name) == section(alone, name)
    assert "strict verifier" in section(both, "text")


def test_a_run_on_text_has_no_section_of_the_grid(page: str) -> None:
    assert not re.search(r'<section id="(?:honeypots|learning|replay)"', page)
    linked = re.findall(r'<li><a href="#([^"]+)"', page)
    assert linked == re.findall(r'<section id="([^"]+)"', page)


def test_only_arms_with_a_violation_are_in_the_ring_table(page: str, run: dict[str, Any], tmp_path: Path) -> None:
    ring = section(page, "ring")
    assert re.findall(r"<span>([^<]*)</span></th>", ring) == ["peek fine", "oracle"]
    arithmetic = run["arms"][run["arms"]["environment"] == "arithmetic"]
    plain = written(tmp_path, {**run, "arms": arithmetic})
    empty = run["metrics"].head(1).assign(metric="violation", condition="watched", value=math.nan)
    plain += written(tmp_path, {**run, "arms": arithmetic, "metrics": pd.concat([run["metrics"], empty])})
    assert 'id="ring"' not in plain
    assert 'href="#ring"' not in plain


def test_the_table_holds_the_means_of_the_last_evaluation(page: str, run: dict[str, Any]) -> None:
    rows = re.findall(r"<tr.*?</tr>", section(page, "text"), re.DOTALL)
    row = next(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)) for row in rows if "outcome reward model" in row)
    for metric, digits in (("accuracy", 2), ("proxy", 2), ("gold", 2), ("kl", 1), ("length", 1)):
        assert f" {of(run, 'text2', metric, UPDATES).mean():.{digits}f} " in row
    assert "best-of-n" not in section(page, "text")


def test_peak_and_fall_are_those_of_the_evaluations(run: dict[str, Any]) -> None:
    peak = peak_of(Measured(run["metrics"]), "text2")
    assert peak is not None
    means = {at: of(run, "text2", "gold", at).mean() for at in (0, 10, 20, 30, 40, 50, 60)}
    assert peak.update == max(means, key=lambda at: means[at])
    assert peak.fall.mean == pytest.approx(means[peak.update] - means[UPDATES])
    assert not peak.halved


def gold(metric: str, values: list[float]) -> list[dict[str, Any]]:
    plain = {"cell": "a", "condition": "training", "metric": metric, "seed": 0}
    return [{**plain, "update": 10 * place, "value": value} for place, value in enumerate(values)]


def test_a_peak_is_measured_on_the_half_that_did_not_choose_it() -> None:
    rows = gold("gold", [0.0, 0.9, 0.3]) + gold("gold_first", [0.2, 0.8, 0.1]) + gold("gold_second", [0.9, 0.6, 0.5])
    peak = peak_of(Measured(pd.DataFrame(rows)), "a")
    assert peak is not None
    assert (peak.update, peak.height.mean, peak.halved) == (10, 0.6, True)
    assert peak.fall.mean == pytest.approx(0.1)


def test_one_evaluation_has_no_peak_and_a_rise_no_fall(run: dict[str, Any]) -> None:
    once, rising = (Measured(pd.DataFrame(gold("gold", values))) for values in ([0.5], [0.1, 0.5]))
    assert peak_of(once, "a") is None
    arm = run["arms"].head(1).assign(key="a")
    (group,) = text_rows(read_text_arms(arm, once))
    assert [entry.span for entry in group.rows[0].entries[-2:]] == ["evaluated once"] * 2
    (group,) = text_rows(read_text_arms(arm, rising))
    assert group.rows[0].entries[-1].span == "no fall"


def test_every_trained_arm_has_its_curves(run: dict[str, Any]) -> None:
    measured = Measured(run["metrics"])
    by_update, by_distance = text_curve_figures(read_text_arms(run["arms"], measured), measured)
    for figure in (by_update, by_distance):
        assert [panel.title.split(",")[0] for panel in figure.panels] == [label for label, *_ in ARMS]
    assert by_distance.table is not None
    ends = {row[0]: float(row[4]) for row in by_distance.table.rows}
    mean = of(run, "text0", "train/kl", UPDATES, "").pow(0.5).mean()
    assert ends["strict verifier, arithmetic"] == pytest.approx(mean, abs=0.1)


def test_a_divergence_below_zero_is_no_distance() -> None:
    rows = gold("gold", [0.1, 0.2]) + gold("kl", [-0.4, 9.0])
    measured = Measured(pd.DataFrame(rows))
    arms = pd.DataFrame([{"key": "a", "label": "mine", "group": "text"}])
    _, by_distance = text_curve_figures(read_text_arms(arms, measured), measured)
    assert by_distance.table is not None
    assert by_distance.table.rows == [["mine", "0.20", "3.00", "0.20", "3.00"]]


def test_best_of_n_reads_n_from_the_updates(run: dict[str, Any]) -> None:
    measured = Measured(run["metrics"])
    figure = best_of_n_figure(read_text_arms(run["arms"], measured), measured)
    assert figure is not None
    assert figure.table is not None
    assert len(figure.panels) == 2
    sizes = [int(row[2]) for row in figure.table.rows if row[:2] == [figure.panels[0].title, "gold"]]
    assert sizes == [2**power for power in range(LARGEST_N.bit_length())]
    proxy = of(run, "best1", "best_of_n/proxy", LARGEST_N, "").mean()
    assert any(row[1:3] == ["proxy", "256"] and row[3].startswith(f"{proxy:.2f}") for row in figure.table.rows)


def test_best_of_n_elsewhere_has_panels_of_its_own(run: dict[str, Any]) -> None:
    longer = run["metrics"][run["metrics"]["cell"] == "best1"].assign(condition="deployment")
    measured = Measured(pd.concat([run["metrics"], longer]))
    figure = best_of_n_figure(read_text_arms(run["arms"], measured), measured)
    assert figure is not None
    first = figure.panels[0].title
    assert [panel.title for panel in figure.panels][:2] == [first, f"{first}, deployment"]
    assert len(figure.panels) == 3


def test_no_best_of_n_no_figure(run: dict[str, Any], tmp_path: Path) -> None:
    trained = run["arms"][run["arms"]["agent"] == "grpo"]
    assert "best-of-n" not in written(tmp_path, {**run, "arms": trained}).split("<style>")[1].split("</style>")[1]


def test_the_wrong_answers_are_wrong_ranked_and_few() -> None:
    many = [text_sample("a", "mine", 0, "training", index, "") for index in range(60)]
    (found,) = wrong_answers([*many, *many], CAST)
    wrong = sorted((one for one in many if not one["right"]), key=lambda one: -one["proxy"])
    assert [one.completion for one in found.found] == ["".join(one["tokens"]) for one in wrong[:MOST]]
    assert {one.times for one in found.found} == {2}
    assert (found.distinct, found.stored) == (30, 120)
    assert wrong_answers([{**many[1], "proxy": math.nan}], CAST)[0].found == []


def test_wrong_answers_fold_by_reward(page: str) -> None:
    folds = re.findall(r'<details class="wrong"><summary>([^:]*):', section(page, "wrong"))
    assert [fold.split(",")[0] for fold in folds] == [label for label, *_ in ARMS]


def test_graders_are_placed_by_their_median_seed_and_censored(run: dict[str, Any], tmp_path: Path) -> None:
    metrics, arms = sample_graders(seeds=4)
    measured = Measured(metrics)
    graders = read_graders(read_text_arms(arms, measured), measured)
    assert len(graders) == GRADERS
    assert [one.censored for one in graders] == [False] * (GRADERS - 2) + [True, True]
    assert [one.updates for one in graders[:2]] == [8.0, 16.0]
    assert {one.updates for one in graders[-2:]} == {UPDATES}
    assert graders[-2].reached == 1
    assert graders[-1].severity is None
    figure = calibration_figure(read_text_arms(arms, measured), measured)
    assert figure is not None
    assert figure.table is not None
    assert figure.table.rows[-1] == [graders[-1].name, "none found", f"more than {UPDATES}", "0 of 4"]
    assert calibration_figure(read_text_arms(run["arms"], Measured(run["metrics"])), Measured(run["metrics"])) is None
    few = {**run, "arms": run["arms"].head(1)}
    shown = written(tmp_path, together(few, {"metrics": metrics, "arms": arms, "samples": run["samples"]}))
    assert "6 graders" in section(shown, "calibration")
    assert "grader 0" not in section(shown, "text")


def test_hostile_text_stays_text(run: dict[str, Any], tmp_path: Path) -> None:
    bad = {"prompt": HOSTILE, "tokens": [HOSTILE, *HOSTILE], "scores": None, "right": False, "score_name": HOSTILE}
    scores = [0.5] * (len(HOSTILE) + 1)
    samples = [{**run["samples"][0], **bad}, {**run["samples"][0], **bad, "scores": scores}]
    arms = run["arms"].head(1).replace({"label": {"strict verifier": HOSTILE.partition("\x00")[0]}})
    text = written(tmp_path, {**run, "arms": arms, "samples": samples})
    assert "<img" not in text
    assert text.count("<script") == text.count("</script>") == 2
    assert not set("\x00\x1b\u202e") & set(section(text, "wrong") + section(text, "samples"))
    assert "␀␛[31m⟨U+202E⟩\ufffd" in section(text, "wrong")


def test_the_invisible_is_shown_and_the_endless_counted() -> None:
    assert visible("a\n\tb") == "a\n\tb"
    assert visible("\r\x7f\x85\u200b\u2028") == "␍␡⟨U+0085⟩⟨U+200B⟩⟨U+2028⟩"
    assert visible("x" * 12, 10) == "x" * 10 + " … (2 more characters)"
    assert visible("\x00" * 10, 10) == "␀" * 10
    assert (
        said([{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}]) == "user: 2+2?\nassistant: 4"
    )
    assert said("plain") == "plain"


def packed(samples: list[dict[str, Any]], **limits: int) -> dict[str, Any]:
    viewer = pack_samples(samples, CAST, **limits)
    assert viewer is not None
    document: dict[str, Any] = json.loads(viewer.text)
    return document


def test_a_packed_sample_is_the_stored_one(run: dict[str, Any]) -> None:
    stored = next(one for one in run["samples"] if one["scores"])
    document = packed([stored])
    (sample,) = document["samples"]
    assert sample["tokens"] == stored["tokens"]
    assert sample["scores"] == [round(score, 3) for score in stored["scores"]]
    assert sample["prompt"] == stored["prompt"]
    assert document["scales"][sample["scale"]]["name"] == stored["score_name"]


def test_a_full_page_keeps_a_sample_of_every_arm_and_says_what_it_left_out(run: dict[str, Any]) -> None:
    viewer = pack_samples(run["samples"], CAST, soft=1)
    assert viewer is not None
    kept = json.loads(viewer.text)
    assert sorted(one["arm"] for one in kept["samples"]) == list(range(len(ARMS)))
    assert {one["seed"] for one in kept["samples"]} == {"0"}
    assert f"{len(ARMS)} of {len(run['samples'])}" in viewer.remark
    assert pack_samples(run["samples"][:1], CAST).remark == ""  # type: ignore[union-attr]


def test_the_latest_update_comes_before_the_others() -> None:
    samples = [{**text_sample("a", "mine", 0, "training", 0, ""), "update": update} for update in (0, 60, 30)]
    assert [one["update"] for one in packed(samples)["samples"]] == [60, 30, 0]
    assert [one["update"] for one in packed(samples, soft=1)["samples"]] == [60]


def test_no_sample_breaks_the_limit() -> None:
    long = {**text_sample("a", "mine", 0, "training", 0, ""), "tokens": ["word " * 40] * 5000, "prompt": "p" * 10**6}
    many = [{**long, "reward": f"reward {index}", "cell": str(index)} for index in range(200)]
    viewer = pack_samples(many, CAST)
    assert viewer is not None
    assert len(viewer.text) < HARD * 1.1
    first = json.loads(viewer.text)["samples"][0]
    assert len(first["tokens"]) == TOKENS
    assert first["cut"] == 5000 - TOKENS


def test_samples_without_tokens_leave_no_viewer(run: dict[str, Any], tmp_path: Path) -> None:
    assert pack_samples([{**run["samples"][0], "tokens": []}], CAST) is None
    text = written(tmp_path, {**run, "samples": []})
    assert "none to read" in section(text, "samples")
    assert "no wrong answer to show" in section(text, "wrong")


def test_scores_that_do_not_fit_the_tokens_are_not_shown() -> None:
    sample = {**text_sample("a", "mine", 0, "training", 0, "probe"), "scores": [0.5]}
    assert packed([sample])["samples"][0]["scale"] is None
    holes = {**sample, "scores": [math.nan] * (len(sample["tokens"]) - 1) + [0.5]}
    assert packed([holes])["samples"][0]["scores"][-2:] == [None, 0.5]


def test_ink_can_be_read_on_every_shade() -> None:
    for light, dark in SHADES.values():
        assert contrast(ink(light), light) >= 4.5
        assert contrast(ink(dark), dark) >= 4.5


def test_shade_and_bar_follow_the_score() -> None:
    scale = Scale("process reward", 2.0, diverging=True)
    assert [scale.shade(score) for score in (-2.0, -1.0, 0.0, 0.5, 2.0)] == ["low4", "low2", "even", "high1", "high4"]
    assert [scale.bar(score) for score in (-2.0, 0.0, 1.0)] == [(50, 100), (50, 50), (25, 50)]
    assert Scale("probe", 1.0, diverging=False).bar(0.25) == (75, 100)
    assert scale_of("probe", [0.2, 0.9, math.nan, None]) == Scale("probe", 1.0, diverging=False)
    assert scale_of("logit", [3.0, -4.0]) == Scale("logit", 4.0, diverging=True)
    assert scale_of("nothing", [0.0]).most == 1.0


def test_an_axis_holds_its_values() -> None:
    assert domain(pd.Series([0.2, 0.9])) == [0.0, 1.0]
    assert domain(pd.Series([-3.0, -1.0])) == [-3.0, 0.0]
    assert domain(pd.Series([0.0])) == [0.0, 1.0]


def test_the_first_sample_stands_on_the_page_without_any_script(page: str, run: dict[str, Any]) -> None:
    bare = re.sub(r"<script.*?</script>", "", section(page, "samples"), flags=re.DOTALL)
    first = next(one for one in run["samples"] if one["scores"])
    tokens = re.findall(r'<span class="token scored[^>]*data-score="([^"]*)"[^>]*>([^<]*)</span>', bare)
    assert [text for _, text in tokens] == first["tokens"]
    assert [float(score.replace("−", "-")) for score, _ in tokens] == [round(one, 3) for one in first["scores"]]
    assert first["prompt"] in bare


def test_ids_and_text_alternatives(page: str) -> None:
    ids = re.findall(r'<[^>]* id="([^"]+)"', page.split("<script>")[0])
    assert len(ids) == len(set(ids))
    charts = re.findall(r"<svg class=\"chart\"[^>]*>", page)
    assert len(charts) > 2 * len(ARMS)
    assert all(re.search(r'aria-label="[^"]{20,}"', chart) for chart in charts)
    assert not re.findall(r'(?:src|href)="(?!#|data:,)', page)


def test_many_arms_stay_small(tmp_path: Path) -> None:
    run = sample_text_run(seeds=8)
    one = run["arms"]["key"] == "text1"
    rows = run["metrics"][run["metrics"]["cell"] == "text1"]
    keys = [f"copy{index}" for index in range(14)]
    arms = pd.concat([run["arms"][one].assign(key=key, label=f"grader {key}") for key in keys])
    text = written(tmp_path, {**run, "arms": arms, "metrics": pd.concat([rows.assign(cell=key) for key in keys])})
    assert len(text.encode()) < 1_000_000
    assert "2 more arms" in text
    assert all(f"grader {key}" in section(text, "text-curves") for key in keys)


def test_an_arm_without_numbers_is_not_measured(run: dict[str, Any], tmp_path: Path) -> None:
    text = written(tmp_path, {**run, "metrics": run["metrics"].head(0), "samples": []})
    assert "not measured" in section(text, "text")
    assert "No curve of proxy or gold" in text
    assert "nan" not in section(text, "text")
