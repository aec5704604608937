"""How long an audit takes: a plain text grader with 20 tasks at the default budget, and the first finding of a hole.

`python bench/audit_time.py [--runs N]`, in Gyges's environment, on two cores of a machine with nothing else to do. The
first finding is timed from the moment that the grader is imported, on the line of progress that names it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from corpus import FOLDER, Entry, manifest
from sheet import cores, stamp, table

from gyges.audit.output.wording import NOUNS

WHOLE = 10.0
FIRST = 1.0
"""Targets, in seconds."""
OPENED = "reading the grader"
"""The phase that begins once the grader is imported."""
NAMED = [nouns[2] for nouns in NOUNS.values()]
PLAIN = ("whole_integer", "word_exact", "last_line")
HOLES = ("whole_integer-substring", "word_exact-substring", "last_line-format_only")


@dataclass(frozen=True)
class Timed:
    """One audit: seconds for all of it, and from import to the first finding (None: no line named one)."""

    whole: float
    first: float | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    os.sched_setaffinity(0, cores()[:2])
    print(stamp(["gyges"]) + "\n", flush=True)
    entries = {entry.id: entry for entry in manifest(FOLDER / "text" / "manifest.jsonl")}
    rows = [_row(name, [timed(entries[name]) for _ in range(options.runs)]) for name in [*PLAIN, *HOLES]]
    head = ["grader", "whole audit", f"≤ {WHOLE:g} s", "first finding after import", f"≤ {FIRST:g} s"]
    print(table(head, rows))


def timed(entry: Entry) -> Timed:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        imported = first = None
        command = [str(Path(sys.executable).parent / "gyges"), "audit", entry.spec, "--tasks", str(entry.task_file)]
        with subprocess.Popen(
            [*command, "--json", str(Path(folder) / "audit.json")], cwd=folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=os.environ | {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                now = time.perf_counter()
                if imported is None and line.startswith(OPENED):
                    imported = now
                if first is None and line.startswith(tuple(f"{noun}: " for noun in NAMED)):
                    first = now
        whole = time.perf_counter() - began
    return Timed(whole, first - imported if first and imported else None)


def _row(name: str, runs: list[Timed]) -> list[str]:
    whole = statistics.median(run.whole for run in runs)
    firsts = [run.first for run in runs if run.first is not None]
    first = statistics.median(firsts) if firsts else None
    said = "none expected" if name in PLAIN else "no line named one" if first is None else f"{first:.2f} s"
    met = "" if name in PLAIN else "NO" if first is None or first > FIRST else "yes"
    return [name, f"{whole:.1f} s", "yes" if whole <= WHOLE else "NO", said, met]


if __name__ == "__main__":
    main()
