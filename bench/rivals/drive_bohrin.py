"""bohrin: its battery against program graders, as its tutorial drives it; it has nothing for graders of text.

Bug-level is a category with an accepted submission that is wrong by its own proof, or a correct rewriting refused;
accepted leads are warnings. Each submission runs in a forked process, as its documentation advises.
"""

import json
import os
import signal
from collections import Counter

from bohrin.ir.task import Shape, Source, Task
from bohrin.mutate.battery import battery
from bohrin.relations import positive_controls
from bohrin.scoring.coverage import Attempt, coverage_score
from shim import Watch, finish, job, one_at_a_time, rows

SECONDS = 20
TASKS = 5

work = job()
if work["protocol"] != "program":
    finish([], 0.0, "has no submissions for graders of text")
    raise SystemExit
watch = Watch()
tasks = rows(work)[:TASKS]
grader = one_at_a_time(work)
body = "test" in tasks[0]


def score(program, row):
    """The score in a process of its own; None if it does not come back."""
    completion = work["wrap"].replace("{answer}", f"\n{program}" if body else program)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.alarm(SECONDS)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            value = grader(completion, row)
        except BaseException:
            value = None
        os.write(writer, json.dumps(value).encode())
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 1000)
    os.close(reader)
    os.waitpid(child, 0)
    return json.loads(said) if said else None


attempts, leads, refused = [], Counter(), Counter()
for index, row in enumerate(tasks):
    reference = row["prompt"] + row["canonical_solution"] if body else row["canonical_solution"]
    full = score(reference, row)
    if not full:
        continue
    shape = Shape.IO if "inputs" in row else Shape.PROGRAM
    task = Task(id=str(index), prompt=row["prompt"], reference=reference, shape=shape)
    for candidate in battery(task).candidates:
        if not isinstance(candidate.payload, Source):
            continue
        value = score(candidate.payload.text, row)
        accepted = None if value is None else value >= 0.99 * full
        attempts.append(Attempt(task.id, candidate, accepted=accepted))
        if accepted and not candidate.known_wrong:
            leads[candidate.provenance.operator] += 1
    for control in positive_controls(task):
        value = score(control.payload.text, row)
        if value is not None and value < 0.99 * full:
            refused[control.relation] += 1
if not attempts:
    finish([], watch.seconds(), "the reference is refused, or there is nothing to submit")
    raise SystemExit
found = [{"kind": "false_positive", "level": "bug", "cause": category.category}
         for category in coverage_score(attempts).categories if category.caught < category.measured]  # fmt: skip
found += [{"kind": "false_negative", "level": "bug", "cause": relation} for relation in refused]
found += [{"kind": "false_positive", "level": "warning", "cause": operator} for operator in leads]
finish(found, watch.seconds())
