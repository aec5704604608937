"""Runs: which cells one `gyges run` asked for, and what came of them."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from gyges import disk
from gyges.faults import Exit, Fault, unknown

Status = Literal["running", "done", "incomplete", "interrupted"]


@dataclass(frozen=True)
class Entry:
    """A cell as one claim of a run asked for it."""

    key: str
    label: str
    claim: str
    """Empty for a cell that no claim asked for."""
    design: dict[str, Any] = field(repr=False)


@dataclass(kw_only=True)
class Manifest:
    """What `run.json` holds."""

    name: str
    created: str
    command: str
    budget: str
    seeds: int
    claims: list[str]
    cells: list[Entry]
    status: Status = "running"
    finished: str = ""
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def asks_the_same(self, other: "Manifest") -> bool:
        """Whether the other run wants the same cells for the same claims."""
        return (
            self.budget == other.budget
            and self.claims == other.claims
            and {(cell.key, cell.label, cell.claim) for cell in self.cells}
            == {(cell.key, cell.label, cell.claim) for cell in other.cells}
        )


class Runs:
    """The runs in a folder `out`."""

    def __init__(self, out: Path) -> None:
        self.out = out.absolute()

    def names(self) -> list[str]:
        """All runs, oldest first."""
        return [manifest.name for manifest in self._all()]

    def folder(self, name: str) -> Path:
        """Where a run keeps its page and its logs."""
        return self.out / name

    def read(self, name: str = "latest") -> Manifest:
        """The manifest of a run; `latest` is the newest one."""
        every = self._all()
        if not every:
            raise Fault(
                f"there are no runs in {self.out}. Start one with `gyges run --quick`, or say with --out "
                "where the runs are."
            )
        if name == "latest":
            return every[-1]
        for manifest in every:
            if manifest.name == name:
                return manifest
        if (self.folder(name) / "run.json").is_file() and Path(name).name == name:
            raise Fault(f"{self.folder(name) / 'run.json'} is damaged. Its cells are safe: run it again.")
        raise unknown("run", name, ["latest", *(manifest.name for manifest in every)], see="gyges show --all")

    def write(self, manifest: Manifest) -> None:
        """Puts the manifest where `read` finds it."""
        folder = self.folder(manifest.name)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            disk.write_json(folder / "run.json", asdict(manifest))
        except OSError as error:
            raise disk.disk_fault(error, folder) from error

    def begin(self, wanted: Manifest) -> tuple[Manifest, disk.Lock]:
        """Starts a run, or goes on with an unfinished one that asked for the same.

        `wanted.name` is ignored; the manifest that comes back has one. The lock is held for as long as
        the run goes on, so that nobody else continues it meanwhile.
        """
        for old in reversed(self._all()):
            if old.status != "done" and old.asks_the_same(wanted):
                lock = disk.Lock(self.folder(old.name) / ".lock")
                if lock.take():
                    wanted.name, wanted.created = old.name, old.created
                    self.write(wanted)
                    return wanted, lock
        try:
            wanted.name = self._new_folder(wanted)
            lock = disk.Lock(self.folder(wanted.name) / ".lock")
            lock.take()
        except OSError as error:
            raise disk.disk_fault(error, self.out) from error
        self.write(wanted)
        return wanted, lock

    def _new_folder(self, manifest: Manifest) -> str:
        created = datetime.fromisoformat(manifest.created).astimezone()
        stem = f"{created:%Y-%m-%d-%H%M}-{manifest.budget}"
        number = 1
        while True:
            name = stem if number == 1 else f"{stem}-{number}"
            try:
                self.folder(name).mkdir(parents=True)
            except FileExistsError:
                number += 1
            else:
                return name

    def _all(self) -> list[Manifest]:
        found = [_read(path) for path in self.out.glob("*/run.json")] if self.out.is_dir() else []
        return sorted(
            (manifest for manifest in found if manifest is not None),
            key=lambda manifest: (manifest.created, _natural(manifest.name)),
        )


def now() -> str:
    """The time, as manifests write it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _read(path: Path) -> Manifest | None:
    try:
        plain = json.loads(path.read_bytes())
        plain["cells"] = [Entry(**cell) for cell in plain["cells"]]
        manifest = Manifest(**plain)
    except OSError as error:
        raise Fault(f"cannot read {path}: {error.strerror}", Exit.DISK) from error
    except (ValueError, KeyError, TypeError):
        return None
    return manifest if manifest.name == path.parent.name else None


def _natural(name: str) -> Iterable[Any]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
