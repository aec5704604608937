"""The loop that calls the candidate holds the expected result; types are checked, and the parent sees all results."""

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
results = []
for given, expected in job["cases"]:
    results.append(space[job["name"]](*given))
json.dump(results, out)
"""


def grade(problem, completion):
    job = {"code": completion, "name": problem["entry_point"], "cases": problem["cases"]}
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-I", "-c", CHILD], input=json.dumps(job), capture_output=True, text=True, cwd=folder, timeout=3
            )
    except subprocess.TimeoutExpired:
        return 0.0
    return float(done.returncode == 0 and done.stdout == json.dumps([expected for _, expected in problem["cases"]]))
