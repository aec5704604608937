"""Executes the candidate with globals and locals apart, so that its functions do not see each other."""

import json
import subprocess
import sys
import tempfile

CHILD = """
import json, sys
job = json.load(sys.stdin)
out, sys.stdout = sys.stdout, sys.stderr
found = {}
exec(job["code"], {}, found)
json.dump([found[job["name"]](*given) for given in job["inputs"]], out)
"""


def reward(completion, entry_point, cases):
    job = {"code": completion, "name": entry_point, "inputs": [given for given, _ in cases]}
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-I", "-c", CHILD], input=json.dumps(job), capture_output=True, text=True, cwd=folder, timeout=3
            )
    except subprocess.TimeoutExpired:
        return 0.0
    return float(done.returncode == 0 and done.stdout == json.dumps([expected for _, expected in cases]))
