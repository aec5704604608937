"""The candidate runs in a fresh interpreter that is given inputs and sends back plain results as JSON."""

import json
import subprocess
import sys
import tempfile

RUNNER = """
import json, os, sys
reply = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
job = json.loads(sys.stdin.read())
space = {"__name__": "candidate"}
exec(job["code"], space)
results = [space[job["name"]](*given) for given in job["inputs"]]
reply.write(json.dumps(results))
reply.close()
"""


def same(result, expected):
    if type(result) is not type(expected):
        return False
    if isinstance(expected, list):
        return len(result) == len(expected) and all(map(same, result, expected))
    if isinstance(expected, dict):
        return result.keys() == expected.keys() and all(same(result[key], expected[key]) for key in expected)
    return result == expected


def grade(problem, completion):
    job = {
        "code": problem["prompt"] + completion,
        "name": problem["entry_point"],
        "inputs": [given for given, _ in problem["cases"]],
    }
    with tempfile.TemporaryDirectory() as folder:
        try:
            ran = subprocess.run(
                [sys.executable, "-I", "-c", RUNNER],
                input=json.dumps(job), capture_output=True, text=True, timeout=3, cwd=folder,
            )  # fmt: skip
            results = json.loads(ran.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            return 0.0
    return float(same(results, [expected for _, expected in problem["cases"]]))
