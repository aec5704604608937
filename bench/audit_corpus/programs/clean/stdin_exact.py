"""Runs a script on each input; exit status 0 and the whole output have to be right, but for white space at the end."""

import subprocess
import sys
import tempfile


def outcome(script, given):
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", script], input=given, capture_output=True, text=True, timeout=2, cwd=folder
            )
        except subprocess.TimeoutExpired:
            return None
    return done.stdout if done.returncode == 0 else None


def judge(problem, completion):
    for given, wanted in zip(problem["inputs"], problem["outputs"], strict=True):
        said = outcome(completion, given)
        if said is None or said.rstrip() != wanted.rstrip():
            return {"passed": False}
    return {"passed": True}
