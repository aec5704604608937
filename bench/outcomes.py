"""What a tool said of one grader: run in a process with a time limit, kept on disk, and held against the corpus."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus import Entry

from gyges.audit.shares import Share

PROCESSES = 2
AUDIT = Path(__file__).parent.parent / "src" / "gyges" / "audit"


@dataclass(frozen=True)
class Found:
    """One finding of a tool, in the audit's words."""

    kind: str
    level: str
    """`bug`, or `warning` and `info` where the tool does not call it one."""
    cause: str
    title: str = ""
    completion: str | None = None
    task: int | None = None


@dataclass(frozen=True)
class Outcome:
    """All that a tool said of one grader."""

    findings: tuple[Found, ...]
    seconds: float
    unsupported: str = ""
    """Why the tool cannot take this grader, if it cannot."""
    failed: str = ""
    """How the tool itself broke down, if it did."""

    @property
    def bugs(self) -> tuple[Found, ...]:
        return tuple(found for found in self.findings if found.level == "bug")

    @classmethod
    def read(cls, raw: dict[str, Any]) -> "Outcome":
        fields = Found.__dataclass_fields__
        findings = tuple(Found(**{key: one[key] for key in one if key in fields}) for one in raw.get("findings", ()))
        return cls(findings, raw["seconds"], raw.get("unsupported", ""), raw.get("failed", ""))


def gyges(entry: Entry, seconds: float, options: Sequence[str] = ()) -> dict[str, Any]:
    """Audits one grader with the command line, as a user would."""
    spec = f"program:{entry.spec}" if entry.protocol == "program" else entry.spec
    command = [str(Path(sys.executable).parent / "gyges"), "audit", spec, "--tasks", str(entry.task_file), *options]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audit.json"
        took, failed = limited([*command, "--json", str(file)], seconds, Path(folder))
        if not file.exists():
            return {"findings": [], "seconds": took, "failed": failed or "it wrote no report"}
        return {"findings": from_document(json.loads(file.read_text())), "seconds": took}


def from_document(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings of `gyges audit --json`."""
    return [
        {
            "kind": one["kind"],
            "level": "info" if one["kind"] == "contested" else "bug",
            "cause": one["root_cause"],
            "title": one.get("title", ""),
            "completion": one.get("completion"),
            "task": one.get("task"),
        }
        for one in document["findings"]
    ]


def limited(command: Sequence[str], seconds: float, folder: Path) -> tuple[float, str]:
    """Runs a command and ends it, with all that it started, after a time; returns seconds and what went wrong."""
    began = time.perf_counter()
    environment = os.environ | {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        errors="replace", start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said = process.communicate(timeout=seconds)[1]
            failed = "" if process.returncode == 0 else f"exit code {process.returncode}: {said.strip()[-300:]}"
        except subprocess.TimeoutExpired:
            failed = f"not done after {seconds:g} s"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return time.perf_counter() - began, failed


def kept(folder: Path, name: str, digest: str, make: Callable[[], dict[str, Any]]) -> Outcome:
    """The outcome on disk if nothing that it depends on has changed, else a new one."""
    file = folder / f"{name}.json"
    if file.exists():
        raw = json.loads(file.read_text())
        if raw.get("digest") == digest and not raw.get("failed"):
            return Outcome.read(raw)
    raw = make() | {"digest": digest}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(raw))
    return Outcome.read(raw)


def digest(entry: Entry, tool: Iterable[Path | str]) -> str:
    """Changes with the grader, its tasks, and the tool: files, or words such as a version."""
    found = hashlib.sha256()
    beside = entry.file.parent.glob("*.py") if entry.file.parent.name not in ("clean", "faulty") else [entry.file]
    for part in [*sorted(beside), entry.task_file, *tool]:
        found.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return found.hexdigest()[:16]


@cache
def audit_files() -> tuple[Path, ...]:
    """The source of Gyges's audit."""
    return tuple(sorted(AUDIT.rglob("*.py")))


def over(entries: Sequence[Entry], one: Callable[[Entry], Outcome], say: str) -> dict[str, Outcome]:
    """`one` of every entry, `PROCESSES` at a time, by id; progress goes to standard error."""
    outcomes: dict[str, Outcome] = {}
    with ThreadPoolExecutor(PROCESSES) as pool:
        for entry, outcome in zip(entries, pool.map(one, entries), strict=True):
            outcomes[entry.id] = outcome
            print(f"\r{say}: {len(outcomes)} of {len(entries)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return outcomes


def true_findings(entry: Entry, outcomes: dict[str, Outcome], level: Sequence[str] = ("bug",)) -> list[Found]:
    """Findings of the seeded fault: of its kind, and not said of the correct twin as well."""
    twin = outcomes.get(entry.twin)
    also_there = {(found.kind, found.cause) for found in twin.findings if found.level in level} if twin else set()
    return [
        found
        for found in outcomes[entry.id].findings
        if found.level in level
        and found.kind in (entry.kind, *entry.also)
        and (found.kind, found.cause) not in also_there
    ]


def share(count: int, total: int) -> str:
    """`12 of 15: 0.80 (0.55 to 0.93)`, with Wilson's interval at 95%."""
    if total == 0:
        return "none"
    rate = Share(count, total)
    return f"{count} of {total}: {count / total:.2f} ({rate.low:.2f} to {rate.high:.2f})"
