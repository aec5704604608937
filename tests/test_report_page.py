"""The page of a run, as text: what it says, what it refuses to guess, what it never lets through."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from report_samples import CONDITIONS, break_even, sample_run

from gyges.report import write_page, write_png
from gyges.report.arms import names_of
from gyges.report.honeypot_map import errors_by_budget, read_maps
from gyges.report.interval import student_interval
from gyges.report.map_charts import column_edge
from gyges.report.measured import Measured
from gyges.report.replay import HARD, Cast, Packer, pack_replay
from gyges.report.theme import PALETTE, SENTINEL

LIMIT = 3_000_000
HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>"\'&'


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    return sample_run(seeds=8)


@pytest.fixture(scope="module")
def page(run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_page(tmp_path_factory.mktemp("page") / "report.html", **run).read_text(encoding="utf-8")


def rows(page: str) -> dict[str, str]:
    """Plain text of each row of the ring table, by the name of its arm."""
    table = page.split('<table class="ring"')[1].split("</table>")[0].split("</thead>")[1]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL):
        name = re.findall(r"<span>([^<]*)</span></th>", row)
        found[name[0]] = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))
    return found


def bare(**changes: Any) -> dict[str, Any]:
    """Arguments for a run with nothing in it."""
    empty = pd.DataFrame(columns=["cell", "condition", "metric", "seed", "update", "value"])
    arms = pd.DataFrame(columns=["key", "label", "environment", "agent", "group"])
    plain: dict[str, Any] = {
        "title": "Empty",
        "created": "now",
        "verdicts": [],
        "metrics": empty,
        "arms": arms,
        "episodes": [],
        "notes": [],
        "missing": [],
    }
    return {**plain, **changes}


def measured(**values: list[float]) -> pd.DataFrame:
    """Metrics of one arm "a": violation by condition, one value per seed."""
    return pd.DataFrame(
        [
            {
                "cell": "a",
                "condition": condition,
                "metric": "violation",
                "seed": seed,
                "update": 5,
                "value": value,
            }
            for condition, each in values.items()
            for seed, value in enumerate(each)
        ]
    )


ONE_ARM = pd.DataFrame([{"key": "a", "label": "fine", "environment": "vault", "agent": "ppo", "group": "table"}])


def test_the_page_is_small_and_asks_for_nothing(page: str) -> None:
    assert len(page.encode()) < 1_000_000
    assert not re.findall(r'(?:src|href)="(?!#|data:,)', page)
    assert "@import" not in page
    assert "url(http" not in page
    assert "default-src 'none'" in page


def test_no_colour_stays_a_stand_in(page: str) -> None:
    assert not re.findall("|".join(SENTINEL.values()), page)
    used = set(re.findall(r"var\(--([a-z]+\d?)\)", page))
    assert set(PALETTE) - used < {f"heat{i}" for i in range(10)} | {f"heatink{i}" for i in range(10)} | {"unimitated"}


def test_plain_words_follow_the_numbers(page: str) -> None:
    words = rows(page)
    assert "cheats anyway" in words["outcome only"]
    assert "cheats anyway" in words["yoked fines"]
    assert "careful: cheats only unseen" in words["seen-theft fine"]
    assert "careful: cheats only unseen" in words["seen-theft fine, exact"]
    assert "it cheats in deployment" in words["honeypots and fine"]
    assert "honest" in words["belief readout"]
    assert "honest" in words["oracle"]
    assert "incapable" in words["curiosity bonus"]


def test_a_row_holds_the_means_of_the_metrics(run: dict[str, Any], page: str) -> None:
    table = run["metrics"]
    own = table[(table["cell"] == "cell01") & (table["metric"] == "violation")]
    for condition in CONDITIONS:
        mean = own[own["condition"] == condition]["value"].mean()
        assert f"{mean:.2f}" in rows(page)["seen-theft fine"]


def test_every_verdict_is_told_in_words(run: dict[str, Any], page: str) -> None:
    for verdict in run["verdicts"]:
        for part in ("verdict", "statement", "sentence", "reason"):
            assert verdict[part].replace("−", "−") in page
    assert page.index("Claim 1 ·") < page.index("Claim 2 ·") < page.index("Claim 11 ·")


def test_what_was_not_measured_is_said(run: dict[str, Any], page: str) -> None:
    assert all(one in page for one in run["missing"])
    assert "probe AUC" in page
    assert "not measured" in rows(page)["outcome only"]


def test_charts_have_text_alternatives(page: str) -> None:
    charts = re.findall(r"<svg class=\"(?:chart|interval)\"[^>]*>", page)
    assert len(charts) > 20
    assert all('role="img"' in chart and re.search(r'aria-label="[^"]{20,}"', chart) for chart in charts)
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        assert "<caption>" in table
        assert 'scope="row"' in table
        assert 'scope="col"' in table


def test_ids_are_unique(page: str) -> None:
    ids = re.findall(r'<[^>]* id="([^"]+)"', page.split("<script")[0])
    assert len(ids) == len(set(ids))


def test_hostile_names_stay_text(run: dict[str, Any], tmp_path: Path) -> None:
    arms = run["arms"][run["arms"]["key"] == "cell01"].assign(label=HOSTILE)
    episodes = [{**one, "reward": HOSTILE, "summary": HOSTILE} for one in run["episodes"][:4]]
    verdicts = [{**run["verdicts"][0], "statement": HOSTILE, "sentence": HOSTILE, "metric": HOSTILE}]
    hostile = {
        **run,
        "title": HOSTILE,
        "arms": arms,
        "episodes": episodes,
        "verdicts": verdicts,
        "notes": [HOSTILE],
    }
    text = write_page(tmp_path / "report.html", **hostile).read_text(encoding="utf-8")
    assert "<img" not in text
    assert "<script>document" not in text
    assert text.count("<script") == text.count("</script>") == 2
    assert "&lt;img src=x" in text


def test_an_empty_run_says_so(tmp_path: Path) -> None:
    text = write_page(tmp_path / "report.html", **bare()).read_text(encoding="utf-8")
    assert "no verdict" in text
    assert "no arm" in text
    assert "no honeypot map" in text
    assert "nothing to watch" in text
    assert "No learning curve" in text
    assert "<table" not in text
    assert 'id="episodes"' not in text


def test_one_seed_has_no_interval(tmp_path: Path) -> None:
    one = bare(metrics=measured(watched=[0.0], unwatched=[1.0]), arms=ONE_ARM)
    row = rows(write_page(tmp_path / "report.html", **one).read_text(encoding="utf-8"))["fine"]
    assert "one seed" in row
    assert "careful: cheats only unseen (one seed)" in row
    assert "nan" not in row


def test_missing_numbers_are_not_read_as_clean(tmp_path: Path) -> None:
    quiet = bare(metrics=measured(watched=[0.0, 0.0], unwatched=[0.0, 0.0]), arms=ONE_ARM)
    text = write_page(tmp_path / "report.html", **quiet).read_text(encoding="utf-8")
    assert "cannot tell" in rows(text)["fine"]
    assert "no control" in rows(text)["fine"]
    blank = bare(metrics=measured(watched=[math.nan], unwatched=[math.nan]), arms=ONE_ARM)
    assert "not measured" in rows(write_page(tmp_path / "report.html", **blank).read_text(encoding="utf-8"))["fine"]


def test_a_metrics_table_without_cells_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"lacks .'cell'"):
        write_page(tmp_path / "report.html", **bare(metrics=pd.DataFrame({"seed": [0]})))
    assert not list(tmp_path.iterdir())


def test_writing_leaves_only_the_page(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.html"
    write_page(path, **bare())
    first = path.read_text(encoding="utf-8")
    write_page(path, **bare(title="Second"))
    assert path.read_text(encoding="utf-8") != first
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]


def test_interval_agrees_with_a_textbook_case() -> None:
    found = student_interval([1.0, 2.0, 3.0, 4.0])  # t(0.975, 3) = 3.182, s = 1.291
    assert found.mean == 2.5
    assert found.high - found.mean == pytest.approx(3.1824 * 1.29099 / 2, abs=1e-3)
    assert student_interval([0.0, 1.0], bounds=(0.0, 1.0)).low == 0.0
    assert student_interval([math.nan, None]).measured is False


def test_the_break_even_line_parts_paying_from_not_paying(run: dict[str, Any]) -> None:
    exact = run["arms"][(run["arms"]["group"] == "map") & (run["arms"]["agent"] == "exact")]
    theft = run["metrics"].groupby("cell")["value"].mean()
    rates = sorted(exact["cameras.honeypot_rate"].unique())
    for tell, own in exact.groupby("cameras.tell"):
        paying = sum(theft[key] > 0.5 for key in own["key"])
        assert column_edge(break_even(float(tell)), rates) == paying


def test_the_break_even_argument_overrides_the_column(run: dict[str, Any], tmp_path: Path) -> None:
    only_map = {**run, "arms": run["arms"][run["arms"]["group"] == "map"], "episodes": []}
    rates = [{"tell": 0.0, "rate": 0.11}]
    text = write_page(tmp_path / "report.html", **only_map, break_even=rates).read_text(encoding="utf-8")
    assert "0.11 at tell 0." in text


def unpacked(text: str) -> list[list[dict[str, Any]]]:
    """Episodes of a packed replay as frames of (truth, footage) sets of sprites."""
    document = json.loads(text)
    sprites = [tuple(one) for one in document["sprites"]]
    found = []
    for one in document["episodes"]:
        frames = []
        for own, seen in zip(one["truth"], one["footage"], strict=True):
            truth = {sprites[token] for token in [*one["still"], *own]}
            footage = None if seen == 0 else truth if seen == 1 else {sprites[token] for token in seen}
            frames.append({"truth": truth, "footage": footage})
        found.append(frames)
    return found


def test_packing_loses_nothing(run: dict[str, Any]) -> None:
    def named(sprites: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
        return {(one["sprite"], *one["at"], one["state"]) for one in sprites}

    for episode in run["episodes"][:12]:
        replay = pack_replay([episode])
        for frame, original in zip(unpacked(replay.text)[0], episode["frames"], strict=True):
            assert frame["truth"] == named(original["truth"])
            assert frame["footage"] == (None if original["footage"] is None else named(original["footage"]))


def test_a_full_page_keeps_the_lowest_seeds_of_everybody(run: dict[str, Any]) -> None:
    assert HARD + 800_000 < LIMIT
    one_seed = sum(episode["seed"] == 0 for episode in run["episodes"])
    replay = pack_replay(run["episodes"], soft=1)
    kept = json.loads(replay.text)["episodes"]
    assert len(kept) == one_seed
    assert {one["seed"] for one in kept} == {"0"}
    assert {one["condition"] for one in kept} == set(CONDITIONS)
    assert f"{one_seed} of {len(run['episodes'])}" in replay.remark


def test_arms_of_the_table_come_first_and_by_their_own_names(run: dict[str, Any]) -> None:
    two = [{**run["episodes"][0], "cell": key, "label": "same"} for key in ("map", "table")]
    cast = Cast({"map": "same, exact", "table": "same"}, frozenset({"same"}))
    assert [one["arm"] for one in json.loads(pack_replay(two, cast).text)["episodes"]] == [
        "same",
        "same, exact",
    ]
    assert [one["arm"] for one in json.loads(pack_replay(two, cast, soft=1).text)["episodes"]] == ["same"]


def test_names_tell_namesakes_apart() -> None:
    rows = [
        {"key": "k1", "label": "fine", "environment": "vault", "agent": "ppo", "warm": 0.0},
        {"key": "k2", "label": "fine, 10% warm start", "environment": "vault", "agent": "ppo", "warm": 0.1},
        {"key": "k3", "label": "fine", "environment": "vault", "agent": "exact", "warm": 0.0},
        {"key": "k4", "label": "fine", "environment": "vault", "agent": "ppo", "warm": 0.0},
        {"key": "k5", "label": "fine", "environment": "dropbox", "agent": "ppo", "warm": 0.0},
    ]
    names = names_of(rows)
    assert len(set(names.values())) == 5
    assert names["k2"] == "fine, 10% warm start, vault"
    assert names_of(rows, within=True)["k5"] == "fine"


def test_no_choice_of_episodes_breaks_the_limit(run: dict[str, Any]) -> None:
    long = {**run["episodes"][0], "frames": run["episodes"][0]["frames"] * 20}
    many = [{**long, "label": f"reward {index}"} for index in range(60)]
    replay = pack_replay(many, hard=100_000)
    assert 0 < replay.kept < 60
    assert len(replay.text) < 110_000
    assert "60 stored episodes" in replay.remark


def test_replay_text_cannot_leave_its_element() -> None:
    frame = {
        "truth": [{"sprite": HOSTILE, "at": [0, 0], "state": ""}],
        "footage": None,
        "action": HOSTILE,
        "probe": math.nan,
    }
    episode = {
        "reward": HOSTILE,
        "seed": 0,
        "condition": "watched",
        "rows": 1,
        "columns": 1,
        "frames": [frame],
    }
    text = pack_replay([episode]).text
    assert not set("<>&") & set(text)
    assert json.loads(text)["episodes"][0]["arm"] == HOSTILE
    assert Packer().pack(episode, "x")["probe"] == []


def test_the_picture_is_a_picture(run: dict[str, Any], tmp_path: Path) -> None:
    path = write_png(tmp_path / "ring.png", run["metrics"], run["arms"])
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20]) > 1200
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_of_nothing_is_refused(run: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="evaluate arms of group 'table' first"):
        write_png(tmp_path / "ring.png", run["metrics"], run["arms"][run["arms"]["group"] == "map"])


def test_a_map_per_way_of_getting_a_policy(run: dict[str, Any]) -> None:
    measured = Measured(run["metrics"])
    maps = read_maps(run["arms"], measured)
    assert [one.title for one in maps] == ["exact", "learned"]
    assert all(len(one.theft) == 30 for one in maps)
    errors = [found.mean for found in errors_by_budget(maps, measured)["learned"].values()]
    assert errors == sorted(errors, reverse=True)
    twice = pd.concat([run["arms"], run["arms"].tail(1).assign(key="again", label="another")])
    assert [one.title for one in read_maps(twice, measured)] == ["exact", "learned", "learned, another"]
