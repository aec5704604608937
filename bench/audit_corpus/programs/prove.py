"""Runs the attacks on the program graders of this folder by hand, without the audit: each fault has to pay for one.

Usage: python prove.py [ID ...]: shows for each fault a mistake of its kind and cause, and for each correct grader (or each
ID) all that is mistaken on one task. Every candidate runs in a forked process of its own with a time limit. The graders
and candidates here are known and harmless.
"""

import contextlib
import inspect
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.judges.base import Judge
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.records import Candidate, Opened, Relation, Task, Truth
from gyges.audit.source.facts import Fact, Facts
from gyges.registry import found_in

HERE = Path(__file__).parent
SECONDS = 12
_CHILD = """
import json, os, sys
reply = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
job = json.load(sys.stdin)
space = {"__name__": "judged"}
exec(job["code"], space)
reply.write(json.dumps([space[job["name"]](*given) for given in job["inputs"]]))
reply.close()
"""


class Absent(Judge):
    """Stands in where an attack only wants to hold a judge."""

    name = "program"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        return 0.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        return Truth.UNSURE


def entries() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / "manifest.jsonl").read_text().splitlines()]


def rows(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / entry["tasks"]).read_text().splitlines()]


def case_of(entry: dict[str, Any], index: int) -> Case:
    """What the audit would tell an attack about one task."""
    row = rows(entry)[index]
    task = Task(index, row["prompt"], row["canonical_solution"], "canonical_solution", row)
    before, _, after = entry.get("wrap", "{answer}").partition("{answer}")
    form = Format("fenced", before, after) if before else BARE
    opened = Opened("program", entry["id"], (task,), program=True)
    source = (HERE / entry["target"].partition(":")[0]).read_text()
    honest = form.wrap(row["canonical_solution"])
    return Case(task, row["canonical_solution"], form, Absent(), _facts(source), opened, honest=honest)


def _facts(source: str) -> Facts:
    import ast

    words = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return Facts(strings=tuple(Fact(word, "") for word in words if isinstance(word, str)))


def candidates(case: Case, cause: str = "") -> Iterator[tuple[str, Candidate]]:
    """What all attacks make of a task, or those of one cause."""
    for name, attack in found_in("audit.attacks", Attack).items():
        if name.startswith("programs") and attack().suits(case) and (not cause or cause in attack.causes):
            for candidate in attack().candidates(case):
                if not cause or candidate.cause == cause:
                    yield name, candidate


def paid(entry: dict[str, Any], index: int, completion: str) -> float | str:
    """The score of a completion, from a process of its own; a word for what happened if there is none."""
    read, write = os.pipe()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_graded, args=(entry, rows(entry)[index], completion, write))
    process.start()
    os.close(write)
    process.join(SECONDS)
    hung = process.is_alive()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()
    with os.fdopen(read) as said:
        answer = "" if hung else said.read()
    return "hung" if hung else float(answer) if answer.replace(".", "", 1).isdigit() else answer or "killed"


def _graded(entry: dict[str, Any], row: dict[str, Any], completion: str, write: int) -> None:
    os.setsid()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        file, _, name = entry["target"].partition(":")
        path = HERE / file
        space: dict[str, Any] = {"__name__": f"corpus_{entry['id']}", "__file__": str(path)}
        exec(compile(path.read_text(), str(path), "exec"), space)
        try:
            said = str(_called(space[name], row, completion))
        except BaseException as error:
            said = f"raised {type(error).__name__}"
    os.write(write, said.encode())


def _called(function: Any, row: dict[str, Any], completion: str) -> float:
    given = {**row, "problem": row, "completion": completion}
    # Hidden tests are for the judge.
    given["problem"] = {name: value for name, value in row.items() if not name.startswith("hidden")}
    said = function(**{name: given[name] for name in inspect.signature(function).parameters})
    return float(said["passed"] if isinstance(said, dict) else said)


def right(row: dict[str, Any], program: str) -> bool:
    """Whether a program gives the visible and the hidden results, type by type, in a process of its own."""
    import ast

    if "inputs" in row:
        pairs = [*zip(row["inputs"], row["outputs"], strict=True), *((t["input"], t["output"]) for t in row["hidden_tests"])]
        return all(_output(program, given) == wanted.rstrip() for given, wanted in pairs)
    text = row.get("hidden_test") or "\n".join(row["hidden_tests"])
    cases: list[Any] = [*row["cases"]]
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Assert(test=ast.Compare(left=ast.Call(args=given), comparators=[wanted])):
                cases.append([[ast.literal_eval(one) for one in given], ast.literal_eval(wanted)])
            case ast.Assert():
                raise ValueError(f"{row['entry_point']}: no case can be read from `{ast.unparse(node)}`")
    job = {"code": program, "name": row["entry_point"], "inputs": [given for given, _ in cases]}
    try:
        with tempfile.TemporaryDirectory() as folder:
            ran = subprocess.run(
                [sys.executable, "-I", "-c", _CHILD], input=json.dumps(job), capture_output=True, text=True, cwd=folder, timeout=3
            )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0 and ran.stdout == json.dumps([wanted for _, wanted in cases])


def _output(program: str, given: str) -> str:
    try:
        with tempfile.TemporaryDirectory() as folder:
            ran = subprocess.run([sys.executable, "-I", "-c", program], input=given, capture_output=True, text=True, cwd=folder, timeout=3)
    except subprocess.TimeoutExpired:
        return "\0"
    return ran.stdout.rstrip() if ran.returncode == 0 else "\0"


def mistakes(entry: dict[str, Any], index: int, cause: str = "") -> Iterator[tuple[str, Candidate, float | str]]:
    """Wrong programs that are paid in full, right ones that are not, and scores that are none, as (kind, …)."""
    row = rows(entry)[index]
    for _, candidate in candidates(case_of(entry, index), cause):
        score = paid(entry, index, candidate.completion)
        truly = candidate.states is not None and candidate.relation is not Relation.NONE and right(row, candidate.states)
        if isinstance(score, str):
            yield "crash", candidate, score
        elif score >= 1 and not truly:
            yield "contested" if candidate.arguable else "false_positive", candidate, score
        elif score < 1 and candidate.relation is Relation.SAME:
            if truly:
                yield "contested" if candidate.arguable else "false_negative", candidate, score
            else:
                yield "wrong claim", candidate, score


def proof(entry: dict[str, Any]) -> str:
    """How the fault of an entry shows: the mistake of its kind and cause, on the first task that has one; or nothing."""
    for index in range(len(rows(entry))):
        for kind, candidate, score in mistakes(entry, index, entry["cause"]):
            if kind == entry["kind"]:
                return f"task {index}: {score} for {candidate.form or candidate.completion[-70:]!r}"
    return ""


def main(wanted: list[str]) -> None:
    for entry in entries():
        if wanted and entry["id"] not in wanted:
            continue
        honest = {paid(entry, index, case_of(entry, index).honest) for index in range(len(rows(entry)))}
        print(entry["id"], entry["label"], f"honest {honest}", end=" ", flush=True)
        if entry["label"] == "bug" and not wanted:
            print(entry["cause"], proof(entry) or "NOT PROVED", flush=True)
            continue
        found: dict[str, int] = {}
        for kind, candidate, score in mistakes(entry, len(rows(entry)) // 2):
            key = " ".join((kind, candidate.cause, candidate.form, str(score) if kind == "crash" else ""))
            found[key] = found.get(key, 0) + 1
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
