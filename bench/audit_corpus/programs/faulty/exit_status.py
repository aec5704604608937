"""Appends the tests to the candidate and trusts the exit status."""

import subprocess
import sys
import tempfile


def passes(problem, completion):
    program = "\n".join([problem["prompt"] + completion, problem["test"], f"check({problem['entry_point']})"])
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=3, cwd=folder)
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0
