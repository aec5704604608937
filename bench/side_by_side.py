"""Gyges's audit beside other tools on the same graders, in one run on one machine.

`python bench/side_by_side.py [MANIFEST ...] (--envs DIR | --make DIR) [--tool NAME]`, in Gyges's environment. Every
tool has an environment of its own (`--make` makes them with pip) and is driven by a file in `bench/rivals/`, which says
what is counted. A grader that a tool cannot take counts against its recall in the total and is left out of the second.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from audit_recall import audited
from corpus import FOLDER, Entry, manifest
from outcomes import Outcome, digest, kept, limited, over, share, true_findings
from sheet import stamp, table

RIVALS = Path(__file__).parent / "rivals"
PINS = {
    "reward_doctor": "reward-doctor==0.2.0",
    "rewardprobe": "rewardprobe==0.1.0",
    "gradecheck": "gradecheck==0.1.0",
    "falsepass": "falsepass==0.11.0",
    "bohrin": "bohrin==0.4.2",
}
SHORT = {"reward_doctor": "doctor", "rewardprobe": "probe"}
"""Other names that an environment's folder may have."""
LIMIT = 120.0
GYGES = "gyges"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", nargs="*", type=Path, help="manifest.jsonl of a corpus (default: all there are)")
    parser.add_argument("--envs", type=Path, help="folder with an environment for each tool, by its name")
    parser.add_argument("--make", type=Path, help="make these environments in this folder first")
    parser.add_argument("--tool", action="append", choices=[GYGES, *PINS], help="only these")
    parser.add_argument("--keep", type=Path, default=Path("runs/bench"), help="where outcomes are kept")
    parser.add_argument("--json", type=Path, help="write all outcomes to this file")
    options = parser.parse_args()
    if options.make:
        make(options.make)
    folder = options.make or options.envs
    tools = options.tool or [GYGES, *PINS]
    if folder is None and tools != [GYGES]:
        raise SystemExit("say where the tools' environments are with --envs DIR, or make them with --make DIR")
    print(stamp(["gyges"]))
    print(", ".join(PINS[tool] for tool in tools if tool in PINS) + ".\n", flush=True)
    written: dict[str, Any] = {}
    for path in options.manifest or sorted(FOLDER.glob("*/manifest.jsonl")):
        entries, name = manifest(path), path.parent.name
        outcomes = {tool: _outcomes(tool, entries, options.keep, name, folder) for tool in tools}
        print(f"## {name}\n\n" + tables(entries, outcomes) + "\n", flush=True)
        written[name] = {
            tool: {id_: [vars(one) for one in outcome.findings] for id_, outcome in found.items()}
            for tool, found in outcomes.items()
        }
    if options.json:
        options.json.write_text(json.dumps(written, indent=1))


def make(folder: Path) -> None:
    """An environment for each tool, if it is not there yet."""
    for tool, pin in PINS.items():
        if not (folder / tool / "bin" / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder / tool)], check=True)
            subprocess.run([folder / tool / "bin" / "python", "-m", "pip", "install", "--quiet", pin], check=True)


def _outcomes(tool: str, entries: Sequence[Entry], keep: Path, corpus: str, folder: Path | None) -> dict[str, Outcome]:
    if tool == GYGES:
        return audited(entries, keep / "recall" / corpus)
    python = next(
        (
            path
            for name in (tool, SHORT.get(tool, tool))
            if (path := Path(folder or ".") / name / "bin" / "python").exists()
        ),
        None,
    )
    if python is None:
        raise SystemExit(f"there is no {folder}/{tool}/bin/python; make it with --make {folder}")
    driver = RIVALS / f"drive_{tool}.py"

    def one(entry: Entry) -> Outcome:
        tool_files = [driver, RIVALS / "shim.py", PINS[tool]]
        return kept(keep / tool / corpus, entry.id, digest(entry, tool_files), partial(driven, python, driver, entry))

    return over(entries, one, f"{corpus}, {tool}")


def driven(python: Path, driver: Path, entry: Entry) -> dict[str, Any]:
    """What a rival says of one grader."""
    work = {
        "file": str(entry.file), "function": entry.function, "protocol": entry.protocol, "chat": entry.chat,
        "tasks": str(entry.task_file), "wrap": entry.wrap,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "job.json").write_text(json.dumps(work))
        command = [
            str(python.absolute()),
            str(driver.absolute()),
            str(folder / "job.json"),
            str(folder / "result.json"),
        ]
        took, failed = limited(command, LIMIT, folder)
        if not (folder / "result.json").exists():
            return {"findings": [], "seconds": took, "failed": failed or "it wrote no result"}
        return json.loads((folder / "result.json").read_text()) | {"seconds": took}


def tables(entries: Sequence[Entry], outcomes: dict[str, dict[str, Outcome]]) -> str:
    bugs = [entry for entry in entries if entry.label == "bug"]
    clean = [entry for entry in entries if entry.label == "clean"]
    rows, accused = [], []
    for tool, found in outcomes.items():
        taken = [entry for entry in bugs if not found[entry.id].unsupported]
        hit = {entry.id for entry in bugs if true_findings(entry, found)}
        loose = {entry.id for entry in bugs if true_findings(entry, found, ("bug", "warning"))}
        alarms = [entry for entry in clean if found[entry.id].bugs]
        paid = [entry for entry in alarms if any(one.kind == "false_positive" for one in found[entry.id].bugs)]
        more = sum(max(0, len(true_findings(entry, found)) - 1) for entry in bugs)
        broken = sum(bool(outcome.failed) for outcome in found.values())
        seconds = statistics.median(outcome.seconds for outcome in found.values())
        rows.append([
            tool, share(len(hit), len(bugs)), share(len(hit), len(taken)), share(len(loose), len(bugs)), str(more),
            f"{seconds:.1f} s", str(broken),
        ])  # fmt: skip
        able = [entry for entry in clean if not found[entry.id].unsupported]
        accused.append(
            [tool, share(len(alarms), len(clean)), share(len(alarms), len(able)), share(len(paid), len(clean))]
        )
    head = [
        "tool",
        "faults found",
        "of those it can take",
        "warnings counted too",
        "duplicates",
        "median time",
        "broke down",
    ]
    alarms_head = ["tool", "correct graders accused", "of those it can take", "of paying a wrong answer"]
    return table(head, rows) + "\n\n" + table(alarms_head, accused)


if __name__ == "__main__":
    main()
