"""Rows of a task file become tasks, and references become bare answers."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.targets.answers import bare, boxed
from gyges.audit.targets.base import TargetError
from gyges.audit.targets.rows import ANSWERS, PROMPTS, rows_to_tasks


@pytest.mark.parametrize("prompt", PROMPTS[:6])
@pytest.mark.parametrize("answer", ANSWERS[:8])
def test_usual_columns_are_found(prompt, answer):
    (task,), notes = rows_to_tasks([{prompt: "1 + 1?", answer: "2", "more": [1]}])
    assert (task.prompt, task.answer, task.answer_column, notes) == ("1 + 1?", "2", answer, [])
    assert task.columns == {prompt: "1 + 1?", answer: "2", "more": [1]}


def test_named_columns_come_first():
    rows = [{"prompt": "p", "ask": "q", "answer": "short", "solution": "long", "key": "k"}]
    assert rows_to_tasks(rows)[0][0].answer == "short"
    assert rows_to_tasks(rows, named=("solution",))[0][0].answer == "long"
    task = rows_to_tasks(rows, prompt="ask", answer="key")[0][0]
    assert (task.prompt, task.answer, task.answer_column) == ("q", "k", "key")


def test_a_column_is_not_both_prompt_and_answer():
    (task,), _ = rows_to_tasks([{"text": "2", "prompt": "p"}], answer="prompt")
    assert (task.prompt, task.answer) == ("2", "p")


def test_chat_prompts_are_read():
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1 + 1?"}]
    (task,), _ = rows_to_tasks([{"messages": turns, "answer": 2}])
    assert task.prompt == turns
    assert task.text == "Be brief.\n1 + 1?"


def test_the_layout_of_verl_is_read():
    row = {
        "prompt": "1 + 1?",
        "data_source": "sums",
        "reward_model": {"style": "rule", "ground_truth": "2"},
        "extra_info": {},
    }
    (task,), _ = rows_to_tasks([row])
    assert (task.answer, task.answer_column) == ("2", "ground_truth")
    assert task.columns["reward_model"] == row["reward_model"]


def test_tasks_without_prompt_or_reference_are_noted():
    (task,), notes = rows_to_tasks([{"thing": 1}])
    assert (task.prompt, task.answer) == ("", None)
    assert "--prompt-column" in notes[0]
    assert "--answer-column" in notes[1]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "there are no tasks"),
        ([{"prompt": "p", "answer": 1}, {"prompt": "p", "gold": 2}],
         "row 2 has no column 'answer', which is the answer; its columns are prompt, gold"),
        ([{"prompt": "p", "answer": 1}, {"answer": 2}],
         r"row 2 has no column 'prompt', which is the prompt.*--prompt-column"),
        ([{"prompt": "p"}, ["p"]], r"row 2 is a list; one JSON object a row"),
        ([{"prompt": 3, "answer": 1}], r"row 1 has a number as its prompt \(column 'prompt'\)"),
        ([{"prompt": [{"role": "user"}], "answer": 1}], "row 1 has a list as its prompt"),
    ],
)  # fmt: skip
def test_errors_name_the_row_and_what_it_lacks(rows, said):
    with pytest.raises(TargetError, match=said):
        rows_to_tasks(rows)


def test_a_column_that_the_user_named_must_be_there():
    with pytest.raises(TargetError, match="row 1 has no column 'gold'"):
        rows_to_tasks([{"prompt": "p", "answer": 1}], answer="gold")


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("Natalia sold 48/2 = 24 clips.\n#### 72", "72"),
        ("#### 1,234", "1,234"),
        ("First #### 3\nthen\n#### 4", "4"),
        (r"So $x = 2$, and \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"\boxed{1} and then \boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{\text{(A}", r"\boxed{\text{(A}"),
        ("<think>2</think><answer> 4 </answer>", "4"),
        (r"<answer>\boxed{7}</answer>", "7"),
        ("The answer is X.", "X"),
        ("It rains. Thus, the final answer is: 3.5.", "3.5"),
        ("Answer: (C)", "(C)"),
        (["4", "four"], "4"),
        ([r"\boxed{4}"], "4"),
        ([1, 2], "[1, 2]"),
        (42, "42"),
        (3.0, "3"),
        (0.5, "0.5"),
        (True, "True"),
        (None, ""),
        ({"ground_truth": "#### 5"}, "5"),
        ({"x": 1}, '{"x": 1}'),
        ({"roles": "Ann is a knave\nBob is a knight"}, "Ann is a knave\nBob is a knight"),
        ('"quoted"', "quoted"),
        ('["a", "b"]', '["a", "b"]'),
        ("$42$", "$42$"),
        ("Paris", "Paris"),
        ("They asked what the answer is and left", "They asked what the answer is and left"),
        (
            "    if x: # #### 3\n        return 1\n    return 2\n",
            "    if x: # #### 3\n        return 1\n    return 2\n",
        ),
    ],
)
def test_the_bare_answer(reference, answer):
    assert bare(reference) == answer


balanced = st.recursive(
    st.text("abc12 +", max_size=5),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "{" + "".join(parts) + "}"),
)


@settings(deadline=None)
@given(balanced, st.text("xyz .", max_size=10))
def test_a_box_gives_back_what_was_put_into_it(inside, around):
    assert boxed(f"{around}\\boxed{{{inside}}}{around}") == inside.strip()


@settings(deadline=None)
@given(st.text("abc 123+-*/.,", max_size=30))
def test_a_text_without_a_marker_is_the_answer(text):
    assert bare(text) == text.strip()


@settings(deadline=None)
@given(st.integers() | st.booleans() | st.lists(st.integers(), max_size=4))
def test_plain_values_keep_their_meaning(value):
    assert json.loads(bare(value).replace("True", "true").replace("False", "false")) == value
