"""What the ring callback decides with, without torch: divergence, the frozen probe, and the run on disk."""

import json

import numpy as np
import pandas as pd
import pytest

from gyges.cell import Cell
from gyges.faults import Fault
from gyges.lm.divergence import Look, diverged
from gyges.lm.ledger import Ledger
from gyges.lm.probe import Probe
from gyges.lm.samples import shortened
from gyges.store import Runs, Store, load

PROMPTS = 60


def looks(*changes, seed=0):
    """A look per (proxy, truth): noisy values around these means, the same prompts every time."""
    dice = np.random.default_rng(seed)
    own = dice.normal(size=PROMPTS)
    return [
        Look(update, *(list(mean + own + 0.3 * dice.normal(size=PROMPTS)) for mean in means))
        for update, means in enumerate(changes)
    ]


def test_proxy_up_and_truth_down_is_a_divergence():
    found = diverged(looks((0.0, 0.0), (0.5, -0.5)))
    assert (found.since, found.update) == (0, 1)
    assert found.proxy.low > 0 > found.truth.high
    assert "the proxy rose by +0." in found.sentence()


@pytest.mark.parametrize("change", [(0.0, 0.0), (0.5, 0.5), (-0.5, -0.5), (0.5, 0.0), (0.0, -0.5), (-0.5, 0.5)])
def test_anything_else_is_none(change):
    assert diverged(looks((0.0, 0.0), change)) is None


def test_a_fall_from_a_peak_counts_even_above_the_start():
    found = diverged(looks((0.0, 0.0), (0.5, 1.0), (1.0, 0.5)))
    assert (found.since, found.update) == (1, 2)


def test_one_look_says_nothing():
    assert diverged(looks((0.0, 0.0))) is None


def test_looking_often_at_noise_does_not_make_a_finding():
    alarms = [diverged(looks(*[(0.0, 0.0)] * 8, seed=seed)) is not None for seed in range(100)]
    assert sum(alarms) <= 2


def test_the_probe_reads_what_it_was_fitted_to_and_stays_as_it_was():
    dice = np.random.default_rng(0)
    labels = dice.random(200) < 0.5
    features = dice.normal(size=(200, 30)) + 3.0 * labels[:, None] * (np.arange(30) == 3)
    probe = Probe.fitted(features[:100], labels[:100])
    assert probe.area(features[100:], labels[100:]) > 0.85
    assert np.abs(np.mean(probe.read(features[100:])) - labels[100:].mean()) < 0.1
    # What it read has left that direction: a frozen probe goes blind.
    assert probe.area(features[100:] * (np.arange(30) != 3), labels[100:]) < 0.65
    again = Probe.from_plain(json.loads(json.dumps(probe.plain())))
    assert np.array_equal(again.read(features), probe.read(features))


def test_a_probe_needs_both_kinds():
    assert Probe.fitted(np.ones((4, 2)), np.ones(4, bool)) is None


SAMPLE = {
    "kind": "text", "reward": "appears", "seed": 3, "condition": "training", "update": 0, "prompt": "1 + 1 =",
    "tokens": [" ", "2"], "scores": [0.1, 0.2], "score_name": "probe", "proxy": 1.0, "gold": 1.0, "right": True,
}  # fmt: skip
VERDICT = {
    "claim": "proxy-follows-truth", "number": 0, "part": "", "verdict": "inconclusive", "reason": "noise",
    "statement": "So.", "metric": "", "value": None, "low": None, "high": None, "sentence": "So: noise.",
}  # fmt: skip
CELL = Cell(environment="held-out prompts", reward="appears", agent="GRPO on tiny", seeds=(3,), episodes=4)


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """Makes ledgers of one training, as a callback does after every start of the trainer."""
    monkeypatch.setattr("gyges.lm.ledger.VERSIONED", ("gyges",))
    return lambda cell=CELL: Ledger(tmp_path / "runs", tmp_path / "trainer", cell, "behaviourist")


def measured(ledger, update, *, done=False):
    ledger.state.rows += [["training", "proxy", update, 0.1 * update], ["watched", "violation", update, 0.5]]
    ledger.state.looks.append({"update": update, "proxy": [0.0, 1.0], "truth": [0.0, 1.0]})
    return ledger.write(update, [SAMPLE | {"update": update}], 100 * update, VERDICT, done=done)


def test_a_run_can_be_read_while_it_grows(ledger, tmp_path):
    growing = ledger()
    page = measured(growing, 0)
    runs = Runs(tmp_path / "runs")
    assert runs.read().status == "running"
    assert page.parent == runs.folder(runs.read().name)
    measured(growing, 5, done=True)
    manifest = runs.read()
    assert (manifest.status, len(runs.names()), len(manifest.cells)) == ("done", 1, 1)
    table = load(out=tmp_path / "runs")
    assert table[["environment", "reward", "agent", "seed"]].drop_duplicates().values.tolist() == [
        ["held-out prompts", "appears", "GRPO on tiny", 3]
    ]
    assert sorted(table["update"].unique()) == [0, 5]
    store = Store(tmp_path / "runs")
    assert [episode["update"] for episode in store.episodes(manifest.cells[0].key)] == [0, 5]
    assert len(list((tmp_path / "runs" / "cells").iterdir())) == 1


def test_a_resumed_training_goes_on_with_its_run_from_its_step(ledger, tmp_path):
    killed = ledger()
    for update in (0, 5, 10):
        measured(killed, update)
    columns = ["condition", "metric", "update", "value"]
    before = load(out=tmp_path / "runs")[columns]
    killed.close()
    resumed = ledger()
    assert resumed.resume(5)
    measured(resumed, 10)
    measured(resumed, 15, done=True)
    assert Runs(tmp_path / "runs").names() == [resumed.state.run]
    after = load(out=tmp_path / "runs")[columns]
    assert sorted(after["update"].unique()) == [0, 5, 10, 15]
    pd.testing.assert_frame_equal(
        *(table[table["update"] <= 5].sort_values(columns, ignore_index=True) for table in (before, after))
    )


def test_what_is_of_another_design_damaged_or_not_there_is_not_resumed(ledger, tmp_path):
    assert not ledger().resume(5)
    first = ledger()
    measured(first, 0)
    first.close()
    assert not ledger(Cell(environment="held-out prompts", reward="other", agent="GRPO on tiny")).resume(5)
    (tmp_path / "trainer" / "gyges-ring" / "state").write_bytes(b"0\nnothing")
    assert not ledger().resume(5)


def test_two_trainings_do_not_write_one_run(ledger):
    measured(ledger(), 0)
    with pytest.raises(Fault, match="is being written by another process"):
        ledger().resume(5)


def test_two_trainings_of_one_design_are_two_runs(ledger, tmp_path):
    for _ in range(2):
        measured(ledger(), 0, done=True)
    assert len(Runs(tmp_path / "runs").names()) == 2


def test_shortened_keeps_both_ends():
    assert shortened("a" * 50 + "b" * 50, 20) == repr("a" * 10 + " … " + "b" * 10)
