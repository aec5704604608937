"""Finished cells: each a folder named after its key, complete or not there at all."""

import contextlib
import gzip
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from gyges import disk
from gyges.cell import Cell
from gyges.faults import Fault

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("environment", "reward", "agent", "condition", "metric", "seed", "update", "value")
"""What a metrics table has, in this order."""


class Result(Protocol):
    """What a cell yields: a long table of metrics, and episodes to replay."""

    @property
    def metrics(self) -> "pd.DataFrame": ...

    @property
    def episodes(self) -> list[dict[str, Any]]: ...


class Store:
    """The folder `out`, where finished cells and the checkpoints of unfinished ones lie."""

    def __init__(self, out: Path) -> None:
        self.out = out.absolute()
        self._cells = self.out / "cells"
        self._checkpoints = self.out / "checkpoints"

    def prepare(self) -> None:
        """Makes the folders, tries whether they can be written to, and clears what killed runs left."""
        try:
            for folder in (self._cells, self._checkpoints):
                folder.mkdir(parents=True, exist_ok=True)
                disk.sweep(folder)
            disk.sweep(self.out)
            self.tidy()
            probe = self._cells / f".probe-{os.getpid()}"
            disk.write_file(probe, bytes(4096))
            probe.unlink()
        except OSError as error:
            raise disk.disk_fault(error, self.out) from error

    def tidy(self) -> None:
        """Removes the lock files that nobody holds."""
        for path in self._checkpoints.glob("*.lock"):
            with contextlib.suppress(OSError):
                lock = disk.Lock(path)
                if lock.take():
                    lock.drop(remove=True)

    def has(self, key: str) -> bool:
        """Whether the cell is there, without looking whether it is sound."""
        return (self._cells / key / "cell.json").exists()

    def damage(self, key: str) -> str | None:
        """What is wrong with the stored cell, or None if every byte is as it was written."""
        folder = self._cells / key
        try:
            facts = self._facts(key)
            for name, digest in facts["files"].items():
                if disk.digest_file(folder / name) != digest:
                    return f"{name} does not match its checksum"
        except FileNotFoundError as error:
            return f"{Path(error.filename).name} is missing"
        except (ValueError, KeyError, AttributeError):
            return "cell.json is not as it was written"
        return None

    def set_aside(self, key: str) -> Path:
        """Moves a damaged cell out of the way, and says where to."""
        return _set_aside(self._cells / key)

    def put(self, key: str, cell: Cell, result: Result, facts: dict[str, Any]) -> None:
        """Stores a finished cell, whole or not at all, and drops its checkpoint.

        `facts` are kept beside it (seconds, steps, versions). Raises a `Fault` if the disk refuses.
        """
        folder = self._cells / key
        try:
            with disk.new_folder(folder) as scratch:
                _write_parquet(result.metrics, scratch / "metrics.parquet")
                (scratch / "episodes.json.gz").write_bytes(disk.packed(result.episodes))
                files = {file.name: disk.digest_file(file) for file in sorted(scratch.iterdir())}
                sealed: dict[str, Any] = {
                    "key": key,
                    "label": cell.name,
                    "design": json.loads(disk.canonical(cell.design())),
                    "files": files,
                } | facts
                sealed["sha256"] = disk.digest(disk.canonical(sealed))
                disk.write_json(scratch / "cell.json", sealed)
        except OSError as error:
            raise disk.disk_fault(error, folder) from error
        self.forget(key)

    def facts(self, key: str) -> dict[str, Any]:
        """What `cell.json` says: design, label, seconds, steps, versions."""
        self._check(key)
        return self._facts(key)

    def metrics(self, key: str) -> "pd.DataFrame":
        """The metrics of a stored cell, as they were computed."""
        import duckdb

        path = self.parquet(key)
        with duckdb.connect(config={"threads": 1}) as connection:
            frame: pd.DataFrame = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()
        return frame

    def episodes(self, key: str) -> list[dict[str, Any]]:
        """The episodes of a stored cell, for replay."""
        self._check(key)
        episodes: list[dict[str, Any]] = json.loads(
            gzip.decompress((self._cells / key / "episodes.json.gz").read_bytes())
        )
        return episodes

    def parquet(self, key: str) -> Path:
        """Where the metrics of a stored cell lie, checked to be sound."""
        self._check(key)
        return self._cells / key / "metrics.parquet"

    def checkpoint(self, key: str) -> Path:
        """The folder in which an unfinished cell keeps its state."""
        return self._checkpoints / key

    def checkpoint_lock(self, key: str) -> disk.Lock:
        """Held by whoever works on the cell, so that two runs do not share its checkpoint."""
        return disk.Lock(self._checkpoints / f"{key}.lock")

    def forget(self, key: str) -> None:
        """Removes a cell's checkpoint."""
        shutil.rmtree(self.checkpoint(key), ignore_errors=True)

    def set_checkpoint_aside(self, key: str) -> Path:
        """Moves a damaged checkpoint out of the way, and says where to."""
        return _set_aside(self.checkpoint(key))

    def _facts(self, key: str) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self._cells / key / "cell.json").read_bytes())
        seal = facts.pop("sha256")
        if seal != disk.digest(disk.canonical(facts)) or facts["key"] != key:
            raise ValueError("cell.json does not match its checksum")
        return facts

    def _check(self, key: str) -> None:
        damage = self.damage(key)
        if damage is not None:
            raise Fault(
                f"the stored cell {self._cells / key} is damaged: {damage}. Give the `gyges run` command "
                "of that run again: it sets the damaged cell aside and computes it anew."
            )


def _write_parquet(metrics: "pd.DataFrame", path: Path) -> None:
    import duckdb

    missing = [column for column in COLUMNS if column not in metrics.columns]
    if missing:
        raise TypeError(f"a metrics table needs the columns {', '.join(COLUMNS)}; {missing} are missing")
    target = str(path).replace("'", "''")
    try:
        # One thread, so that the same table gives the same bytes.
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("metrics", metrics)
            connection.execute(f"COPY metrics TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.IOException as error:
        raise OSError(0, str(error).splitlines()[0], str(path)) from error


def _set_aside(folder: Path) -> Path:
    number = 1
    while (aside := folder.with_name(f".damaged-{folder.name}-{number}")).exists():
        number += 1
    folder.rename(aside)
    return aside
