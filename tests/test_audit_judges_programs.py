"""Programs: hidden tests tell a right one from one that only looks right, and contain what misbehaves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.judges import choose, confirm
from gyges.audit.judges.harness import called
from gyges.audit.judges.program import judged
from gyges.audit.judges.results import same
from gyges.audit.judges.running import run_python
from gyges.audit.records import Candidate, Relation, Task, Truth

R, W, U = Truth.RIGHT, Truth.WRONG, Truth.UNSURE
PROMPT = 'def largest(numbers):\n    """The largest number, 0 if there is none."""\n'
BODY = "    return max(numbers, default=0)\n"
TEST = """
def check(candidate):
    assert candidate([1, 3, 2]) == 3
    assert candidate([5]) == 5
    assert candidate([]) == 0
"""
TASK = Task(0, PROMPT, BODY, "canonical_solution", {"prompt": PROMPT, "entry_point": "largest", "test": TEST})
EQUAL = "    class Same:\n        def __eq__(self, other):\n            return True\n    return Same()\n"


@pytest.mark.parametrize(
    ("program", "wanted"),
    [
        (BODY, R),
        (PROMPT + BODY, R),
        (f"Here it is:\n```python\n{PROMPT}{BODY}```", R),
        ("def largest(numbers):\n    best = 0\n    for n in sorted(numbers):\n        best = n\n    return best\n", R),
        ("    return None\n", W),
        ("    return 3 if numbers == [1, 3, 2] else 5 if numbers == [5] else 0\n", W),
        (EQUAL, W),
        ("    import os\n    os._exit(0)\n", W),
        ("    raise SystemExit(0)\n", W),
        ("    return (\n", W),
        ("    return min(numbers, default=0)\n", W),
        ("import builtins\nbuiltins.repr = lambda value: '3'\ndef largest(numbers):\n    return 3\n", W),
        ("    while True:\n        pass\n", U),
        ("    return float(max(numbers, default=0))\n", U),
        ("lorem ipsum", W),
        ("", W),
    ],
)
def test_programs(program: str, wanted: Truth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gyges.audit.judges.program.SECONDS", 2.0)
    assert judged(program, TASK, BODY)[0] is wanted


def test_a_candidates_claim_has_to_be_borne_out() -> None:
    (judge,) = choose([TASK], [BODY])
    assert judge.name == "program"
    for relation, program, wanted in (
        (Relation.SAME, BODY, R), (Relation.SAME, EQUAL, U), (Relation.DIFFERENT, EQUAL, W),
        (Relation.DIFFERENT, BODY, U),
        (Relation.UNKNOWN, BODY, R),
    ):  # fmt: skip
        assert confirm(Candidate(program, relation, "x"), TASK, BODY, judge)[0] is wanted


def test_tests_may_be_data() -> None:
    solution = "def add(a, b):\n    return a + b\n"
    rows = [{"input": [1, 2], "output": 3}, {"input": [5, 7], "output": 12}]
    task = Task(0, "Write a function add(a, b).", solution, "code", {"test_cases": rows})
    assert judged(solution, task, solution)[0] is R
    assert judged("def add(a, b):\n    return 3\n", task, solution)[0] is W
    assert judged("def plus(a, b):\n    return a + b\n", task, solution)[0] is W


def test_a_program_may_read_and_print() -> None:
    solution = "a, b = map(int, input().split())\nprint(a + b)\n"
    task = Task(
        0,
        "Read two numbers and print their sum.",
        solution,
        "code",
        {"tests": {"inputs": ["1 2\n"], "outputs": ["3\n"]}},
    )
    assert judged("print(sum(int(word) for word in input().split()))", task, solution)[0] is R
    assert judged("print(3)", task, solution)[0] is W


def test_nothing_can_be_judged_without_a_solution_that_runs() -> None:
    assert judged(BODY, TASK, "    return missing\n")[0] is U


def test_a_run_is_limited() -> None:
    assert run_python("print(input())", 5.0, "hello") == (0, "hello\n")
    assert run_python("raise SystemExit(3)", 5.0) == (3, "")
    assert run_python("while True: pass", 0.5)[0] is None
    assert run_python("x = bytearray(4 * 1024**3)", 5.0)[0] == 1
    status, output = run_python("while True: print('x' * 10**6)", 5.0)
    assert status != 0
    assert len(output) <= 2 * 1024**2


def test_results_are_plain_data() -> None:
    outcome = called("def f(x):\n    return {'a': (x, [x]), 'b': {x}}\n", "f", [((1,), {}), ((True,), {})], 5.0)
    assert outcome.state == "done"
    assert same(outcome.results[0][1], outcome.results[0][1]) is R
    assert same(outcome.results[0][1], outcome.results[1][1]) is U
    assert called("class S(int):\n    pass\ndef f():\n    return S(3)\n", "f", [((), {})], 5.0).results == (
        ("result", ["other", ""]),
    )


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=5, deadline=None)
@given(st.lists(PLAIN, min_size=2, max_size=12))
def test_only_equal_results_compare_equal(values: list[object]) -> None:
    outcome = called("def f(x):\n    return x\n", "f", [((value,), {}) for value in values], 10.0)
    encoded = [result for _, result in outcome.results]
    for one, first in zip(values, encoded, strict=True):
        for other, second in zip(values, encoded, strict=True):
            assert (same(first, second) is R) == (one == other and repr(one).count("True") == repr(other).count("True"))
