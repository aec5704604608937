"""A `unittest` case in this process, whose subject is a program in another one."""

import json
import subprocess
import sys
import tempfile
import unittest

CHILD = """
import json, sys
job = json.load(sys.stdin)
space = {}
exec(job["code"], space)
print("\\n" + json.dumps(space[job["name"]](*job["given"])))
"""


def call(code, name, given):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-I", "-c", CHILD], input=json.dumps({"code": code, "name": name, "given": given}),
            capture_output=True, text=True, cwd=folder, timeout=2, check=True,
        )  # fmt: skip
    return json.loads(done.stdout.strip().rpartition("\n")[2])


def grade(problem, completion):
    class Cases(unittest.TestCase):
        def test_cases(self):
            for given, expected in problem["cases"]:
                result = call(completion, problem["entry_point"], given)
                self.assertIs(type(result), type(expected))
                self.assertEqual(result, expected)

    result = unittest.TestResult()
    Cases("test_cases").run(result)
    return 1.0 if result.testsRun == 1 and result.wasSuccessful() else 0.0
