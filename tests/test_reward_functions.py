"""A reward in plain Python, trained under: what it may return, and what is said where it does not."""

from pathlib import Path

import pytest

from gyges.cell import Cell
from gyges.experiment import run_cell
from gyges.faults import Fault
from gyges.plan import plan
from gyges.registry import find
from gyges.rewards.base import HostReward, paid_samples

EASY = f"{Path(__file__).parent / 'easy_arithmetic.py'}:EasyArithmetic"
SAMPLES = [{"prompt": "1+1=", "completion": f"2#{n}.", "answer": "2"} for n in range(4)]
FUNCTIONS = """
def right(completions, answer, **kwargs):
    return [float(text.endswith(f"#{said}.")) for text, said in zip(completions, answer)]


def nothing(completions, **kwargs):
    return [None for _ in completions]


def others(completions, truth, scale=1.0, **kwargs):
    return [scale for _ in completions]


def spoken(completions, answer, **kwargs):
    return [float(said[0]["content"].endswith(f"#{gold}.")) for said, gold in zip(completions, answer)]


def divides(completions, **kwargs):
    return [1 / (len(text) - 3) for text in completions]
"""


class Scores(HostReward):
    """Whatever it is told to."""

    answer: object = None

    def score(self, samples):
        return self.answer(samples)


def test_what_raises_is_named_with_its_sample():
    def fails(samples):
        return [1 / (int(sample["completion"][2]) - 2) for sample in samples]

    with pytest.raises(Fault, match=r"`Scores` raised ZeroDivisionError: .* on sample 2: .*'2#2\.'"):
        paid_samples(Scores(fails), SAMPLES)


def test_what_raises_on_the_batch_alone_is_said_to():
    def fails(samples):
        if len(samples) > 1:
            raise ValueError("one at a time")
        return [1.0]

    with pytest.raises(Fault, match="raised ValueError: one at a time on 4 samples, though on none of them alone"):
        paid_samples(Scores(fails), SAMPLES)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda samples: [1.0], "returned 1 scores for 4 samples"),
        (lambda samples: None, "returned NoneType for 4 samples"),
        (lambda samples: [1.0, float("nan"), 0.0, 0.0], r"scored sample 1 with nan.*2#1\."),
        (lambda samples: [1.0, 0.0, 0.0, "1"], r"scored sample 3 with '1'.*2#3\."),
    ],
)
def test_what_is_no_score_is_named_with_its_sample(answer, said):
    with pytest.raises(Fault, match=said):
        paid_samples(Scores(answer), SAMPLES)


def trained(path, name):
    agent = {"width": 16, "layers": 1, "heads": 1, "supervised": 5, "batch": 32}
    cell = Cell(
        environment=EASY, reward=f"{path}:{name}", agent="grpo", agent_parameters=agent, updates=2, seeds=(2000,),
        episodes=64,
    )  # fmt: skip
    return run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)


def test_a_trl_reward_function_trains_the_small_model(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FUNCTIONS)
    table = trained(path, "right").metrics
    by_metric = table[table["condition"] == "training"].set_index("metric")["value"]
    assert by_metric["proxy"] == pytest.approx(by_metric["accuracy"], abs=0.05)
    with pytest.raises(Fault, match=r"`divides` raised ZeroDivisionError.*sample \d+"):
        trained(path, "divides")
    with pytest.raises(Fault, match="None"):
        trained(path, "nothing")


def test_a_function_that_takes_messages_apart_is_handed_messages(tmp_path):
    path = tmp_path / "functions.py"
    path.write_text(FUNCTIONS)
    paid = [find("rewards", (HostReward,), f"{path}:{name}")().score(SAMPLES) for name in ("right", "spoken")]
    assert paid == [[0.0, 0.0, 1.0, 0.0]] * 2


def test_a_reward_is_tested_where_one_says(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FUNCTIONS)
    control, own = (cell for _, cell in plan((), "quick", 2, f"{path}:right", "arithmetic").cells)
    assert (control.reward, control.environment, own.environment) == ("strict-verifier", "arithmetic", "arithmetic")
    assert own.updates == control.updates
    with pytest.raises(Fault, match="--environment arithmetic"):
        plan((), "quick", 2, f"{path}:right")  # the vault has no text to score
    with pytest.raises(Fault, match=r"wants `truth`, and arithmetic has `prompts`, `completions`, `answer`"):
        plan((), "quick", 2, f"{path}:others", "arithmetic")
    with pytest.raises(Fault, match="give a reward as well"):
        plan((), "quick", 2, "", "arithmetic")
    with pytest.raises(Fault, match="in vault or in a text environment"):
        plan((), "quick", 2, "outcome", "absent-supervisor")
