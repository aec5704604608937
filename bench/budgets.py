"""Wall time and peak memory of whole runs, as somebody meets them who types `gyges run`.

`python bench/budgets.py [--full]`, in Gyges's environment, on a machine with nothing else to do. Every run
gets an output folder of its own; "cold" also an empty cache of compiled programs, which "warm" finds filled.
Linux only: memory is read from /proc.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sheet import cores, stamp, table

CORES = 2
MEMORY, PAGE = 4.0, 3.0
"""Targets: GB of all processes together, MB of the page."""
SECONDS = {"quick": 60.0, "default": 300.0, "full": 2700.0}
SAMPLED = 0.2
KB_PER_GB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the full budget too (up to 45 minutes, once, cold)")
    parser.add_argument("--quick", action="store_true", help="only the quick budget")
    options = parser.parse_args()
    used = cores()[:CORES]
    os.sched_setaffinity(0, used)  # children and workers inherit it
    print(stamp(["gyges", "jax", "equinox", "numpy", "pandas"]))
    print(f"Whole runs on {len(used)} cores; memory is the sum of all processes, sampled every {SAMPLED} s.\n")
    budgets = ["quick"] if options.quick else ["quick", "default"]
    rows = []
    for budget in [*budgets, *(["full"] if options.full else [])]:
        with tempfile.TemporaryDirectory() as cache:
            for state in ("cold",) if budget == "full" else ("cold", "warm"):
                rows.append(_measured(budget, state, Path(cache)))
    head = [
        "run",
        "time",
        "target",
        "peak memory",
        f"≤ {MEMORY:g} GB",
        "page",
        f"≤ {PAGE:g} MB",
        "cells",
        "failed",
    ]
    print(table(head, rows))


def _measured(budget: str, state: str, cache: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "runs"
        summary = Path(folder) / "run.json"
        command = [str(Path(sys.executable).parent / "gyges"), "run", "--budget", budget]
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--out", str(out), "--json", str(summary)],
            env=os.environ | {"XDG_CACHE_HOME": str(cache)}, stdout=sys.stderr,
        )  # fmt: skip
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(SAMPLED)
        seconds = time.perf_counter() - began
        if not summary.exists():
            raise SystemExit(f"`gyges run --budget {budget}` ended with code {process.returncode} and no result")
        cells = json.loads(summary.read_text())["cells"]
        pages = [page.stat().st_size / 2**20 for page in out.glob("*/report.html")]
        page = pages[0] if pages else float("nan")
    limit = SECONDS[budget]
    return [
        f"{budget}, {state}", f"{seconds:.0f} s", f"≤ {limit:.0f} s: {_yes(seconds <= limit)}",
        f"{peak:.2f} GB", _yes(peak <= MEMORY), f"{page:.1f} MB", _yes(page <= PAGE),
        str(cells["total"]), str(cells["failed"]),
    ]  # fmt: skip


def _memory(root: int) -> float:
    """GB held by a process and all its descendants; pages that they share count for each."""
    parents, sizes = {}, {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:  # it ended meanwhile
            continue
        process = int(status.parent.name)
        parents[process] = int(fields["PPid"])
        sizes[process] = int(fields.get("VmRSS", "0 kB").split()[0])
    family, more = {root}, True
    while more:
        joined = {process for process, parent in parents.items() if parent in family} - family
        family |= joined
        more = bool(joined)
    return sum(sizes.get(process, 0) for process in family) / KB_PER_GB


def _yes(true: bool) -> str:
    return "yes" if true else "NO"


if __name__ == "__main__":
    main()
