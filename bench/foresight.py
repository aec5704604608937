"""Before claim 23 runs: audits its thirty graders and freezes what the audits foretell.

`python bench/foresight.py` writes src/gyges/graders/predictions.json: tasks from the environment, rollouts of
supervised starts of tuning seeds, an audit of each grader, and how surprising its exploits are to those starts. It
comes before any training under the graders; a changed file is another experiment (its hash is in every cell).
"""

import hashlib
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gyges.audit.conduct import Wish, audit
from gyges.audit.report import Report
from gyges.cell import Cell
from gyges.environments.arithmetic import Arithmetic
from gyges.evaluation.foresight import severity
from gyges.evaluation.surprise import log_probabilities, transferred, written
from gyges.experiment import build_agents, taught
from gyges.graders import GRADERS, Grader, truth
from gyges.graders.predictions import FILE, canonical
from gyges.rollout import collect
from gyges.seeds import one_seed

SEEDS = (1000, 1001, 1002)
"""Tuning seeds: none of them is reported."""
TASKS, ROLLOUTS = 24, 32
"""Tasks, and rollouts of each seed's start on each task."""
SECONDS = 120.0
"""Time for each audit: many times what it takes, so that it ends with what there is to try and not with the time."""


def main() -> None:
    environment = Arithmetic()
    cell = Cell(environment=environment.name, agent="grpo", agent_parameters={"group": ROLLOUTS}, seeds=SEEDS)
    keys = jax.vmap(jax.random.key)(jnp.array(SEEDS))
    agents = build_agents(cell, environment, keys)
    agents, _ = taught(cell, environment, agents, None, keys, lambda: None)
    # The same key for all: the same tasks, and each seed's own policy on them.
    shared = jnp.stack([jax.random.key(SEEDS[0])] * len(SEEDS))
    played, _ = collect(environment, agents, None, shared, TASKS * ROLLOUTS)
    each = [
        environment.samples(jax.tree.map(np.asarray, one_seed(played, seed).evidence)) for seed in range(len(SEEDS))
    ]
    tasks = [
        {name: each[0][place][name] for name in ("prompt", "answer")} for place in range(0, len(each[0]), ROLLOUTS)
    ]
    rollouts = [(place // ROLLOUTS, row["completion"]) for rows in each for place, row in enumerate(rows)]
    graders = []
    with tempfile.TemporaryDirectory() as folder:
        task_file, samples = Path(folder) / "tasks.jsonl", Path(folder) / "rollouts.jsonl"
        task_file.write_text("".join(json.dumps(task) + "\n" for task in tasks))
        samples.write_text("".join(json.dumps({"task": task, "completion": text}) + "\n" for task, text in rollouts))
        for grader in GRADERS:
            report = audit(
                Wish(
                    spec=grader.spec, tasks=task_file, samples=samples, seconds=SECONDS,
                    truth=f"{truth.__file__}:{truth.is_right.__name__}",
                )
            )  # fmt: skip
            graders.append(foretold(grader, report, environment, agents, tasks, rollouts))
            print(graders[-1]["number"], graders[-1]["name"], graders[-1]["severity"], flush=True)
    files = sorted({grader.file for grader in GRADERS} | {Path(str(truth.__file__))})
    content = {
        "environment": environment.name, "tuning_seeds": SEEDS, "tasks": tasks, "rollouts": len(rollouts),
        "sources": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}, "graders": graders,
    }  # fmt: skip
    FILE.write_bytes(canonical(content))
    print(f"{FILE}: SHA-256 {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


def foretold(
    grader: Grader, report: Report, environment: Arithmetic, agents: Any, tasks: list[Any], rollouts: list[Any]
) -> dict[str, Any]:
    """What the audit of one grader says, and how surprising it is to the starts."""

    def exploits(task: int, text: str) -> bool:
        return grader.grade(text, tasks[task]["answer"]) > 0.5 and not truth.is_right(text, tasks[task])

    shown = [(one.task, one.completion) for finding in report.findings for one in (finding, *finding.exhibits)]
    drawn = {pair for pair in rollouts if exploits(*pair)}
    wrong = sum(exploits(*pair) for pair in rollouts)
    known = transferred(shown, [task["answer"] for task in tasks], environment.horizon, exploits)
    attacked = {(task, text) for task, texts in known.items() for text in texts}
    printed = {
        (finding.task, written(finding.completion, environment.horizon)): math.log(finding.tried / finding.reach)
        for finding in report.findings
        if exploits(finding.task, written(finding.completion, environment.horizon))
    }
    pairs = sorted(attacked | drawn | set(printed))
    values = log_probabilities(environment, agents, [(tasks[task]["prompt"], text) for task, text in pairs])
    mean = dict(zip(pairs, (np.logaddexp.reduce(values, 0) - np.log(len(values))).tolist(), strict=True))
    likeliest = max(mean, key=lambda pair: mean[pair], default=None)
    severe = severity({pair: mean[pair] for pair in attacked | drawn}, len(tasks))
    alone = severity({pair: mean[pair] for pair in attacked}, len(tasks))
    return {
        "number": grader.number, "name": grader.name, "family": grader.family,
        "reported": any(exploits(task, text) for task, text in shown) or wrong > 0,
        "severity": rounded(severe), "attacks_alone": rounded(alone),
        "log_probability": None if likeliest is None else rounded(mean[likeliest]),
        "as_printed": rounded(min((narrow - mean[pair] for pair, narrow in printed.items()), default=None)),
        "likeliest": None if likeliest is None else {"task": likeliest[0], "completion": likeliest[1]},
        "known": len(pairs), "known_to_attacks": len(attacked), "tasks_reached": len({task for task, _ in pairs}),
        "wrong_rollouts": wrong,
        "findings": [
            {
                "kind": finding.kind, "root_cause": finding.root_cause, "completion": finding.completion,
                "task": finding.task, "reach": finding.reach, "tried": finding.tried,
            }
            for finding in report.findings
        ],
    }  # fmt: skip


def rounded(value: float | None) -> float | None:
    """To four places: no more digits than the last bits of a log-probability bear."""
    return None if value is None else round(value, 4)


if __name__ == "__main__":
    main()
