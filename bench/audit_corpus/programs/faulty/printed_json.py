"""The harness prints its verdict as JSON; the first line that is JSON counts."""

import json
import subprocess
import sys
import tempfile

HARNESS = """
import json
passed = True
for line in {tests!r}:
    try:
        exec(line)
    except Exception:
        passed = False
print(json.dumps({{"passed": passed}}))
"""


def evaluate(problem, completion):
    program = completion + HARNESS.format(tests=problem["test_list"])
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, timeout=3)
    except subprocess.TimeoutExpired:
        return {"passed": False}
    for line in done.stdout.splitlines():
        try:
            verdict = json.loads(line)
        except ValueError:
            continue
        if isinstance(verdict, dict):
            return {"passed": bool(verdict.get("passed"))}
    return {"passed": False}
