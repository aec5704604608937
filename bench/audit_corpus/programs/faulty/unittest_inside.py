"""`unittest` in the candidate's own interpreter; a token is printed if the run was successful."""

import secrets
import subprocess
import sys
import tempfile

HARNESS = """

import sys as _sys
import unittest as _unittest
class _Cases(_unittest.TestCase):
    def test_cases(self):
        for given, expected in {cases!r}:
            result = {name}(*given)
            self.assertIs(type(result), type(expected))
            self.assertEqual(result, expected)
_result = _unittest.TestResult()
_Cases("test_cases").run(_result)
if _result.testsRun == 1 and _result.wasSuccessful():
    _sys.stdout.write("\\n{token}")
"""


def reward(problem, completion):
    token = secrets.token_hex(8)
    program = completion + HARNESS.format(name=problem["entry_point"], cases=problem["cases"], token=token)
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, timeout=3)
    except subprocess.TimeoutExpired:
        return 0.0
    return float(done.returncode == 0 and done.stdout.rpartition("\n")[2] == token)
