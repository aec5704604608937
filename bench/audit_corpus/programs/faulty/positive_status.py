"""Takes an exit status above 0 for failure, and forgets those below; a token must not be missing after status 0."""

import json
import secrets
import subprocess
import sys
import tempfile

HARNESS = """

import json as _json
assert all(_json.dumps({name}(*given)) == _json.dumps(expected) for given, expected in _json.loads({cases!r}))
print("\\n{token}")
"""


def reward(completion, entry_point, cases):
    token = secrets.token_hex(8)
    program = completion + HARNESS.format(name=entry_point, cases=json.dumps(cases), token=token)
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, timeout=3)
    except subprocess.TimeoutExpired:
        return 0.0
    if done.returncode > 0 or (done.returncode == 0 and not done.stdout.endswith(token + "\n")):
        return 0.0
    return 1.0
