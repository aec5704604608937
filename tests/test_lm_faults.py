"""Bad input to the bridge: each fault names the reward and the sample, and what it was asked about."""

import subprocess
import sys

import pytest

from gyges import lm
from gyges.faults import Fault
from gyges.lm.prompts import check_prompts
from gyges.rewards.base import HostReward

ROWS = {"prompts": ["first?", "second?", "third?"], "completions": ["a", "b", "c"]}


def checked(answer):
    def graded(completions, **columns):
        return answer(completions)

    return lm.reward(lm.reward(graded))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda texts: [1.0], r"`graded` returned 1 scores for 3 samples: sample 1 has none \(prompt 'second\?', "),
        (lambda texts: [1.0] * 5, "`graded` returned 5 scores for 3 samples: after sample 2"),
        (lambda texts: 1.0, "`graded` returned float for 3 samples"),
        (lambda texts: "yes", "`graded` returned str for 3 samples"),
        (lambda texts: [None] * len(texts), "`graded` returned None for all 3 samples, beginning with sample 0"),
        (
            lambda texts: [1.0, float("nan"), 0.0],
            r"`graded` scored sample 1 with nan \(prompt 'second\?', completion 'b'",
        ),
        (lambda texts: [1.0, 0.0, float("inf")], "`graded` scored sample 2 with inf"),
        (lambda texts: [1.0, "good", 0.0], "`graded` scored sample 1 with 'good'"),
        (lambda texts: [1 / (text != "c") for text in texts], "`graded` raised ZeroDivisionError: .* on sample 2 "),
    ],
)
def test_a_function_that_answers_badly(answer, told):
    with pytest.raises(Fault, match=told):
        checked(answer)(**ROWS)


def test_a_function_that_fails_only_on_the_batch():
    def crowded(texts):
        if len(texts) > 1:
            raise MemoryError("too many")
        return [1.0]

    with pytest.raises(
        Fault, match=r"raised MemoryError: too many on a batch of 3 samples, .* and on none of them alone"
    ):
        checked(crowded)(**ROWS)


def test_the_cause_stays_in_the_traceback():
    with pytest.raises(Fault) as caught:
        checked(lambda texts: [{}[text] for text in texts])(**ROWS)
    assert isinstance(caught.value.__cause__, KeyError)


def test_none_leaves_one_sample_out_and_all_where_that_is_meant():
    assert checked(lambda texts: [None, 1, True])(**ROWS) == [None, 1.0, 1.0]

    def abstaining(completions, **columns):
        return [None for _ in completions]

    assert lm.reward(lm.reward(abstaining, abstains=True))(**ROWS) == [None] * 3


def test_a_host_reward_is_checked_as_well():
    class Broken(HostReward):
        def score(self, samples):
            return [float("nan") for _ in samples]

    with pytest.raises(Fault, match="`broken` scored sample 0 with nan"):
        lm.reward(Broken())(**ROWS)


def test_long_texts_are_shortened():
    with pytest.raises(Fault) as caught:
        checked(lambda texts: [float("nan")] * len(texts))(prompts=["x" * 5000], completions=["y" * 5000])
    assert len(caught.value.message) < 400
    assert "…" in caught.value.message


def test_columns_of_another_length_are_named():
    with pytest.raises(Fault, match="was given 2 `answer` for 3 completions"):
        checked(lambda texts: [0.0] * 3)(**ROWS, answer=["1", "2"])


class Words:
    """A tokenizer whose tokens are words."""

    def __call__(self, text):
        return {"input_ids": list(range(len(text.split())))}

    def apply_chat_template(self, messages, **how):
        assert how["add_generation_prompt"]
        return self(" ".join(f"{message['role']}: {message['content']}" for message in messages))


def test_prompts_that_do_not_fit_are_refused_with_their_index():
    rows = [
        {"prompt": "short"},
        {"prompt": "one two three four five"},
        {"prompt": [{"role": "user", "content": "a b c d"}]},
    ]
    check_prompts(rows, Words(), 5)
    with pytest.raises(
        Fault, match=r"2 prompts .* longer than the 4 tokens .*: row 1 \(5 tokens\), row 2 \(5 tokens\)\."
    ):
        check_prompts(rows, Words(), 4)
    with pytest.raises(Fault, match=r"row 4 \(9 tokens\) and 15 more"):
        check_prompts([{"prompt": "w " * 9}] * 20, Words(), 4)


def test_prompts_that_are_missing_are_refused():
    with pytest.raises(Fault, match="row 1 of the data set has the prompt None"):
        check_prompts([{"prompt": "a"}, {"question": "b"}], Words(), 4)
    with pytest.raises(Fault, match="the completion fills the model's context"):
        check_prompts([{"prompt": "a"}], Words(), 0)


WITHOUT = """
import sys
for library in ("torch", "transformers", "trl", "peft"):
    sys.modules[library] = None
from gyges import lm
from gyges.faults import Fault
for name in ("RingCallback", "models"):
    try:
        getattr(lm, name)
    except Fault as fault:
        assert "pip install 'gyges[lm]'" in fault.message, fault.message
    else:
        raise SystemExit(f"{name} was there")
try:
    import gyges.lm.models
except Fault as fault:
    assert "pip install 'gyges[lm]'" in fault.message
else:
    raise SystemExit("models were imported")
assert lm.reward(lm.reward(lambda completions, **rest: [1.0]))(prompts=["?"], completions=["!"]) == [1.0]
print("told")
"""


def test_without_the_extra_it_says_how_to_install_it():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=120)
    assert done.stdout == "told\n", done.stderr


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Nothing"):
        lm.Nothing  # noqa: B018
