"""Takes a script that crashes for one that has nothing to print, and compares only what was printed."""

import subprocess
import sys
import tempfile


def grade(problem, completion):
    for given, wanted in zip(problem["inputs"], problem["outputs"]):
        try:
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [sys.executable, "-I", "-c", completion], input=given, capture_output=True, text=True, cwd=folder, timeout=2
                )
        except subprocess.TimeoutExpired:
            return False
        if done.stdout and done.stdout.strip() != wanted.strip():
            return False
    return True
