"""Runs that are killed, interrupted and run beside each other end in the bits of an undisturbed run."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import stand_in

from gyges.store import Store

HERE = Path(__file__).parent
CELLS = 8
UPDATES = 60


def start(out: Path, *, pause: float = 0.0, log: Path | None = None) -> subprocess.Popen[str]:
    """A run in a process group of its own."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent / "src")]),
        "STAND_IN_PAUSE": str(pause),
    }
    if log is not None:
        environment["STAND_IN_LOG"] = str(log)
    command = [sys.executable, str(HERE / "stand_in_run.py"), str(out), str(CELLS)]
    return subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(run: subprocess.Popen[str]) -> str:
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 0, output
    return output


def bits(out: Path) -> dict[str, Any]:
    store = Store(out)
    keys = [stand_in.cell_key(cell) for cell in stand_in.walks(CELLS, updates=UPDATES, save_every=3)]
    return {key: store.facts(key)["files"] for key in keys}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("undisturbed")
    finish(start(out))
    return bits(out)


def test_ten_kills_and_a_rerun_give_the_bits_of_an_undisturbed_run(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    chance = random.Random(1)
    log = tmp_path / "log"
    for kill in range(10):
        run = start(tmp_path / "killed", pause=0.04, log=log)
        deadline = time.monotonic() + 20.0
        begun = len(lines(log))
        # Half of the kills wait until cells are being worked on, so that not all of them hit the start.
        while kill % 2 and len(lines(log)) == begun and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.05, 0.9))
        assert run.poll() is None, "the run was over before it could be killed"
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate(timeout=30)
    finish(start(tmp_path / "killed", log=log))
    assert bits(tmp_path / "killed") == undisturbed
    assert any(int(line.split()[1]) > 0 for line in lines(log)), "no cell went on from a checkpoint"
    assert not list((tmp_path / "killed" / "checkpoints").iterdir())


def test_two_runs_share_the_work_in_one_folder(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    log = tmp_path / "log"
    both = [start(tmp_path / "shared", pause=0.01, log=log) for _ in range(2)]
    for run in both:
        finish(run)
    assert bits(tmp_path / "shared") == undisturbed
    assert len(lines(log)) == CELLS, "a cell was computed twice"


def test_an_interrupted_run_stops_cleanly_and_is_gone_on_with(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    log = tmp_path / "log"
    run = start(tmp_path / "runs", pause=0.04, log=log)
    while len(lines(log)) < 2:
        assert run.poll() is None
        time.sleep(0.02)
    time.sleep(0.5)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: parent and workers
    output, _ = run.communicate(timeout=30)
    assert run.returncode == 130, output
    assert "Traceback" not in output
    finish(start(tmp_path / "runs", log=log))
    assert bits(tmp_path / "runs") == undisturbed


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []
