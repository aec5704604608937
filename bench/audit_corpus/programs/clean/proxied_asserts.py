"""Assertions are taken apart here: calls go to a child as data, and the comparison is made in this process."""

import ast
import json
import re
import subprocess
import sys
import tempfile

CHILD = (
    "import json, sys\n"
    "job = json.load(sys.stdin)\n"
    "space = {}\n"
    "exec(job['code'], space)\n"
    "answers = [repr(space[name](*given)) for name, given in job['calls']]\n"
    "print('\\n' + json.dumps(answers))\n"
)


def block(completion):
    found = re.findall(r"```(?:python|py)?\n(.*?)```", completion, re.DOTALL)
    return found[-1] if found else completion


def taken_apart(line):
    test = ast.parse(line).body[0].test
    call, wanted = test.left, test.comparators[0]
    return call.func.id, [ast.literal_eval(item) for item in call.args], ast.literal_eval(wanted)


def mbpp_reward(completion, test_list):
    asked = [taken_apart(line) for line in test_list]
    job = {"code": block(completion), "calls": [[name, given] for name, given, _ in asked]}
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-I", "-c", CHILD], input=json.dumps(job), capture_output=True, text=True, cwd=folder, timeout=3
            )
        answers = [ast.literal_eval(text) for text in json.loads(done.stdout.strip().rpartition("\n")[2])]
    except (subprocess.TimeoutExpired, ValueError, SyntaxError, TypeError):
        return 0.0
    if done.returncode or len(answers) != len(asked):
        return 0.0
    return float(all(repr(answer) == repr(wanted) for answer, (_, _, wanted) in zip(answers, asked)))
