"""A worker answers requests that carry a random token each; a reply without the token of its request is no reply."""

import json
import secrets
import subprocess
import sys
import tempfile

WORKER = """
import io, json, os, sys
requests, replies = sys.stdin, os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
sys.stdin = io.StringIO()
code, name = json.loads(requests.readline())
space = {"__name__": "submission"}
exec(code, space)
for line in requests:
    token, given = json.loads(line)
    replies.write(json.dumps([token, space[name](*given)]) + "\\n")
"""


def evaluate(problem: dict, completion: str) -> bool:
    tokens = [secrets.token_hex(8) for _ in problem["cases"]]
    lines = [json.dumps([completion, problem["entry_point"]])]
    lines += [json.dumps([token, given]) for token, (given, _) in zip(tokens, problem["cases"])]
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", WORKER],
                input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=3, cwd=folder,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
    if done.returncode != 0:
        return False
    expected = [json.dumps([token, wanted]) for token, (_, wanted) in zip(tokens, problem["cases"])]
    return done.stdout.splitlines() == expected
