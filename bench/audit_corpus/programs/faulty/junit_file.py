"""Reads the verdict from results.xml, which the runner in the candidate's process is to write."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

RUNNER = """
import json, sys
from solution import {name}
failures = 0
for given, expected in json.loads({cases!r}):
    try:
        failures += json.dumps({name}(*given)) != json.dumps(expected)
    except Exception:
        failures += 1
with open("results.xml", "w") as file:
    file.write(f'<testsuite tests="1" failures="{{failures}}" errors="0"/>')
"""


def reward(problem, completion):
    import json

    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "solution.py"), "w") as file:
            file.write(completion)
        runner = RUNNER.format(name=problem["entry_point"], cases=json.dumps(problem["cases"]))
        try:
            subprocess.run([sys.executable, "-c", runner], capture_output=True, timeout=3, cwd=folder)
            report = tree.parse(os.path.join(folder, "results.xml")).getroot()
        except (subprocess.TimeoutExpired, OSError, tree.ParseError):
            return 0.0
    suite = report if report.tag == "testsuite" else report[0]
    return float(suite.get("failures") == "0" and suite.get("errors") == "0")
