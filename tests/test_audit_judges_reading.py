"""The reader of whole completions, and what a candidate's claim is worth."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.judges import choose, confirm, load_own
from gyges.audit.judges.reading import final, read
from gyges.audit.records import Candidate, Relation, Task, Truth
from gyges.faults import Fault

R, W, U = Truth.RIGHT, Truth.WRONG, Truth.UNSURE
PROMPT = "A bakery sold 48 cakes in the morning and five times as many later. How many in total?"


def reading(completion: str, reference: str, prompt: str = PROMPT) -> Truth:
    task = Task(0, prompt, reference, "answer")
    return read(completion, task, reference, choose([task], [reference])[0]).gives


GIVEN = [
    "288", "288.", "**288**", "The answer is 288.", "#### 288", "\\boxed{288}", "<answer>288</answer>", "Answer: 288",
    "<think>maybe 289</think>The answer is 288", "48 + 240 = 288", "So the total is 288 cakes.",
    "It's not 290; it is 288.",
    "**Final Answer**\n\n288", "The answer is 289. No wait, that is wrong.\nThe answer is 288.", '{"answer": 288}',
    "First, 48 * 5 = 240 cakes later. Then 48 + 240 = 288. The final answer is 288.",
]  # fmt: skip
DENIED = [
    "not 288", "The answer is not 288.", "The correct answer isn't 288", "It is not true that 288", "288 is wrong.",
    "#### not 288",
    "#### 288 is not the answer", "definitely not \\boxed{288}", "#### 289, not 288", "289 rather than 288",
    "#### ≠ 288",
    "#### 答案不是288", "#### Nicht 288", "If the answer were 288, it would be too large.",
]  # fmt: skip
TAKEN_BACK = [
    "The answer is 288, no wait, actually it is 289", "#### 288\nNo wait, that is wrong.", "#### 288. Scrap that.",
    "#### 289 (I first thought 288, but that was a mistake)", "#### 288\nNo wait, that is wrong.\n#### 289",
]  # fmt: skip
UNDECIDED = [
    "either 288 or 290", "288 or 290", "#### 288 or 289", "I cannot decide between 288 and 290",
    "285, 286, 287, 288, 289",
    "\\boxed{288} or \\boxed{290}", "\\boxed{286} \\boxed{287} \\boxed{288} \\boxed{289}",
    "#### perhaps 288, but it could be anything",
    "<answer>286, 287, 288, 289</answer>", "#### any number, such as 288",
]  # fmt: skip
ELSEWHERE = [
    "", "289", "-288", "2880", "lorem ipsum", PROMPT, "<think>288</think>", "<think>let me see 288",
    "<think>288</think>289",
    "#### 289\n288 288 288", "#### 289\n<!-- #### 288 -->", "My phone number ends in 288. I do not know the answer.",
    "Page 288",
    'You ask whether it is "288". I do not know.', "> Student A wrote: 288\n\nThat is wrong. #### 289", "288\n289",
    "```python\n# 288\nprint(289)\n```", "First 288 / 2 = 144.", "<answer>288\n<answer>289</answer>",
]  # fmt: skip
UNCLEAR = [
    "maybe 288", "#### 288?", "He sold 288 cakes in total on that day and then 12.", "two hundred eighty-eight",
    "\\boxed{290}\n\\boxed{288}", "Let x = 288. Then x + 1 = 289.", "#### 288 (just a guess, I did not solve it)",
]  # fmt: skip


@pytest.mark.parametrize("completion", GIVEN)
def test_the_final_answer_is_recognised(completion: str) -> None:
    assert reading(completion, "288") is R


@pytest.mark.parametrize("completion", [*DENIED, *TAKEN_BACK, *UNDECIDED, *ELSEWHERE])
def test_a_mention_is_no_answer(completion: str) -> None:
    assert reading(completion, "288") is W


@pytest.mark.parametrize("completion", UNCLEAR)
def test_what_is_unclear_is_left_open(completion: str) -> None:
    assert reading(completion, "288") is U


@pytest.mark.parametrize(
    ("completion", "reference", "prompt", "wanted"),
    [
        ("It is true.", "True", "Is it?", R), ("not True", "True", "Is it?", W), ("not False", "True", "Is it?", U),
        ("True or False", "True", "Is it?", W), ("True False", "True", "Is it?", W), ("That's not true", "True",
        "Is it?", W),
        ("The answer is (B).", "B", "Which?\nA) x\nB) y", R), ("A, B", "B", "Which?\nA) x\nB) y", W),
        ("A good day", "A", "Which?\nA) x\nB) y", W),
        ("The capital of France is Paris.", "Paris", "Which city?", R), ("Paris is wrong. It is London.", "Paris",
        "Which city?", W),
        ("I was in Paris last year", "Paris", "Which city?", U),
        ("The point is (1,2)", "(1, 2)", "Which point?", R), ("(1, 2) or (2, 1)", "(1, 2)", "Which point?", W),
        ("[1, 2, 1, 2]", "[1, 2]", "Which numbers?", W),
        ("It is not true that Lily is a knight, and Tom is a knave.", "Lily is a knight, and Tom is a knave.", "Who?",
        W),
        ("y = 2x", "2*x", "Which line?", R),
    ],
)  # fmt: skip
def test_other_types_of_answer(completion: str, reference: str, prompt: str, wanted: Truth) -> None:
    assert reading(completion, reference, prompt) is wanted


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["288", "True", "B", "Paris", "[1, 2]", "x + 1", "3 / 4"]))
def test_any_completion_can_be_read(completion: str, reference: str) -> None:
    assert reading(completion, reference) in Truth


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_another_number_is_never_read_as_the_reference(stated: int, reference: int) -> None:
    for frame in ("{}", "The answer is {}.", "#### {}", "\\boxed{{{}}}", "<answer>{}</answer>"):
        assert (reading(frame.format(stated), str(reference)) is R) == (stated == reference)


FRAMES = ["{}", "The answer is {}", "The answer is {}.", "#### {}", "<answer>\n{}\n</answer>", "I work it out.\n{}"]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(
    "reference",
    [
        "288", "-1/3", "3.5e-7", "True", "B", "Paris", "[1, 2]", "[[1, 2], [3, 4]]", "1 2\n3 4", "A → B → A", "#A B#",
        "x**2 - 3*x", "3 × 3 × 37", '{"a": 1}', "❌✅\n✅❌", "to be or not to be", "It is not so, but she said no.",
        "_ Q\nQ _", "none of the above", "A=1,B=2", '["fill A", "pour A"]', "wrong",
        "Move disk 1 from Peg 2 to Peg 1\nMove disk 2 from Peg 2 to Peg 3",
    ],
)  # fmt: skip
def test_a_right_answer_is_never_read_as_a_wrong_one(reference: str, frame: str) -> None:
    prompt = "Which?\nA) x\nB) y" if reference == "B" else "What is it?"
    assert reading(frame.format(reference), reference, prompt) is not W


@pytest.mark.parametrize(
    "completion", ["x" * 10**6, "1 " * 10**5 * 3, "<think>" * 10**4, "\\boxed{" * 10**4, "not " * 10**5, "####" * 10**5]
)
def test_oversized_completions_are_read(completion: str) -> None:
    assert reading(completion, "288") is not R


@pytest.mark.parametrize(
    ("completion", "wanted"),
    [
        ("I get \\boxed{5}. So \\boxed{7}", "7"),
        ("not \\boxed{5}", "not \\boxed{5}"),
        ("3 + 4 = 7", "7"),
        ("The answer is 7.", "7"),
        ("<think>5</think>7", "7"),
        ("It was a long day for all of us there", None),
        ("", None),
    ],
)
def test_the_final_answer_can_be_pointed_at(completion: str, wanted: str | None) -> None:
    assert final(completion, Task(0, PROMPT, "288")) == wanted


def truth(candidate: Candidate, reference: str = "288", prompt: str = PROMPT) -> Truth:
    task = Task(0, prompt, reference or None, "answer")
    said, why = confirm(candidate, task, reference, choose([task], [reference])[0])
    assert why
    assert why.endswith(".")
    return said


@pytest.mark.parametrize(
    ("completion", "relation", "states", "wanted"),
    [
        ("#### 288.0", Relation.SAME, "288.0", R),
        ("#### 289", Relation.SAME, "289", U),
        ("#### 288", Relation.SAME, "288.0", U),
        ("<think>288</think>", Relation.SAME, "288", U),
        ("#### 289", Relation.DIFFERENT, "289", W),
        ("#### 288", Relation.DIFFERENT, "289", U),
        ("#### 288.0", Relation.DIFFERENT, "288.0", U),
        ("#### 289\nActually, the answer is 288.", Relation.DIFFERENT, "289", U),
        ("I cannot help with that.", Relation.NONE, None, W),
        ("#### 288", Relation.NONE, None, U),
        ("not 288", Relation.NONE, None, W),
        ("#### 288", Relation.UNKNOWN, None, R),
        ("#### 289", Relation.UNKNOWN, None, W),
        ("", Relation.UNKNOWN, None, W),
        ("It was a long day for all of us there", Relation.UNKNOWN, None, U),
    ],
)
def test_a_claim_has_to_be_borne_out(completion: str, relation: Relation, states: str | None, wanted: Truth) -> None:
    assert truth(Candidate(completion, relation, "x", states)) is wanted


@pytest.mark.parametrize(
    "completion", ["", " \n", "I'm sorry, but I can't.", "<answer></answer>", "lorem ipsum", "...", "the " * 50]
)
def test_without_a_reference_only_silence_is_wrong(completion: str) -> None:
    silent = Candidate(completion, Relation.NONE, "x")
    assert truth(silent, "") is W
    assert truth(silent, "", "Good morning") is U
    assert truth(Candidate("It is seven, because of the rain.", Relation.NONE, "x"), "") is U
    assert truth(Candidate(completion, Relation.DIFFERENT, "x", "7"), "") is U


def test_the_users_own_truth_decides(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def right(completion, row):\n    return None if completion == 'skip' else completion == row['key']\n"
        "def wrong(completion, row):\n    return 'yes'\n"
        "def broken(completion, row):\n    return row['nothing']\n"
        "five = 5\n"
    )
    task = Task(0, PROMPT, "288", "answer", {"key": "289"})
    judge = choose([task], ["288"])[0]

    def own(name: str, completion: str) -> Truth:
        return confirm(Candidate(completion, Relation.UNKNOWN, "x"), task, "288", judge, load_own(f"{file}:{name}"))[0]

    assert own("right", "289") is R
    assert own("right", "288") is W
    # Where it has no opinion, the judge has.
    assert own("right", "skip") is W
    with pytest.raises(Fault, match=r"returned 'yes' \(str\).*return True"):
        own("wrong", "288")
    with pytest.raises(Fault, match=r"raised KeyError: 'nothing' \(mine.py:6\)"):
        own("broken", "288")
    for spec, message in (
        (f"{file}:five", "an int; a function"),
        (f"{file}:rigth", "Did you mean 'right'"),
        ("x", "FILE:FUNCTION"),
    ):
        with pytest.raises(Fault, match=message):
            load_own(spec)


def test_the_references_letters_written_otherwise_are_not_called_wrong() -> None:
    assert reading("caa", "C → A → A") is U
    assert reading("cab", "C → A → A") is W


def test_an_or_with_nothing_after_it_leaves_nothing_undecided() -> None:
    assert reading("It is 288, or", "288") is not W
    assert reading("It is 288, or 12", "288") is W
