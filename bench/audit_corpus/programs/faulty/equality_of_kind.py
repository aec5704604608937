"""Checks `isinstance` before it compares, in the candidate's process."""

import json
import subprocess
import sys
import tempfile

HARNESS = """

import json as _json, sys as _sys
def _right():
    for given, expected in _json.loads({cases!r}):
        result = {name}(*given)
        if not isinstance(result, type(expected)) or result != expected:
            return False
    return True
_sys.stderr.write("\\n{token}" if _right() else "\\nno")
"""


def reward(completion, entry_point, cases):
    import secrets

    token = secrets.token_hex(8)
    program = completion + HARNESS.format(cases=json.dumps(cases), name=entry_point, token=token)
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, timeout=3)
    except subprocess.TimeoutExpired:
        return 0.0
    return float(done.returncode == 0 and done.stderr.rpartition("\n")[2] == token)
