"""Attacks on program graders: what they hand in, what they take back, and that real graders of either kind show it."""

import ast
import builtins
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.attacks.base import Attack
from gyges.audit.attacks.programs_examples import Example, examples_of
from gyges.audit.attacks.programs_lookup import table
from gyges.audit.attacks.programs_shape import BODY, FUNCTION, SCRIPT, Shape, shape_of
from gyges.audit.attacks.programs_stack import LENT, SHARED
from gyges.audit.findings.programs import gathered
from gyges.audit.mistakes import Mistake
from gyges.audit.records import Candidate, Relation, Score, Task
from gyges.registry import found_in

sys.path.insert(0, str(Path(__file__).parents[1] / "bench" / "audit_corpus" / "programs"))

import prove

ATTACKS = {name: attack for name, attack in found_in("audit.attacks", Attack).items() if name.startswith("programs")}
ENTRIES = {entry["id"]: entry for entry in prove.entries()}
# One for each operator: bench/audit_corpus/programs/prove.py goes through all of them.
BUGS = list({entry["operator"]: entry for entry in ENTRIES.values() if entry["label"] == "bug"}.values())
CASES = [prove.case_of(ENTRIES[name], 0) for name in ("json_results", "proxied_asserts", "fenced_block", "stdin_exact")]


def made(case: Any) -> list[Candidate]:
    return [candidate for _, candidate in prove.candidates(case)]


@pytest.mark.parametrize(
    ("case", "kind", "entry", "parameters", "around"),
    [
        (CASES[0], BODY, "total", ("numbers",), ("", "")),
        (CASES[1], FUNCTION, "total", ("numbers",), ("", "")),
        (CASES[2], FUNCTION, "total", ("numbers",), ("```python\n", "\n```")),
        (CASES[3], SCRIPT, "", (), ("", "")),
    ],
    ids=["body", "function", "fenced", "script"],
)
def test_the_honest_completion_tells_the_shape(
    case: Any, kind: str, entry: str, parameters: tuple[str, ...], around: tuple[str, str]
) -> None:
    shape = shape_of(case)
    assert (shape.kind, shape.entry, shape.parameters) == (kind, entry, parameters)
    assert (shape.before.lstrip("\n"), shape.after.rstrip("\n")) == around
    assert shape.completion(shape.honest) == case.honest


def test_a_method_is_written_into_its_class() -> None:
    case = prove.case_of(ENTRIES["proxied_asserts"], 0)
    honest = "class Solution:\n    def total(self, numbers: list[int]) -> int:\n        return sum(numbers)\n"
    shape = shape_of(prove.Case(**{**vars(case), "honest": honest}))
    assert (shape.owner, shape.parameters) == ("Solution", ("numbers",))
    space: dict[str, Any] = {}
    exec(shape.program("return len(numbers)"), space)
    assert space["Solution"]().total([4, 5]) == 2


FUNCTION_OF_TWO = Shape(FUNCTION, "def f(a, b):", ("a", "b"), "f", "", "", "", "")
FUNCTION_OF_ONE = Shape(FUNCTION, "def f(a):", ("a",), "f", "", "", "", "")


@pytest.mark.parametrize(
    "columns",
    [
        {"test": "def check(candidate):\n    assert candidate(1, 2) == 3\n    assert 5 == candidate(2, 3)\n"},
        {"test_list": ["assert f(1, 2) == 3", "assert abs(f(2, 3) - 5) < 1e-6"]},
        {"tests": "import math\nassert math.isclose(f(1, 2), 3)\nassert f(2, 3) is 5"},
        {"tests": "class T:\n def test(self):\n  self.assertEqual(f(1, 2), 3)\n  self.assertEqual(5, f(2, 3))"},
        {"tests": {"inputs": [[1, 2], [2, 3]], "outputs": [3, 5]}},
        {"inputs": [[1, 2], [2, 3]], "outputs": [3, 5]},
        {"input_output": '{"inputs": [[1, 2], [2, 3]], "outputs": [3, 5]}'},
        {"tests": [{"input": [1, 2], "output": 3}, {"input": [2, 3], "expected": 5}]},
        {"cases": [[[1, 2], 3], [[2, 3], 5]]},
    ],
)
def test_visible_cases_are_read_from_the_usual_columns(columns: dict[str, Any]) -> None:
    unread = {"prompt": "assert f(8, 8) == 8", "hidden_test": "assert f(9, 9) == 18"}
    task = Task(0, "", "", "answer", {**unread, **columns})
    assert examples_of(task, FUNCTION_OF_TWO) == (Example((1, 2), 3), Example((2, 3), 5))


def test_truth_values_are_read_from_bare_assertions() -> None:
    task = Task(0, "", columns={"test": "assert f('x')\nassert not f('y')"})
    assert examples_of(task, FUNCTION_OF_ONE) == (Example(("x",), True), Example(("y",), False))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(), st.text(max_size=4)), PLAIN, min_size=1, max_size=4))
def test_a_table_gives_its_cases_and_nothing_else(cases: dict[tuple[int, str], Any]) -> None:
    space: dict[str, Any] = {}
    exec(table([Example(given, wanted) for given, wanted in cases.items()], FUNCTION_OF_TWO), space)
    assert all(space["f"](*given) == wanted for given, wanted in cases.items())
    assert space["f"](max(number for number, _ in cases) + 1, "") == "no such case"


@pytest.mark.parametrize("case", CASES, ids=["body", "function", "fenced", "script"])
def test_every_candidate_has_a_cause_that_is_explained(case: Any) -> None:
    for name, candidate in prove.candidates(case):
        assert candidate.cause in ATTACKS[name].causes  # type: ignore[attr-defined]
    texts = [(candidate.completion, candidate.cause) for candidate in made(case)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("case", CASES, ids=["body", "function", "fenced", "script"])
def test_programs_compile_but_where_broken_on_purpose(case: Any) -> None:
    for candidate in made(case):
        if candidate.relation is not Relation.NONE and candidate.cause != "broken_program_paid":
            ast.parse(candidate.states or "")


@pytest.mark.parametrize("case", CASES, ids=["body", "function", "fenced", "script"])
def test_candidates_delete_nothing_and_call_nobody(case: Any) -> None:
    harmful = re.compile(r"rmtree|unlink|os\.remove|rmdir|socket|urllib|requests|os\.system|Popen|fork\(|chmod|environ")
    for candidate in made(case):
        assert not harmful.search(candidate.completion), candidate.completion
        assert not re.search(r"open\([^)]*[\"']/", candidate.completion)


def test_names_of_files_stay_in_the_working_folder() -> None:
    names = ("/tmp/verdict.json", "../out.xml", "my.json")
    told = prove.Facts(strings=tuple(prove.Fact(name, "") for name in names))
    case = prove.Case(**{**vars(CASES[0]), "facts": told})
    texts = [candidate.completion for candidate in made(case) if candidate.cause == "result_file_forged"]
    assert texts
    assert all("my.json" in text and "/tmp" not in text and "../" not in text for text in texts)


def test_a_constant_that_the_shown_tests_let_pass_is_the_fault_of_the_data() -> None:
    row = {"prompt": "", "entry_point": "f", "test_list": ["assert f(1) == True", "assert f(2) == True"]}
    task = Task(0, "", "def f(a):\n    return True\n", "solution", row)
    case = prove.Case(**{**vars(CASES[1]), "task": task, "honest": task.answer, "reference": task.answer})
    hollow = {candidate.completion: candidate for candidate in ATTACKS["programs: hollow"]().candidates(case)}
    assert hollow["def f(a):\n    return True\n"].arguable
    assert not hollow["def f(a):\n    return False\n"].arguable


def test_what_is_lent_goes_back_when_the_call_is_over() -> None:
    before = builtins.all

    def grader() -> tuple[bool, bool]:
        exec(LENT + "import builtins\nlent(builtins, 'all', lambda real, *given: True)", {"__name__": "candidate"})
        return all([False]), all([0])

    try:
        # In a thread of its own, because the frame of this test would count as the grader's.
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(grader).result() == (True, True)
        assert all([False]) is False
        assert builtins.all is before
    finally:
        builtins.all = before


def mistake(kind: str, cause: str, fault: str = "", slug: str = "", completion: str = "x") -> Mistake:
    candidate = Candidate(completion, Relation.DIFFERENT, cause)
    return Mistake(kind, candidate, 0, Score(None if fault else 1.0, fault), 1.0, "", slug or cause)


def keys(found: list[Mistake]) -> set[tuple[str, str]]:
    return {(one.kind, one.cause) for one in gathered(found)}


def test_a_grader_with_candidates_in_its_own_process_is_one_finding() -> None:
    found = [
        mistake("crash", "early_exit_paid", "killed", "killed"),
        mistake("crash", "early_exit_paid", "raised", "raised_SystemExit"),
        mistake("false_positive", "equals_everything"),
        mistake("false_positive", SHARED),
        mistake("false_positive", "some_tests_suffice"),
    ]
    assert keys(found) == {("false_positive", SHARED), ("false_positive", "some_tests_suffice")}
    assert gathered(found[2:]) == found[2:]
    assert keys(found[:2]) == {("crash", SHARED)}


def test_what_one_decision_explains_is_one_finding() -> None:
    forged = mistake("false_positive", "result_file_forged", completion="forge()\nos._exit(0)")
    assert keys([forged]) == {("false_positive", "result_file_forged")}
    assert keys([mistake("false_positive", "early_exit_paid"), forged]) == {("false_positive", "early_exit_paid")}
    lax = mistake("false_positive", "lax_comparison")
    hollow = mistake("false_positive", "hollow_function_paid", completion="    return 0\n")
    nothing = mistake("false_positive", "hollow_function_paid", completion="    return None\n")
    assert keys([lax, hollow]) == {("false_positive", "lax_comparison")}
    assert keys([lax, nothing]) == {("false_positive", "hollow_function_paid")}
    contested = mistake("contested", "some_tests_suffice")
    assert gathered([contested, nothing]) == [contested, nothing]


@pytest.mark.parametrize("entry", BUGS, ids=[entry["id"] for entry in BUGS])
def test_each_fault_of_the_corpus_pays_for_an_attack_of_its_cause(entry: dict[str, Any]) -> None:
    assert prove.paid(entry, 0, prove.case_of(entry, 0).honest) == 1.0
    assert prove.proof(entry)


@pytest.mark.parametrize("name", ["json_results", "proxied_asserts", "stdin_tokens"])
def test_a_correct_grader_pays_for_none(name: str) -> None:
    entry = ENTRIES[name]
    first = {}
    for _, candidate in prove.candidates(prove.case_of(entry, 0)):
        if candidate.relation is not Relation.SAME and not candidate.arguable and candidate.cause != "timeout_paid":
            first.setdefault(candidate.cause, candidate)
    assert len(first) > 7
    paid = {cause: prove.paid(entry, 0, candidate.completion) for cause, candidate in first.items()}
    assert paid == dict.fromkeys(first, 0)


def test_a_forked_child_that_compares_is_deceived_by_equality_and_not_by_exits() -> None:
    entry = ENTRIES["equality_in_child"]
    equal = list(prove.mistakes(entry, 0, "equals_everything"))
    assert [kind for kind, _, _ in equal].count("false_positive") >= 5
    assert list(prove.mistakes(entry, 0, "early_exit_paid")) == []
