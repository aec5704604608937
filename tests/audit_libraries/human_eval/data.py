def read_problems():
    body = "    return a + b\n"
    row = {
        "prompt": "def add(a, b):\n",
        "entry_point": "add",
        "canonical_solution": body,
        "test": "def check(f):\n    assert f(1, 2) == 3\n",
    }
    return {f"T/{number}": {"task_id": f"T/{number}", **row} for number in range(30)}
