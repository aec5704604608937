"""Only plain functions are let through, by their syntax tree; they run in a child, and results come back as JSON."""

import ast
import json
import subprocess
import sys
import tempfile

REFUSED = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.Global, ast.Nonlocal, ast.AsyncFunctionDef, ast.With, ast.Try)
BUILTINS = (
    "abs all any bool dict divmod enumerate filter float int isinstance len list map max min pow print range reversed "
    "round set sorted str sum tuple zip ValueError"
).split()

RUNNER = """
import builtins, json, sys
job = json.load(sys.stdin)
sys.stdout, out = sys.stderr, sys.stdout
space = {"__builtins__": {name: getattr(builtins, name) for name in job["builtins"]}}
exec(job["code"], space)
json.dump([space[job["name"]](*given) for given in job["inputs"]], out)
"""


def allowed(code):
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, REFUSED):
            return False
        if isinstance(node, ast.Attribute) and (node.attr.startswith("_") or "frame" in node.attr):
            return False
        if isinstance(node, ast.Name) and node.id.startswith("__"):
            return False
    return all(isinstance(node, (ast.FunctionDef, ast.Assign, ast.Expr)) for node in tree.body)


def reward(completion: str, entry_point: str, cases: list) -> float:
    if not allowed(completion):
        return 0.0
    job = {"code": completion, "name": entry_point, "inputs": [given for given, _ in cases], "builtins": BUILTINS}
    try:
        with tempfile.TemporaryDirectory() as folder:
            ran = subprocess.run(
                [sys.executable, "-I", "-c", RUNNER], input=json.dumps(job), capture_output=True, text=True, cwd=folder, timeout=3
            )
    except subprocess.TimeoutExpired:
        return 0.0
    wanted = json.dumps([expected for _, expected in cases])
    return 1.0 if ran.returncode == 0 and ran.stdout == wanted else 0.0
