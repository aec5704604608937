"""What a training run leaves on disk: the store, the manifest and the page of `gyges run`, renewed as it goes on."""

import json
import platform
import shlex
import shutil
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from gyges import checkpoints, disk
from gyges.cell import Cell
from gyges.faults import Fault
from gyges.store import Entry, Manifest, Runs, Store
from gyges.store.cells import COLUMNS
from gyges.store.runs import now

BUDGET = "trl"
"""What names the folder of such a run, where `gyges run` has its budget."""
VERSIONED = ("gyges", "trl", "transformers", "torch")
"""Packages whose versions are noted."""
Row = list[Any]
"""Condition, metric, update, value."""


@dataclass(frozen=True)
class Measured:
    """What the store keeps of a cell."""

    metrics: pd.DataFrame
    episodes: list[dict[str, Any]]


@dataclass
class State:
    """All that a run knows of itself, as JSON; it lies beside the trainer's checkpoints."""

    design: dict[str, Any]
    """Without the number of updates, which a resumed training may have changed."""
    run: str = ""
    identity: str = ""
    rows: list[Row] = field(default_factory=list)
    looks: list[dict[str, Any]] = field(default_factory=list)
    probe: dict[str, Any] | None = None
    seconds: float = 0.0

    def until(self, update: int) -> None:
        """Forgets what was measured after `update`: the trainer went back to an earlier checkpoint."""
        self.rows = [row for row in self.rows if row[2] <= update]
        self.looks = [look for look in self.looks if look["update"] <= update]


class Ledger:
    """Writes a run as it grows; a reader finds the last evaluation whole, or the one before."""

    def __init__(self, out: Path, beside: Path, cell: Cell, kind: str) -> None:
        """**Arguments:**

        - `out`: where runs lie.
        - `beside`: the trainer's output folder, for the state.
        - `cell`: the design.
        - `kind`: what the reward is by what it reads.
        """
        self._store, self._runs = Store(out), Runs(out)
        self._beside = beside / "gyges-ring"
        self._cell, self._kind = cell, kind
        self._manifest: Manifest | None = None
        self._lock: disk.Lock | None = None
        self._began = time.monotonic()
        self.state = State(_design(cell), identity=now())

    def resume(self, update: int) -> bool:
        """Goes on with the run whose state lies beside the checkpoints, and says whether there is one.

        It has to be of the same design; what it measured after `update` is forgotten.
        """
        try:
            saved = checkpoints.load(self._beside)
        except checkpoints.DamagedCheckpoint:
            return False
        if saved is None:
            return False
        state = State(**json.loads(saved))
        state.until(update)
        if state.design != json.loads(disk.canonical(self.state.design)) or not state.rows:
            return False
        if state.run not in self._runs.names():
            return False
        manifest = self._runs.read(state.run)
        lock = disk.Lock(self._runs.folder(state.run) / ".lock")
        if not lock.take():
            raise Fault(f"the run {state.run} is being written by another process; end it first, or use another out=")
        self.state, self._manifest, self._lock = state, manifest, lock
        return True

    def write(
        self, update: int, episodes: list[dict[str, Any]], tokens: int, verdict: dict[str, Any], *, done: bool
    ) -> Path:
        """Puts the rows so far into the store and on the page, and says where the page is.

        **Arguments:**

        - `update`: the trainer's step.
        - `episodes`: samples of this evaluation; those of the first one are kept beside them.
        - `tokens`: that the trainer has seen so far.
        - `verdict`: what became of proxy and truth, as the manifest holds it.
        """
        from gyges.cli import page

        self._store.prepare()
        cell = replace(self._cell, updates=update)
        key = cell.key(disk.digest(disk.canonical([self.state.identity, self.state.rows])))
        before = [entry.key for entry in self._manifest.cells] if self._manifest else []
        seconds = self.state.seconds + time.monotonic() - self._began
        if not self._store.has(key):
            result = self._result(self._first(before, update) + episodes)
            self._store.put(key, cell, result, {"seconds": seconds, "env_steps": tokens})
        entry = Entry(key, cell.name, "", cell.design() | {"kind": self._kind})
        if self._manifest is None:
            self._manifest, self._lock = self._runs.begin(self._wanted(entry))
            self.state.run = self._manifest.name
        self._manifest.cells, self._manifest.verdicts = [entry], [verdict]
        self._manifest.status = "done" if done else "running"
        self._manifest.finished = now() if done else ""
        self._runs.write(self._manifest)
        for old in before:
            if old != key and self._store.has(old):
                # A stored cell is never rewritten: the longer one took its place.
                shutil.rmtree(self._store.parquet(old).parent)
        self._save(seconds)
        where = page.write(self._store, self._runs, self._manifest)
        if done:
            self.close()
        return where

    def _first(self, keys: list[str], update: int) -> list[dict[str, Any]]:
        """Samples of the first evaluation, from the cell that is stored."""
        first = min(row[2] for row in self.state.rows)
        stored = [key for key in keys if self._store.has(key)]
        episodes = [episode for key in stored for episode in self._store.episodes(key)]
        return [] if first == update else [episode for episode in episodes if episode["update"] == first]

    def close(self) -> None:
        """Lets others go on with the run."""
        if self._lock is not None:
            self._lock.drop()
            self._lock = None

    def _save(self, seconds: float) -> None:
        kept = asdict(self.state) | {"seconds": seconds}
        try:
            checkpoints.save(self._beside, disk.canonical(kept))
        except OSError as error:
            raise disk.disk_fault(error, self._beside) from error

    def _result(self, episodes: list[dict[str, Any]]) -> Measured:
        cell, (seed,) = self._cell, self._cell.seeds
        head = (cell.environment, cell.name, cell.agent)
        rows = [(*head, condition, metric, seed, update, value) for condition, metric, update, value in self.state.rows]
        return Measured(pd.DataFrame(rows, columns=list(COLUMNS)), episodes)

    def _wanted(self, entry: Entry) -> Manifest:
        return Manifest(
            name="",
            created=now(),
            command=shlex.join(["python", *sys.argv]),
            budget=BUDGET,
            seeds=1,
            claims=[],
            cells=[entry],
            versions={name: metadata.version(name) for name in VERSIONED}
            | {"python": platform.python_version(), "platform": f"{sys.platform} {platform.machine()}"},
        )


def _design(cell: Cell) -> dict[str, Any]:
    return {name: value for name, value in cell.design().items() if name != "updates"}
