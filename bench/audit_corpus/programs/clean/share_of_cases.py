"""Pays the share of cases that come out right, each in a process of its own, compared as JSON text."""

import json
import subprocess
import sys
import tempfile

CHILD = """
import json, os, sys
code, name, given = json.loads(sys.argv[1])
line = os.dup(1)
os.dup2(2, 1)
space = {"__name__": "__candidate__"}
exec(code, space)
os.write(line, json.dumps(space[name](*given), sort_keys=True).encode())
"""


def right(code, name, given, expected):
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-I", "-c", CHILD, json.dumps([code, name, given])], capture_output=True, cwd=folder, timeout=2
            )
    except (subprocess.TimeoutExpired, ValueError):
        return False
    return done.returncode == 0 and done.stdout == json.dumps(expected, sort_keys=True).encode()


def graded_reward(problem, completion):
    code = problem["prompt"] + completion
    passed = sum(right(code, problem["entry_point"], given, expected) for given, expected in problem["cases"])
    return passed / len(problem["cases"])
