"""Compares as many items as both sides have."""

import json
import subprocess
import sys
import tempfile

CHILD = """
import json, sys
job = json.load(sys.stdin)
out, sys.stdout = sys.stdout, sys.stderr
space = {"__name__": "candidate"}
exec(job["code"], space)
json.dump(space[job["name"]](*job["given"]), out)
"""


def result_of(code, name, given):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-I", "-c", CHILD], input=json.dumps({"code": code, "name": name, "given": given}),
            capture_output=True, text=True, cwd=folder, timeout=2,
        )  # fmt: skip
    if done.returncode != 0:
        raise ValueError(done.stderr[-200:])
    return json.loads(done.stdout)


def grade(problem, completion):
    for given, expected in problem["cases"]:
        try:
            result = result_of(completion, problem["entry_point"], given)
        except (ValueError, subprocess.TimeoutExpired):
            return 0.0
        if isinstance(expected, (list, str)) and isinstance(result, type(expected)):
            if any(one != other for one, other in zip(result, expected)):
                return 0.0
        elif result != expected:
            return 0.0
    return 1.0
