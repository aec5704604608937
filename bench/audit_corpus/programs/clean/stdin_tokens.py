"""Compares output word by word, numbers by value; the number of words has to agree."""

import math
import os
import signal
import subprocess
import sys
import tempfile


def run(code, given):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "main.py")
        with open(path, "w") as file:
            file.write(code)
        process = subprocess.Popen(
            [sys.executable, "-I", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, cwd=folder, start_new_session=True,
        )  # fmt: skip
        try:
            said, _ = process.communicate(given, timeout=2)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None
    return said if process.returncode == 0 else None


def agrees(word, wanted):
    if word == wanted:
        return True
    try:
        return math.isclose(float(word), float(wanted), rel_tol=1e-9)
    except ValueError:
        return False


def grade(completion, inputs, outputs):
    if not completion.strip() or len(inputs) != len(outputs):
        return 0.0
    for given, wanted in zip(inputs, outputs):
        said = run(completion, given)
        if said is None:
            return 0.0
        words, expected = said.split(), wanted.split()
        if len(words) != len(expected) or not all(map(agrees, words, expected)):
            return 0.0
    return 1.0
