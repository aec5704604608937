"""Inspect: scorers of the library, and a user's own."""

import pytest

ROWS = [{"prompt": "1 + 41?", "answer": "42"}, {"prompt": "1 + 1?", "answer": "2"}]
MINE = """
from inspect_ai.scorer import CORRECT, INCORRECT, Score, Target, accuracy, mean, scorer
from inspect_ai.solver import TaskState
@scorer(metrics=[accuracy()])
def exact(strict: bool = True):
    async def score(state: TaskState, target: Target) -> Score:
        said = state.output.completion if strict else state.output.completion.strip()
        return Score(value=CORRECT if said == target.text else INCORRECT)
    return score
@scorer(metrics={"right": [mean()], "form": [mean()]})
def several():
    async def score(state: TaskState, target: Target) -> Score:
        return Score(value={"right": state.output.completion == target.text, "form": "P"})
    return score
"""


@pytest.mark.parametrize("name", ["match", "includes", "exact"])
def test_scorers_of_the_library(grader, name):
    graded = grader(f"inspect_ai.scorer:{name}", rows=ROWS)
    assert graded.opened.protocol == "inspect"
    assert graded.scores("42", "41") == [1.0, 0.0]
    assert any("inspect_ai/scorer" in file for file in graded.opened.files)


def test_scorers_that_take_options(grader):
    graded = grader("inspect_ai.scorer:pattern", rows=ROWS, pattern=r"is (\d+)")
    assert graded.scores("It is 42", "It is 41", "42") == [1.0, 0.0, 0.0]


def test_choices_are_marked_as_the_solver_does(grader):
    rows = [{"prompt": "Which?", "choices": ["one", "two"], "target": "B"}]
    graded = grader("inspect_ai.scorer:choice", rows=rows)
    assert graded.scores("ANSWER: B", "ANSWER: A", "two") == [1.0, 0.0, 0.0]


def test_scorers_of_the_users_own(grader):
    assert grader("mine.py:exact", MINE, ROWS).scores("42", " 42") == [1.0, 0.0]
    assert grader("mine.py:exact", MINE, ROWS, strict=False).scores(" 42") == [1.0]
    assert grader("mine.py:several", MINE, ROWS).scores("42", "41") == [0.75, 0.25]
    assert grader("mine.py:several", MINE, ROWS, key="right").scores("42") == [1.0]
