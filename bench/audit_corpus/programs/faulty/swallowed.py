"""Counts wrong results as failures, and lets a candidate that raises go on to the next case."""

import json
import subprocess
import sys
import tempfile

CHILD = """
import json, sys
job = json.load(sys.stdin)
space, answers = {}, []
try:
    exec(job["code"], space)
except Exception:
    pass
for given in job["inputs"]:
    try:
        answers.append([space[job["name"]](*given)])
    except Exception:
        answers.append([])
print(json.dumps(answers))
"""


def score(problem, completion):
    job = {"code": completion, "name": problem["entry_point"], "inputs": [given for given, _ in problem["cases"]]}
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-c", CHILD], input=json.dumps(job), capture_output=True, text=True, cwd=folder, timeout=3
            )
        answers = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return 0.0
    if not isinstance(answers, list):
        return 0.0
    failures = 0
    for answer, (_, expected) in zip(answers, problem["cases"]):
        if answer and json.dumps(answer[0]) != json.dumps(expected):
            failures += 1
    return 0.0 if failures else 1.0
