"""One fresh process for each case; the parent alone knows what is expected."""

import json
import subprocess
import sys
import tempfile

CHILD = """
import json, sys
code, name, given = json.load(sys.stdin)
space = {}
exec(compile(code, "candidate.py", "exec"), space)
result = space[name](*given)
print()
print(json.dumps({"type": type(result).__name__, "result": result}))
"""


def run_case(code, name, given):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-I", "-c", CHILD],
            input=json.dumps([code, name, given]), capture_output=True, text=True, timeout=2, cwd=folder,
        )  # fmt: skip
    if done.returncode != 0:
        raise ValueError(done.stderr)
    return json.loads(done.stdout.rstrip("\n").rpartition("\n")[2])


def score_program(completion, entry_point, cases):
    for given, expected in cases:
        try:
            said = run_case(completion, entry_point, given)
            if not isinstance(said, dict) or said.get("type") != type(expected).__name__:
                return 0
            if json.dumps(said["result"], sort_keys=True) != json.dumps(expected, sort_keys=True):
                return 0
        except Exception:
            return 0
    return 1
