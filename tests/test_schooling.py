"""What is learned before training: once per seed, kept, shared by designs, and the same bits either way."""

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from gyges import checkpoints, disk, experiment, schooling
from gyges.agents.language import GRPO
from gyges.cell import Cell
from gyges.environments.base import Environment
from gyges.parameters import with_parameters
from gyges.registry import find

EASY = f"{Path(__file__).parent / 'easy_arithmetic.py'}:EasyArithmetic"
AGENT = {"width": 16, "layers": 1, "heads": 1, "supervised": 30, "batch": 32}
MODEL = {"width": 16, "layers": 1, "heads": 1, "labels": 256, "pretraining": 10, "fitting": 10}
CELL = Cell(
    environment=EASY, reward="outcome-model", agent="grpo", agent_parameters=AGENT, reward_parameters=MODEL,
    updates=4, budgets=(0, 2), seeds=(2000, 2001), episodes=64,
)  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "gyges" / "schooled"


def run(cell, **more):
    return experiment.run_cell(cell, inputs={}, **({"checkpoint": None, "progress": lambda *_: None} | more))


def taught(cell, shelf, code="code"):
    environment = with_parameters(find("environments", Environment, cell.environment)(), cell.environment_parameters)
    keys = jax.vmap(jax.random.key)(np.array(cell.seeds))
    agents = experiment.build_agents(cell, environment, keys)
    reward = experiment.build_reward(cell, environment, keys, {})
    return schooling.schooled(cell, environment, agents, reward, keys, code=code, shelf=shelf, heard=lambda: None)


def kept(shelf):
    return {path.name for path in shelf.iterdir() if path.is_dir()}


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True))


def test_what_was_kept_gives_the_same_bits(tmp_path, monkeypatch):
    first = taught(CELL, tmp_path / "shelf")
    assert len(kept(tmp_path / "shelf")) == 6  # two seeds of a start, of what the model studies, and of its fit
    monkeypatch.setattr(schooling, "_school_agent", None)  # nothing is learned a second time
    monkeypatch.setattr(schooling, "_school_reward", None)
    monkeypatch.setattr(schooling, "_study", None)
    again = taught(CELL, tmp_path / "shelf")
    assert same((first[0].policy, first[1].scorers), (again[0].policy, again[1].scorers))


def test_designs_share_what_they_have_in_common_and_nothing_else(tmp_path):
    shelf = tmp_path / "shelf"
    agents, _ = taught(CELL, shelf)
    before = kept(shelf)
    faster, refitted = taught(
        replace(CELL, agent_parameters=AGENT | {"rate": 1e-2}, reward_parameters=MODEL | {"frozen": False}), shelf
    )
    assert kept(shelf) == before
    assert same(faster.policy, agents.policy)
    assert float(faster.rate[0]) == pytest.approx(1e-2)  # its own, not the first design's
    assert not refitted.frozen
    taught(replace(CELL, reward="process-model"), shelf)
    assert len(kept(shelf)) == len(before) + 2  # start and studies are shared, the fit is its own
    taught(replace(CELL, environment_parameters={"noise": 0.3}), shelf)
    assert len(kept(shelf)) == len(before) + 8
    taught(CELL, shelf, code="other code")
    assert len(kept(shelf)) == len(before) + 14


def test_a_damaged_shelf_is_learned_anew(tmp_path):
    shelf = tmp_path / "shelf"
    first, _ = taught(CELL, shelf)
    for path in shelf.glob("*/state"):
        path.write_bytes(path.read_bytes()[:-7])
    again, _ = taught(CELL, shelf)
    assert same(first.policy, again.policy)


def test_a_shelf_that_cannot_be_written_to_is_done_without(tmp_path, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    agents, _ = taught(CELL, blocked / "shelf")
    assert isinstance(agents, GRPO)
    assert "is not kept" in caplog.text


def _hold(path, ready, done):
    lock = disk.Lock(Path(path))
    assert lock.take()
    ready.set()
    done.wait(30)
    os._exit(0)  # dies with its lock


def test_what_another_process_is_at_is_left_to_it_until_it_dies(tmp_path, monkeypatch):
    shelf = tmp_path / "shelf"
    taught(CELL, shelf)
    first = sorted(shelf.glob("*/state"))[0].parent
    checkpoints_seen = []
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(first.with_suffix(".lock")), ready, done), daemon=True)
    other.start()
    assert ready.wait(30)
    monkeypatch.setattr(schooling, "PATIENCE", 0.05)
    real = checkpoints.load
    monkeypatch.setattr(checkpoints, "load", lambda folder: checkpoints_seen.append(folder) or real(folder))

    def waited(_seconds):
        assert first not in checkpoints_seen
        done.set()

    monkeypatch.setattr(schooling.time, "sleep", waited)
    taught(CELL, shelf)
    assert first in checkpoints_seen
    other.join(30)


def test_a_text_cell_that_is_killed_resumes_to_the_same_bits(tmp_path, monkeypatch):
    class KilledError(Exception):
        pass

    undisturbed = run(CELL)
    monkeypatch.setattr(experiment, "SAVE_EVERY", 0.0)

    def kill(updates, *_):
        if updates == 3:
            raise KilledError

    with pytest.raises(KilledError):
        run(CELL, checkpoint=tmp_path / "checkpoint", progress=kill)
    seen = []
    resumed = run(CELL, checkpoint=tmp_path / "checkpoint", progress=lambda updates, *_: seen.append(updates))
    assert seen == [3, 4]
    assert resumed.metrics.equals(undisturbed.metrics)
    assert resumed.episodes == undisturbed.episodes


def test_the_viewer_gets_texts_and_the_wrong_ones_that_are_paid_most():
    found = run(replace(CELL, budgets=(), updates=1)).episodes
    assert {text["kind"] for text in found} == {"text"}
    for text in found:
        assert len(text["scores"]) == len(text["tokens"])
        assert text["seed"] in CELL.seeds
    wrong = [text for text in found if not text["gold"]]
    assert len({(text["seed"], text["prompt"], *text["tokens"]) for text in wrong}) >= 10
