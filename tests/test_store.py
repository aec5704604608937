"""What is stored is there whole or not at all, comes back bit by bit, and says so when it does not."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import stand_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gyges import checkpoints, disk
from gyges.cell import Cell
from gyges.faults import Exit, Fault
from gyges.store import Entry, Manifest, Runs, Store, load, query
from gyges.store.runs import now

FACTS = {"seconds": 1.5, "env_steps": 10}
slow = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def finished(cell: Cell) -> stand_in.Result:
    return stand_in.run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results of Gygēs")
    store.prepare()
    return store


@pytest.fixture
def stored(store: Store) -> str:
    (cell,) = stand_in.walks(1)
    key = stand_in.cell_key(cell)
    store.put(key, cell, finished(cell), FACTS)
    return key


@slow
@given(st.lists(st.tuples(st.text(max_size=4), st.floats(width=64), st.integers(0, 2**31)), max_size=6))
def test_metrics_come_back_bit_by_bit(store: Store, rows: list[tuple[str, float, int]]) -> None:
    rows = [(text.replace("\0", ""), value, seed) for text, value, seed in rows]
    frame = pd.DataFrame(
        {
            "environment": ["vault"] * len(rows),
            "reward": [text for text, _, _ in rows],
            "agent": ["ppo"] * len(rows),
            "condition": [""] * len(rows),
            "metric": ["violation"] * len(rows),
            "seed": np.array([seed for _, _, seed in rows], np.int64),
            "update": np.zeros(len(rows), np.int64),
            "value": np.array([value for _, value, _ in rows], np.float64),
        }
    )
    key = disk.digest(repr(rows).encode())[:20]
    store.put(key, Cell(), stand_in.Result(frame, []), FACTS)
    back = store.metrics(key)
    known = ~np.isnan(frame["value"].to_numpy())
    assert back["value"].to_numpy()[known].tobytes() == frame["value"].to_numpy()[known].tobytes()
    assert np.isnan(back["value"].to_numpy()[~known]).all()
    assert back["reward"].tolist() == frame["reward"].tolist()
    assert back["seed"].tolist() == frame["seed"].tolist()


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    (cell,) = stand_in.walks(1)
    facts = []
    for name in ("one", "two"):
        store = Store(tmp_path / name)
        store.prepare()
        store.put("key", cell, finished(cell), FACTS)
        facts.append(store.facts("key"))
    assert facts[0] == facts[1]


def test_episodes_come_back(store: Store) -> None:
    episodes = [{"seed": 0, "summary": "Took the vault – nobody saw.", "frames": [{"probe": None}]}]
    (cell,) = stand_in.walks(1)
    store.put("key", cell, stand_in.Result(finished(cell).metrics, episodes), FACTS)
    assert store.episodes("key") == episodes


def test_whoever_stores_first_keeps_the_place(store: Store, stored: str) -> None:
    before = store.facts(stored)
    (cell,) = stand_in.walks(1)
    store.put(stored, cell, finished(cell), {"seconds": 99.0, "env_steps": 10})
    assert store.facts(stored) == before
    assert not list((store.out / "cells").glob(".*"))


@slow
@given(data=st.data())
def test_any_flipped_bit_and_any_lost_end_is_noticed(store: Store, data: st.DataObject) -> None:
    (cell,) = stand_in.walks(1)
    key = stand_in.cell_key(cell)
    if not store.has(key):
        store.put(key, cell, finished(cell), FACTS)
    folder = store.out / "cells" / key
    file = data.draw(st.sampled_from(sorted(folder.iterdir())))
    sound = file.read_bytes()
    place = data.draw(st.integers(0, len(sound) - 1))
    if data.draw(st.booleans()):
        broken = sound[:place]
    else:
        broken = bytearray(sound)
        broken[place] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(broken)
    # White space at the end of the JSON is all that may change without a word.
    harmless = file.name == "cell.json" and bytes(broken).split() == sound.split()
    assert harmless or store.damage(key) is not None
    file.write_bytes(sound)
    assert store.damage(key) is None


def test_a_missing_file_is_damage_and_reading_says_how_to_mend(store: Store, stored: str) -> None:
    (store.out / "cells" / stored / "metrics.parquet").unlink()
    assert store.damage(stored) == "metrics.parquet is missing"
    with pytest.raises(Fault, match="command of that run again"):
        store.metrics(stored)
    aside = store.set_aside(stored)
    assert aside.name.startswith(".damaged-")
    assert not store.has(stored)


def test_a_table_without_its_columns_is_refused(store: Store) -> None:
    with pytest.raises(TypeError, match="'value'"):
        store.put("key", Cell(), stand_in.Result(pd.DataFrame({"metric": ["a"]}), []), FACTS)
    assert not store.has("key")


def test_an_output_folder_that_is_a_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(Fault, match="Make room there") as caught:
        Store(tmp_path / "runs").prepare()
    assert caught.value.exit_code is Exit.DISK


def test_a_full_disk_leaves_what_was_there_and_nothing_half(tmp_path: Path) -> None:
    """For real: the system refuses to let files grow, as a full disk does."""
    script = f"""
import resource, sys
from pathlib import Path
import stand_in
from gyges.faults import Fault
from gyges.store import Store
store = Store(Path({str(tmp_path)!r}))
store.prepare()
small, large = next(stand_in.walks(1)), next(stand_in.walks(1, updates=4000))
run = lambda cell: stand_in.run_cell(cell, inputs={{}}, checkpoint=None, progress=lambda *_: None)
store.put("small", small, run(small), {{}})
result = run(large)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
try:
    store.put("large", large, result, {{}})
except Fault as fault:
    print(fault.message)
    sys.exit(int(fault.exit_code))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, env=paths())
    assert done.returncode == Exit.DISK, done.stderr
    assert "cannot write to" in done.stdout
    store = Store(tmp_path)
    assert [path.name for path in (tmp_path / "cells").iterdir()] == ["small"]
    assert store.damage("small") is None


def test_scratch_of_killed_writers_is_swept_and_of_living_ones_kept(store: Store) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(timeout=30)
    host = os.uname().nodename
    dead = store.out / "cells" / f".writing-{host}-{gone.pid}-aa"
    alive = store.out / "cells" / f".writing-{host}-{os.getpid()}-aa"
    dead.mkdir()
    alive.mkdir()
    store.prepare()
    assert not dead.exists()
    assert alive.exists()


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    first, second = disk.Lock(tmp_path / "lock"), disk.Lock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.drop(remove=True)
    assert second.take()
    second.drop()


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "state"
    disk.write_file(target, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        disk.write_file(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


@given(st.binary(max_size=64), st.data())
def test_a_checkpoint_comes_back_or_is_called_damaged(
    tmp_path_factory: pytest.TempPathFactory, state: bytes, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("checkpoint")
    assert checkpoints.load(folder) is None
    checkpoints.save(folder, state)
    assert checkpoints.load(folder) == state
    file = folder / "state"
    broken = bytearray(file.read_bytes())
    broken[data.draw(st.integers(0, len(broken) - 1))] ^= 0x10
    file.write_bytes(broken)
    with pytest.raises(checkpoints.DamagedCheckpoint):
        checkpoints.load(folder)


def manifest(cells: list[Entry], budget: str = "quick", created: str = "") -> Manifest:
    return Manifest(
        name="",
        created=created or now(),
        command="gyges run",
        budget=budget,
        seeds=2,
        claims=["c"],
        cells=cells,
    )


def entry(cell: Cell, label: str = "", claim: str = "c") -> Entry:
    design = json.loads(disk.canonical(cell.design()))
    return Entry(stand_in.cell_key(cell), label or cell.name, claim, design)


def test_runs_are_named_by_time_and_budget_and_never_share_a_name(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    created = "2026-01-31T12:00:00+00:00"
    names = []
    for _ in range(3):
        begun, lock = runs.begin(manifest([], created=created))
        begun.status = "done"
        runs.write(begun)
        lock.drop()
        names.append(begun.name)
    assert names[0].startswith("2026-01-")
    assert names == [names[0], f"{names[0]}-2", f"{names[0]}-3"]
    assert runs.names() == names
    assert runs.read().name == runs.read("latest").name == names[-1]


def test_an_unfinished_run_is_gone_on_with_unless_somebody_is_at_it(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    first, lock = runs.begin(manifest([]))
    beside, other = runs.begin(manifest([]))
    assert beside.name != first.name
    other.drop()
    lock.drop()
    again, lock = runs.begin(manifest([]))
    assert again.name in (first.name, beside.name)
    different, _ = runs.begin(manifest([], budget="full"))
    assert different.name.endswith("full")
    lock.drop()


def test_an_unknown_run_gets_the_nearest(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    with pytest.raises(Fault, match="there are no runs"):
        runs.read()
    begun, _ = runs.begin(manifest([]))
    with pytest.raises(Fault, match=f"Did you mean '{begun.name}'"):
        runs.read(begun.name[:-1])


@pytest.fixture
def two_runs(store: Store) -> Store:
    """The same two cells in two runs, under another label in the second; one is not finished there."""
    first, second = stand_in.walks(2)
    store.put(stand_in.cell_key(first), first, finished(first), FACTS)
    runs = Runs(store.out)
    verdict = {
        "claim": "c",
        "verdict": "supported",
        "value": 0.5,
        "low": None,
        "high": 1.0,
        "sentence": "Yes.",
    }
    for label, budget in (("", "quick"), ("renamed", "full")):
        begun, lock = runs.begin(manifest([entry(first, label), entry(second)], budget))
        begun.verdicts = [verdict]
        begun.status = "incomplete"
        runs.write(begun)
        lock.drop()
    return store


def test_load_gives_metrics_with_their_design(two_runs: Store) -> None:
    frame = load(out=two_runs.out)
    (cell, _) = stand_in.walks(2)
    metrics = finished(cell).metrics
    assert len(frame) == len(metrics)
    assert set(frame["reward"]) == {"renamed"}
    assert set(frame["reward_name"]) == {"reward-0"}
    assert set(frame["updates"]) == {cell.updates}
    assert frame["value"].sum() == pytest.approx(metrics["value"].sum())


def test_sql_sees_cells_results_and_verdicts(two_runs: Store) -> None:
    ask = lambda sql, **run: query(sql, out=two_runs.out, **run).to_dict("records")  # noqa: E731
    assert ask("SELECT claim, verdict, low FROM verdicts")[0]["verdict"] == "supported"
    assert ask("SELECT count(*) n, sum(stored::int) s FROM cells") == [{"n": 2, "s": 1}]
    assert ask("SELECT count(*) n FROM cells", run="all") == [{"n": 4}]
    assert ask("SELECT DISTINCT reward FROM results ORDER BY 1", run="all") == [
        {"reward": "renamed"},
        {"reward": "reward-0"},
    ]
    assert ask("SELECT agent_parameters->>'$.pace' p FROM cells LIMIT 1") in ([{"p": None}], [{"p": np.nan}])


def test_a_run_with_nothing_stored_is_an_empty_table(store: Store) -> None:
    Runs(store.out).begin(manifest([entry(cell) for cell in stand_in.walks(1)]))
    frame = load(out=store.out)
    assert len(frame) == 0
    assert {"metric", "value", "reward_name"} <= set(frame.columns)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT valeu FROM results", "no column is called 'valeu'. Did you mean 'value'"),
        ("SELECT * FROM result", "no view is called 'result'. Did you mean 'results'"),
        ("SELEKT 1", "the query does not run"),
    ],
)
def test_mistakes_in_sql_are_said(two_runs: Store, sql: str, message: str) -> None:
    with pytest.raises(Fault, match=message) as caught:
        query(sql, out=two_runs.out)
    assert caught.value.exit_code is Exit.USAGE


def paths() -> dict[str, str]:
    """The environment of a child that imports the stand-in."""
    here = Path(__file__).parent
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parent / "src")])}
