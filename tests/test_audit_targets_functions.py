"""The adapters of functions: plain ones, TRL's and verl's."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.targets.base import Abstained, Misshapen, TargetError
from gyges.audit.targets.signatures import parameters, roles

ROWS = [{"prompt": "1 + 41?", "answer": "42", "unit": "m"}, {"prompt": "1 + 1?", "answer": "2", "unit": "s"}]
COMPLETIONS = ["completion", "response", "output", "prediction", "pred", "model_output", "solution_str",
               "generated_text",
               "candidate", "student_answer", "predicted_answer", "actual"]  # fmt: skip
REFERENCES = ["reference", "target", "gold", "ground_truth", "expected", "label", "gold_answer", "correct_answer",
              "expected_output", "reference_solution", "answer", "solution"]  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(COMPLETIONS), st.sampled_from(REFERENCES), st.booleans())
def test_names_say_what_is_what_in_either_order(completion, reference, swapped):
    names = [reference, completion] if swapped else [completion, reference]
    space = {}
    exec(f"def f({', '.join(names)}): ...", space)
    found = roles(parameters(space["f"]))
    assert (found.completion, found.answer, found.certain) == (completion, reference, True)


@pytest.mark.parametrize(
    ("names", "completion", "answer"),
    [
        ("answer, reference", "answer", "reference"),
        ("answer, solution", "answer", "solution"),
        ("solution, answer", "solution", "answer"),
        ("target, answer", "answer", "target"),
        ("answer", "answer", ""),
        ("x, y", "x", "y"),
        ("prompt, response, label", "response", "label"),
        ("question, answer, ground_truth", "answer", "ground_truth"),
        ("completion, max_completion_len, answer", "completion", "answer"),
    ],
)
def test_names_that_could_be_either(names, completion, answer):
    space = {}
    exec(f"def f({names}): ...", space)
    found = roles(parameters(space["f"]))
    assert (found.completion, found.answer) == (completion, answer)


def test_token_numbers_are_stood_in_for(opening):
    source = (
        "def grade(prediction_ids, prediction, label, prompt_tokens):\n"
        "    return float(prediction == label and len(prediction_ids) == 1 and len(prompt_tokens) == 4)"
    )
    target, tasks, opened = opening("mine.py:grade", source, ROWS)
    assert target.grade([tasks[0]] * 2, ["42", "41"]) == [1.0, 0.0]
    assert any("stand-ins" in note for note in opened.notes)


def test_numbers_of_other_things_are_columns(opening):
    with pytest.raises(TargetError, match="needs 'task_ids'"):
        opening("mine.py:grade", "def grade(prediction, label, task_ids): return 1.0", ROWS)


@pytest.mark.parametrize(
    ("written", "protocol"),
    [
        ("f(prompt, completions, answer, **kwargs) -> float", "plain"),
        ("f(prompts, completions, answer, **kwargs) -> float", "trl"),
        ("f(completions: list[str], answer, **kwargs) -> float", "trl"),
        ("f(prompt, completions, answer, **kwargs) -> list[float]", "trl"),
    ],
)
def test_completions_may_be_one_where_one_prompt_comes_and_one_number_goes(opening, written, protocol):
    source = f"def {written}: return float(completions == answer) if isinstance(completions, str) else [1.0]"
    target, tasks, opened = opening("mine.py:f", source, ROWS)
    assert opened.protocol == protocol
    assert target.grade(tasks[:1], ["42"]) == [1.0]


@pytest.mark.parametrize(
    ("returned", "score"),
    [("True", True), ("0.5", 0.5), ("(0.5, {'why': 1})", 0.5), ("{'score': 0.5, 'acc': 1}", 0.5), ("{'reward': 2}", 2),
     ("None", None), ("'text'", "text"), ("[1]", [1])],
)  # fmt: skip
def test_plain_scores_are_taken_out_of_their_wrapping(opening, returned, score):
    target, tasks, _ = opening("mine.py:f", f"def f(completion, answer): return {returned}", ROWS)
    assert target.grade(tasks[:1], ["x"]) == [score]


def test_plain_parameters_are_columns_prompt_and_options(opening):
    source = (
        "def f(completion, answer, unit, prompt, scale, tolerance=1):\n"
        "    return [completion, answer, unit, prompt, scale, tolerance]\n"
    )
    target, tasks, opened = opening("mine.py:f", source, ROWS, bind={"scale": 9})
    assert target.grade(tasks[1:], ["x"]) == [["x", "2", "s", "1 + 1?", 9, 1]]
    assert opened.columns == ("answer", "unit", "prompt")


def test_plain_kwargs_are_given_the_whole_row(opening):
    target, tasks, _ = opening("mine.py:f", "def f(response, **row): return row", ROWS)
    given_row = target.grade(tasks[:1], ["x"])[0]
    assert given_row == ROWS[0]


def test_plain_functions_of_many_are_given_lists(opening):
    source = "def f(predictions, references): return [p == r for p, r in zip(predictions, references)]"
    target, tasks, _ = opening("mine.py:f", source, ROWS)
    assert target.grade(tasks, ["42", "3"]) == [True, False]
    target, tasks, _ = opening("mine.py:f", "def f(predictions, references): return [1]", ROWS)
    with pytest.raises(Misshapen):
        target.grade(tasks, ["42", "3"])


def test_an_assumed_order_is_noted(opening):
    assert "by their order" in opening("mine.py:f", "def f(x, y): return x == y", ROWS)[2].notes[0]


TRL = """
def strings(prompts, completions, answer, **kwargs):
    return [float(c == a) for c, a in zip(completions, answer)]
def messages(completions, answer, **kwargs):
    return [float(c[0]["content"] == a) for c, a in zip(completions, answer)]
def annotated(completions: list[list[dict[str, str]]], answer: list[str], **kwargs):
    return messages(completions, answer)
async def waits(completions, answer, **kwargs):
    return [float(c == a) for c, a in zip(completions, answer)]
def all_given(prompts, completions, completion_ids, trainer_state, log_extra, log_metric, **kwargs):
    log_extra("a", completions); log_metric("b", 1.0)
    assert trainer_state.global_step == 0 and len(completion_ids) == len(completions)
    return [sorted(kwargs)] * len(completions)
def lengths(completion_ids, **kwargs):
    return [-float(len(ids)) for ids in completion_ids]
def skips(completions, answer, **kwargs):
    return [None] * len(completions)
def short(completions, **kwargs):
    return [1.0]
def one(completions, **kwargs):
    return 1.0
def named(completions, solution, **kwargs):
    return [float(c == s) for c, s in zip(completions, solution)]
def closed(completions):
    return [0.0 for _ in completions]
def spoils(completions, answer, **kwargs):
    answer.clear()
    return [0.0 for _ in completions]
"""


@pytest.mark.parametrize("name", ["strings", "messages", "annotated", "waits", "named"])
def test_trl_hands_over_columns_and_completions(opening, name):
    target, tasks, opened = opening(f"mine.py:{name}", TRL, ROWS)
    assert opened.protocol == "trl"
    assert opened.columns == ("answer",)
    assert target.grade(tasks, ["42", "3"]) == [1.0, 0.0]


def test_trl_follows_the_prompts_into_chat(opening):
    rows = [{"prompt": [{"role": "user", "content": "1 + 41?"}], "answer": "42"}]
    source = "def f(prompts, completions, **kwargs): return [[prompts[0], completions[0]]]"
    target, tasks, _ = opening("mine.py:f", source, rows)
    assert target.grade(tasks, ["42"]) == [[rows[0]["prompt"], [{"role": "assistant", "content": "42"}]]]
    target, tasks, _ = opening("mine.py:f", source, rows, bind={"chat": "no"})
    assert target.grade(tasks, ["42"]) == [["1 + 41?", "42"]]
    with pytest.raises(TargetError, match="--option chat=perhaps is neither yes nor no"):
        opening("mine.py:f", source, rows, bind={"chat": "perhaps"})


def test_trl_gives_what_the_trainer_gives(opening):
    target, tasks, _ = opening("mine.py:all_given", TRL, ROWS)
    assert target.grade(tasks[:1], ["x"]) == [["answer", "unit"]]


def test_trl_token_ids_grow_with_the_completion(opening):
    target, tasks, opened = opening("mine.py:lengths", TRL, ROWS)
    assert target.grade(tasks, ["one two", "one, two, three"]) == [-2.0, -5.0]
    assert "stand-ins" in opened.notes[0]


def test_trl_faults_keep_their_kinds(opening):
    target, tasks, _ = opening("mine.py:skips", TRL, ROWS)
    with pytest.raises(Abstained):
        target.grade(tasks, ["1", "2"])
    for name, said in (("short", "returned 1 scores for 2"), ("one", "returned float for 2")):
        target, tasks, _ = opening(f"mine.py:{name}", TRL, ROWS)
        with pytest.raises(Misshapen, match=said):
            target.grade(tasks, ["1", "2"])


def test_trl_shows_what_the_grader_did_to_its_lists(opening):
    target, tasks, _ = opening("mine.py:spoils", TRL, ROWS)
    target.grade(tasks, ["1", "2"])
    assert [task.columns["answer"] for task in tasks] == [None, None]


def test_trl_notes_and_errors(opening):
    assert "would fail" in opening("mine.py:closed", TRL, ROWS)[2].notes[0]
    source = "def f(completions, tests, **kwargs): ..."
    with pytest.raises(
        TargetError, match=r"needs the column 'tests', and row 1 has none; its columns are prompt, answer, unit"
    ):
        opening("mine.py:f", source, ROWS)


VERL_ROW = {
    "prompt": [{"role": "user", "content": "1 + 41?"}],
    "data_source": "sums",
    "reward_model": {"style": "rule", "ground_truth": "42"},
    "extra_info": {"index": 3},
}
VERL = """
def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    return {"score": float(solution_str == ground_truth), "from": [data_source, extra_info]}
def short(solution_str, ground_truth, method="strict"):
    return solution_str == ground_truth
def first(solution_str, ground_truth):
    return [0.5, "why"]
def batched(data_sources, solution_strs, ground_truths, extra_infos):
    return [{"score": float(s == g)} for s, g in zip(solution_strs, ground_truths)]
def echo(data_source, solution_str, ground_truth, extra_info):
    return {"score": [data_source, solution_str, ground_truth, extra_info]}
def unscored(solution_str, ground_truth):
    return {"acc": 1}
"""


@pytest.mark.parametrize("name", ["compute_score", "short", "batched"])
def test_verl_scores(opening, name):
    target, tasks, opened = opening(f"mine.py:{name}", VERL, [VERL_ROW, VERL_ROW])
    assert opened.protocol == "verl"
    assert "ground_truth" in opened.columns
    assert target.grade(tasks, ["42", "41"]) == [True, False]


def test_verl_hands_over_what_the_trainer_does(opening):
    target, tasks, _ = opening("mine.py:echo", VERL, [VERL_ROW])
    assert target.grade(tasks, ["x"]) == [["sums", "x", "42", {"index": 3}]]
    target, tasks, opened = opening("mine.py:echo", VERL, ROWS)
    assert target.grade(tasks[:1], ["x"]) == [["", "x", "42", {}]]
    assert "--option data_source=NAME" in opened.notes[0]
    target, tasks, opened = opening("mine.py:echo", VERL, ROWS, bind={"data_source": "sums"})
    assert target.grade(tasks[:1], ["x"]) == [["sums", "x", "42", {}]]
    assert opened.notes == ()


def test_verl_reads_the_first_of_a_sequence_and_wants_a_score(opening):
    target, tasks, _ = opening("mine.py:first", VERL, ROWS)
    assert target.grade(tasks[:1], ["x"]) == [0.5]
    target, tasks, _ = opening("mine.py:unscored", VERL, ROWS)
    with pytest.raises(Misshapen, match="without 'score'"):
        target.grade(tasks[:1], ["x"])


def test_verl_takes_its_order_where_names_differ(opening):
    source = "def f(source, text, truth, extra): return {'score': [source, text, truth, extra]}"
    target, tasks, _ = opening("mine.py:f", source, [VERL_ROW], protocol="verl")
    assert target.grade(tasks, ["x"]) == [["sums", "x", "42", {"index": 3}]]


def test_async_state_lives_from_call_to_call(opening):
    source = (
        "import asyncio\nlock = asyncio.Lock()\nasync def f(completion, answer):\n    async with lock:\n"
        "        await asyncio.sleep(0)\n        return asyncio.get_running_loop() is not None\n"
    )
    target, tasks, _ = opening("mine.py:f", source, ROWS)
    given_scores = [target.grade(tasks[:1], [str(number)])[0] for number in range(3)]
    assert list(itertools.chain(given_scores)) == [True] * 3
