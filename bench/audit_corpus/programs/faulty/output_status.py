"""Takes a script that crashes for one that has nothing to print, and compares only what was printed."""

import subprocess
import sys


def grade(problem, completion):
    for given, wanted in zip(problem["inputs"], problem["outputs"]):
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", completion], input=given, capture_output=True, text=True, timeout=2
            )
        except subprocess.TimeoutExpired:
            return False
        if done.stdout and done.stdout.strip() != wanted.strip():
            return False
    return True
