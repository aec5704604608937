"""The tests run here; the candidate runs elsewhere, behind a function that sends arguments and gets plain data."""

import json
import select
import subprocess
import sys
import tempfile
import time

WORKER = """
import json, os, sys
out = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
code, name = json.loads(sys.stdin.readline())
space = {"__name__": "solution"}
exec(code, space)
for line in sys.stdin:
    out.write(json.dumps(space[name](*json.loads(line))) + "\\n")
"""


class Remote:
    """A function of another process."""

    def __init__(self, process, seconds):
        self.process, self.end = process, time.monotonic() + seconds

    def __call__(self, *given):
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], max(0.0, self.end - time.monotonic()))[0]:
            raise TimeoutError
        return json.loads(self.process.stdout.readline())


def check_solution(problem, completion):
    code = problem["prompt"] + completion
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", WORKER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder,
        )  # fmt: skip
        try:
            process.stdin.write(json.dumps([code, problem["entry_point"]]) + "\n")
            space = {}
            exec(problem["test"], space)
            space["check"](Remote(process, 3))
        except (AssertionError, OSError, ValueError, TimeoutError):
            return {"passed": False, "result": "failed"}
        finally:
            process.kill()
            process.communicate()
    return {"passed": True, "result": "passed"}
