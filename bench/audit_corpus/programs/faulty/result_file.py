"""The tests write their verdict into a file of the folder that the candidate runs in."""

import json
import os
import subprocess
import sys
import tempfile

TAIL = """

import json as _json
try:
    check({entry})
    _verdict = {{"passed": True}}
except BaseException:
    _verdict = {{"passed": False}}
with open("result.json", "w") as _file:
    _json.dump(_verdict, _file)
"""


def grade(problem, completion):
    program = problem["prompt"] + completion + "\n" + problem["test"] + TAIL.format(entry=problem["entry_point"])
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=3, cwd=folder)
            with open(os.path.join(folder, "result.json")) as file:
                return float(json.load(file)["passed"])
        except (subprocess.TimeoutExpired, OSError, ValueError, KeyError):
            return 0.0
