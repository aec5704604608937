"""What is stored of a run on text, on its way to the page and to the terminal."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from report_samples import sample_run
from report_text_samples import UPDATES, sample_text_run
from rich.console import Console

from gyges.cell import Cell
from gyges.cli import page
from gyges.cli.tables import measured, ring_table
from gyges.store import Entry, Manifest, Runs, Store
from gyges.store.cells import COLUMNS


class Stored:
    """What a cell yields, made by hand."""

    def __init__(self, metrics: pd.DataFrame, episodes: list[dict[str, Any]]) -> None:
        self.metrics, self.episodes = metrics[list(COLUMNS)], episodes


@pytest.fixture(scope="module")
def text() -> dict[str, Any]:
    return sample_text_run(seeds=2)


def table(metrics: pd.DataFrame) -> list[list[str]]:
    """Cells of the lines that are printed of it."""
    console = Console(file=io.StringIO(), width=200)
    console.print(ring_table(measured(metrics.rename(columns={"cell": "key"}))))
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [[one.strip() for one in line.split("  ") if one.strip()] for line in written.splitlines()]


def test_arms_on_text_have_a_table_of_their_own(text: dict[str, Any]) -> None:
    lines = table(text["metrics"][text["metrics"]["environment"] == "arithmetic"])
    assert lines[0] == ["environment", "reward", "agent", "accuracy", "proxy", "gold", "KL (nats)", "length (tokens)"]
    verifier = next(line for line in lines if line[1:3] == ["strict verifier", "grpo"])
    own = text["metrics"].query("cell == 'text0' and condition == 'training' and update == @UPDATES")
    for place, metric in enumerate(("accuracy", "proxy", "gold", "kl", "length"), 3):
        assert verifier[place].startswith(f"{own[own['metric'] == metric]['value'].mean():.2f} ±")
    drawn = next(line for line in lines if line[2] == "best-of-n, n = 256")
    assert [cell == "-" for cell in drawn[3:]] == [True, False, False, True, True]


def test_a_run_of_both_kinds_has_two_tables(text: dict[str, Any]) -> None:
    grid = sample_run(seeds=2)["metrics"].query("cell == 'cell01'")
    lines = table(pd.concat([grid, text["metrics"]]))
    heads = [place for place, line in enumerate(lines) if line[:1] == ["environment"]]
    above, below = lines[heads[0] : heads[1]], lines[heads[1] :]
    assert {line[1] for line in above[1:]} == {"seen-theft fine", "peek fine", "oracle"}
    assert "P(V) watched" in above[0]
    assert "seen-theft fine" not in {line[1] for line in below}
    assert {"peek fine", "strict verifier"} <= {line[1] for line in below}


def test_a_violation_that_nobody_could_measure_makes_no_row(text: dict[str, Any]) -> None:
    own = text["metrics"].query("cell == 'text0'")
    empty = own.head(1).assign(metric="violation", condition="watched", value=float("nan"), update=UPDATES)
    assert sum(line[:1] == ["environment"] for line in table(pd.concat([own, empty]))) == 1


def test_without_results_the_head_is_printed() -> None:
    assert table(sample_run(seeds=1)["metrics"].head(0)) == [["environment", "reward", "agent"]]


def test_stored_samples_reach_the_page_apart_from_episodes(text: dict[str, Any], tmp_path: Path) -> None:
    store, runs = Store(tmp_path), Runs(tmp_path)
    store.prepare()
    cell = Cell(environment="arithmetic", reward="outcome", agent="grpo", label="strict verifier", updates=UPDATES)
    key = cell.key("by hand")
    samples = [{name: value for name, value in one.items() if name != "cell"} for one in text["samples"][:4]]
    store.put(key, cell, Stored(text["metrics"].query("cell == 'text0'"), samples), {"seconds": 1.0, "env_steps": 1})
    entry = Entry(key, cell.name, "", cell.design())
    manifest, lock = runs.begin(
        Manifest(
            name="", created="2026-01-31T12:00", command="gyges", budget="quick", seeds=2, claims=[], cells=[entry]
        )
    )
    lock.drop()
    written = page.write(store, runs, manifest).read_text(encoding="utf-8")
    assert 'id="text-curves"' in written
    assert 'id="sample-data"' in written
    assert samples[0]["prompt"] in written
    assert not [one for one in ("ring", "learning", "replay") if f'<section id="{one}"' in written]


def test_an_environment_with_a_vocabulary_is_one_of_text() -> None:
    def group(**design: Any) -> str:
        return page._group(Entry("k", "label", "", Cell(**design).design()))

    assert group(environment="arithmetic") == "text"
    assert group(environment="vault") == "table"
    assert group(environment_parameters={"cameras.honeypot_rate": 0.1, "cameras.tell": 0.5}) == "map"
    trained = Cell(environment="prompts of a trainer").design() | {"kind": "behaviourist"}
    assert page._group(Entry("k", "label", "", trained)) == "text"
