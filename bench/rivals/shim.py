"""A grader of the corpus in the calling conventions that other tools know. Runs in their environments: no Gyges here.

A shim only passes arguments on; it never looks at a completion or a score.
"""

import importlib.util
import inspect
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def job() -> dict[str, Any]:
    """What the driver was asked to do: `driver.py JOB.json RESULT.json`."""
    return json.loads(Path(sys.argv[1]).read_text())


def rows(work: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(work["tasks"]).read_text().splitlines() if line.strip()]


def load(work: dict[str, Any]) -> Callable[..., Any]:
    """The grader as it is."""
    file = Path(work["file"])
    sys.path.insert(0, str(file.parent))
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, work["function"])


def number(given: Any) -> float:
    if isinstance(given, dict):
        given = given["score"] if "score" in given else given["passed"]
    return float(given)


def program_call(grader: Callable[..., Any], completion: str, row: dict[str, Any]) -> Any:
    """A program grader with what its parameters name: the program, columns of the row, or the whole row."""
    names = list(inspect.signature(grader).parameters)
    known = {**row, "completion": completion, "problem": row}
    return grader(**{name: known[name] for name in names if name in known})


def one_at_a_time(work: dict[str, Any]) -> Callable[[str, dict[str, Any]], float]:
    """The grader as `f(completion, row)`."""
    grader = load(work)

    def call(completion: str, row: dict[str, Any]) -> float:
        row = json.loads(json.dumps(row))
        if work["protocol"] == "trl":
            said = [{"role": "assistant", "content": completion}] if work["chat"] else completion
            columns = {name: [value] for name, value in row.items() if name != "prompt"}
            return number(grader(prompts=[row["prompt"]], completions=[said], **columns)[0])
        if work["protocol"] == "program":
            return number(program_call(grader, completion, row))
        if work["protocol"] == "verl":
            return number(grader(row["data_source"], completion, row["answer"], row.get("extra_info")))
        return number(grader(completion, row["answer"]))

    return call


def finish(findings: list[dict[str, Any]], seconds: float, unsupported: str = "") -> None:
    """Writes the result down. A finding has `kind`, `level` (`bug`, `warning`), `cause` and, if known, `completion`."""
    result = {"findings": findings, "seconds": seconds, "unsupported": unsupported}
    Path(sys.argv[2]).write_text(json.dumps(result))


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self.began = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self.began
