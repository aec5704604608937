"""Compares as many lines as were printed."""

import subprocess
import sys
import tempfile


def printed(code, given):
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-I", "-c", code], input=given, capture_output=True, text=True, cwd=folder, timeout=2
            )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def grade(completion, inputs, outputs):
    for given, wanted in zip(inputs, outputs):
        said = printed(completion, given)
        if said is None:
            return 0.0
        if any(a.strip() != b.strip() for a, b in zip(said.splitlines(), wanted.splitlines())):
            return 0.0
    return 1.0
