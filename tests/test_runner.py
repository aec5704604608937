"""Cells go to workers in a sensible order, and one that goes wrong does not take the others with it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stand_in
from hypothesis import given
from hypothesis import strategies as st

from gyges.cell import Cell
from gyges.faults import Exit, Fault
from gyges.runner import Limits, Runner
from gyges.schedule import Schedule, expand
from gyges.store import Store
from gyges.watcher import Outcome, Watcher
from gyges.workbench import Stopped, Task, Workbench
from gyges.workers import LocalPool, cores, settings


class Notes(Watcher):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "runs")
    store.prepare()
    return store


def run(store: Store, cells: Iterable[Cell], watcher: Watcher | None = None, **limits: float) -> Outcome:
    runner = Runner(cells, store, executor="stand_in", watcher=watcher, limits=Limits(**limits))
    return runner.run(LocalPool(2, store.out / "logs"))


def digests(store: Store, cells: Iterable[Cell]) -> dict[str, Any]:
    keys = [stand_in.cell_key(cell) for cell in cells]
    return {key: store.facts(key)["files"] for key in keys}


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    keys = [f"k{number}" for number in range(draw(st.integers(1, 8)))]
    needs = {
        key: tuple(draw(st.lists(st.sampled_from(keys[:position]), max_size=2, unique=True)) if position else ())
        for position, key in enumerate(keys)
    }
    cells = {key: Cell(updates=draw(st.integers(1, 100))) for key in keys}
    signatures = {key: draw(st.sampled_from("ab")) for key in keys}
    return Schedule(cells, needs, signatures, set(keys))


@given(schedules(), st.randoms(use_true_random=False))
def test_every_cell_is_taken_once_and_after_what_it_needs(schedule: Schedule, chance: Any) -> None:
    running: list[str] = []
    done: set[str] = set()
    while not schedule.over:
        key = schedule.take(chance.randrange(3), now=0.0)
        if key is not None:
            assert key not in done
            assert set(schedule.needs[key]) <= done
            running.append(key)
        if running and (key is None or chance.random() < 0.5):
            finished = running.pop(chance.randrange(len(running)))
            schedule.done(finished)
            done.add(finished)
    assert done == set(schedule.cells)


@given(schedules(), st.data())
def test_what_needs_a_lost_cell_is_lost_and_nothing_else(schedule: Schedule, data: st.DataObject) -> None:
    lost = data.draw(st.sampled_from(sorted(schedule.cells)))

    def depends(key: str) -> bool:
        return key == lost or any(depends(need) for need in schedule.needs[key])

    given_up = schedule.give_up(lost)
    assert set(given_up) | {lost} == {key for key in schedule.cells if depends(key)}
    assert schedule.waiting == {key for key in schedule.cells if not depends(key)}


def test_a_worker_keeps_to_what_it_has_compiled() -> None:
    cells = {key: Cell(updates=updates) for key, updates in (("a1", 9), ("a2", 1), ("b1", 8), ("b2", 2))}
    schedule = Schedule(cells, dict.fromkeys(cells, ()), {key: key[0] for key in cells}, set(cells))
    assert [schedule.take(0, 0.0), schedule.take(1, 0.0)] == ["a1", "b1"]
    assert [schedule.take(1, 0.0), schedule.take(0, 0.0)] == ["b2", "a2"]
    assert schedule.take(0, 0.0) is None


def test_what_others_wait_for_goes_first_and_a_put_back_cell_later() -> None:
    cells = {"short": Cell(updates=1), "long": Cell(updates=9), "needy": Cell(updates=5)}
    needs: dict[str, tuple[str, ...]] = {"short": (), "long": (), "needy": ("short",)}
    schedule = Schedule(cells, needs, dict.fromkeys(cells, "s"), set(cells))
    assert schedule.take(0, 0.0) == "short"
    schedule.put_back("short", not_before=5.0)
    assert schedule.take(0, 1.0) == "long"
    assert schedule.take(1, 1.0) is None
    assert schedule.take(1, 6.0) == "short"


def test_expansion_puts_needs_first_and_each_cell_once() -> None:
    base, other = stand_in.walks(2)
    user = replace(base, reward="user", needs=(base, other))
    labelled = replace(base, label="the same under another name")
    found = expand([user, labelled], stand_in.cell_key)
    assert [cell.reward for cell in found.values()] == ["reward-0", "reward-1", "user"]


def test_cells_run_and_a_second_run_does_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("STAND_IN_LOG", str(log))
    first, second = stand_in.walks(2)
    needy = replace(first, reward="needy", needs=(first, second))
    outcome = run(store, [needy])
    assert outcome.stored == {stand_in.cell_key(cell) for cell in (first, second, needy)}
    assert run(store, [needy]).stored == outcome.stored
    assert len(log.read_text().splitlines()) == 3
    alone = stand_in.run_cell(
        needy,
        inputs={str(n): stand_in_result(cell).metrics for n, cell in enumerate((first, second))},
        checkpoint=None,
        progress=lambda *_: None,
    )
    stored = store.metrics(stand_in.cell_key(needy))["value"]
    assert stored.dropna().tolist() == alone.metrics["value"].dropna().tolist()
    assert not list((store.out / "checkpoints").iterdir())


def stand_in_result(cell: Cell) -> stand_in.Result:
    return stand_in.run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)


@pytest.mark.parametrize("mishap", ["raises", "dies"])
def test_what_goes_wrong_once_is_tried_again(store: Store, tmp_path: Path, mishap: str) -> None:
    notes = Notes()
    cells = [*stand_in.walks(2), *stand_in.walks(1, **{mishap: str(tmp_path / "once")})]
    outcome = run(store, cells, notes)
    assert not outcome.failures
    assert len(outcome.stored) == 3
    assert any("trying once more" in note for note in notes.notes)


@pytest.mark.parametrize(
    ("mishap", "message"),
    [
        ("raises", "ValueError: the walk fell over"),
        ("dies", "SIGKILL"),
        ("faults", "no such walk. Choose another"),
    ],
)
def test_what_goes_wrong_twice_is_given_up_with_what_needs_it(store: Store, mishap: str, message: str) -> None:
    (bad,) = stand_in.walks(1, **{mishap: "always"})
    needy = replace(bad, reward="needy", agent_parameters={}, needs=(bad,))
    notes = Notes()
    outcome = run(store, [needy, *stand_in.walks(2)], notes)
    assert len(outcome.stored) == 2
    direct, indirect = outcome.failures
    assert message in direct.message
    assert "which failed" in indirect.message
    assert ("trying once more" in " ".join(notes.notes)) == (mishap != "faults")


def test_a_worker_that_hangs_is_replaced(store: Store, tmp_path: Path) -> None:
    notes = Notes()
    cells = [*stand_in.walks(1, hangs=str(tmp_path / "once")), *stand_in.walks(2)]
    outcome = run(store, cells, notes, silence=4.0)
    assert len(outcome.stored) == 3
    assert any("no sign of progress" in note for note in notes.notes)


def test_a_disk_that_is_full_for_a_worker_stops_the_run(store: Store) -> None:
    with pytest.raises(Fault, match=r"No space left on device.* of 1 cells are stored") as caught:
        run(store, stand_in.walks(1, fills_disk="always"))
    assert caught.value.exit_code is Exit.DISK


@pytest.mark.parametrize("file", ["metrics.parquet", "episodes.json.gz", "cell.json"])
@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_a_damaged_result_is_set_aside_and_computed_anew(store: Store, file: str, damage: str) -> None:
    cells = list(stand_in.walks(2))
    runner = Runner(cells, store, executor="stand_in")
    bench = Workbench()
    for key, cell in runner.cells.items():
        done = bench.perform(Task(key, cell, {}, "stand_in", store.out), lambda progress: None)
        store.put(key, cell, done.result, {})
    bench.release()
    before = digests(store, cells)
    path = store.out / "cells" / stand_in.cell_key(cells[0]) / file
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content[len(content) // 2] ^= 4
    path.write_bytes(content)
    notes = Notes()
    if (file, damage) == ("metrics.parquet", "flipped"):
        assert len(run(store, cells, notes).stored) == 2
        assert digests(store, cells) == before
    else:
        assert Runner(cells, store, executor="stand_in", watcher=notes).missing() == [stand_in.cell_key(cells[0])]
    assert "set aside as .damaged-" in notes.notes[0]


def test_a_cell_goes_on_from_its_checkpoint_and_from_a_damaged_one_starts_over(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cell,) = stand_in.walks(1)
    key = stand_in.cell_key(cell)
    assert run(store, [cell]).stored
    undisturbed = store.facts(key)["files"]
    log = tmp_path / "log"
    monkeypatch.setenv("STAND_IN_LOG", str(log))
    for broken in (False, True):
        store.set_aside(key)
        interrupted(cell, store, update=7)
        state = store.checkpoint(key) / "state"
        if broken:
            state.write_bytes(state.read_bytes()[:-3])
        notes = Notes()
        assert run(store, [cell], notes).stored == {key}
        assert store.facts(key)["files"] == undisturbed
        assert any("could not go on from its checkpoint" in note for note in notes.notes) == broken
        assert log.read_text().splitlines()[-1] == f"{key} {0 if broken else 5}"


def interrupted(cell: Cell, store: Store, update: int) -> None:
    """Leaves the checkpoint of a cell that was stopped after `update`."""

    def stop(updates: int, steps: int) -> None:
        if updates == update:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stand_in.run_cell(cell, inputs={}, checkpoint=store.checkpoint(stand_in.cell_key(cell)), progress=stop)


def test_a_worker_with_other_code_refuses(store: Store) -> None:
    (cell,) = stand_in.walks(1)
    answer = Workbench().perform(Task("other", cell, {}, "stand_in", store.out), lambda progress: None)
    assert isinstance(answer, Stopped)
    assert not answer.retry
    assert "other code" in answer.message


def test_workers_are_pinned_and_single_threaded(store: Store, tmp_path: Path) -> None:
    (cell,) = stand_in.walks(1, tells=str(tmp_path / "told"))
    assert run(store, [cell]).stored
    told = json.loads((tmp_path / "told").read_text())
    assert told["cores"] == 1
    assert told["variables"]["OMP_NUM_THREADS"] == "1"
    assert "--xla_cpu_multi_thread_eigen=false" in told["variables"]["XLA_FLAGS"]
    assert told["variables"]["JAX_COMPILATION_CACHE_DIR"]
    assert len(cores()) >= 1


def test_what_the_user_set_stays() -> None:
    chosen = {"JAX_PLATFORMS": "cuda", "XLA_FLAGS": "--xla_dump_to=x", "JAX_COMPILATION_CACHE_DIR": "/c"}
    found = settings(chosen)
    assert found["JAX_PLATFORMS"] == "cuda"
    assert found["XLA_FLAGS"].startswith("--xla_dump_to=x ")
    assert found["JAX_COMPILATION_CACHE_DIR"] == "/c"
    assert settings({"XDG_CACHE_HOME": "/cache"})["JAX_COMPILATION_CACHE_DIR"] == "/cache/gyges/jax"


def test_workers_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import stand_in, sys; from pathlib import Path; from gyges.runner import Runner; "
        "from gyges.store import Store; from gyges.workers import LocalPool; out = Path(sys.argv[1]); "
        "store = Store(out); store.prepare(); "
        "cell, = stand_in.walks(1, tells=str(out / 'told'), hangs='always'); "
        "Runner([cell], store, executor='stand_in').run(LocalPool(1, out / 'logs'))"
    )
    here = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parent / "src")])}
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], env=environment)
    try:
        told = tmp_path / "told"
        assert eventually(lambda: told.exists() and told.read_text().endswith("}"))
        worker = json.loads(told.read_text())["pid"]
        assert alive(worker)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait(timeout=30)
    assert eventually(lambda: not alive(worker))


def eventually(holds: Any, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
