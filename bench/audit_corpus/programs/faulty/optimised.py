"""Runs assertions with -O, which leaves them out; a token at the end shows that the program came through."""

import secrets
import subprocess
import sys
import tempfile


def reward(completion, test_list):
    token = secrets.token_hex(8)
    program = completion + "\n" + "\n".join(test_list) + f"\nprint('\\n{token}')"
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True, cwd=folder, timeout=3)
    except subprocess.TimeoutExpired:
        return 0.0
    return float(done.returncode == 0 and done.stdout.endswith(f"\n{token}\n"))
