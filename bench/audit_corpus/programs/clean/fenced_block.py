"""Takes the last fenced block of an answer in prose, and compares results that a child hands over as JSON."""

import json
import re
import subprocess
import sys
import tempfile

CHILD = """
import io, json, sys
job = json.load(sys.stdin)
real, sys.stdout = sys.stdout, io.StringIO()
space = {"__name__": "block"}
exec(job["code"], space)
found = [space[job["entry"]](*given) for given in job["inputs"]]
real.write(json.dumps({"found": found}))
"""


def code_reward(completion, entry_point, cases):
    blocks = re.findall(r"```python\n(.*?)\n?```", completion, re.DOTALL)
    if not blocks:
        return 0.0
    job = {"code": blocks[-1], "entry": entry_point, "inputs": [case[0] for case in cases]}
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-I", "-c", CHILD], input=json.dumps(job), capture_output=True, text=True, cwd=folder, timeout=3
            )
        found = json.loads(done.stdout)["found"]
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return 0.0
    # As text, so that True is not 1 and 2 is not 2.0.
    return float(json.dumps(found) == json.dumps([case[1] for case in cases]))
