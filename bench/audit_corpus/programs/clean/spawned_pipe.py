"""A spawned process runs the candidate and writes JSON into a pipe; a verdict exists only in this process."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time

CHILD = """
import json, os, sys
write = int(sys.argv[1])
code, name, inputs = json.loads(sys.stdin.read())
space = {}
exec(code, space)
os.write(write, json.dumps([space[name](*given) for given in inputs]).encode() + b"\\n")
"""


def collected(read, seconds):
    data, end = b"", time.monotonic() + seconds
    while not data.endswith(b"\n"):
        if not select.select([read], [], [], max(0, end - time.monotonic()))[0]:
            return None
        part = os.read(read, 1 << 16)
        if not part:
            return None
        data += part
    return data


def verify(problem, completion):
    read, write = os.pipe()
    folder = tempfile.TemporaryDirectory()
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", CHILD, str(write)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, pass_fds=[write], start_new_session=True, cwd=folder.name,
    )  # fmt: skip
    os.close(write)
    inputs = [given for given, _ in problem["cases"]]
    try:
        child.stdin.write(json.dumps([problem["prompt"] + completion, problem["entry_point"], inputs]).encode())
        child.stdin.close()
        data = collected(read, 3)
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
        os.close(read)
        folder.cleanup()
    try:
        answers = json.loads(data) if data else None
    except ValueError:
        return False
    return json.dumps(answers) == json.dumps([expected for _, expected in problem["cases"]])
