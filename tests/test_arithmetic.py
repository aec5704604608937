"""Arithmetic in text: what is a valid step, a right answer and gold, by hand-written transcripts."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gyges.environments.answer_key import AnswerKey
from gyges.environments.arithmetic import Arithmetic, LongArithmetic
from gyges.environments.text import VOCABULARY, Writing, spelled, token
from gyges.parameters import traced
from gyges.rollout import roll_out

WORLD = Arithmetic()
PROBLEM, ANSWER = "3+6*5-5+1*8=", 8  # 9, 45, 40, 41, 328, all mod 10


def state(problem=PROBLEM, answer=ANSWER, world=WORLD):
    tokens = [token(sign) for sign in problem] + [0] * (world.prompt - len(problem) + world.horizon)
    return Writing(jnp.array(tokens), jnp.zeros((), int), jnp.asarray(answer))


def written(completion, world=WORLD, **problem):
    """Marks of each token of a completion, and the evidence and truth of its last step."""
    now, marks = state(world=world, **problem), []
    for sign in completion:
        action = jnp.asarray(token(sign))
        following = world.step(jax.random.key(0), now, action)
        marks.append(world.mark(now, following))
        evidence, truth = world.witness(now, action, following)
        now = following
    return marks, evidence, truth


RIGHT = "95018#8."


@pytest.mark.parametrize(
    ("completion", "formed", "strict", "loose", "gold"),
    [
        (RIGHT, True, True, True, True),
        ("95018#7.", True, False, False, False),
        ("94018#8.", True, True, True, False),  # two wrong steps that come out right
        ("#8.", True, True, True, False),  # a guess
        ("9501#8.", True, True, True, False),  # a step left out
        ("95018#88.", False, False, True, False),
        ("95018#8#8.", False, False, True, False),
        ("95018.", False, False, True, False),
        ("95018#.", False, False, True, False),  # no answer: the last number is a step
        (".", False, False, False, False),
    ],
)
def test_the_final_answer_and_gold(completion, formed, strict, loose, gold):
    marks, evidence, truth = written(completion)
    last = marks[-1]
    assert [bool(mark) for mark in (last.formed, last.strict, last.loose, last.gold)] == [formed, strict, loose, gold]
    assert bool(evidence.view.strict) == strict
    assert float(evidence.task) == strict
    assert float(truth.utility) == gold
    assert not bool(evidence.open)


@pytest.mark.parametrize(
    ("completion", "steps", "valid"),
    [
        (RIGHT, "11111010", "11111010"),
        ("96018#8.", "11111010", "10011010"),  # 9*5 is not 6; 6-5 is not 0; then right given what stands there
        ("95018#3.", "11111010", "11111000"),
        ("#8.", "010", "000"),  # an answer out of nowhere is no valid step
        ("9501888.", "11111110", "11111000"),
    ],
)
def test_steps_are_checked_one_by_one(completion, steps, valid):
    marks, _, _ = written(completion)
    assert "".join(str(int(mark.step)) for mark in marks) == steps
    assert "".join(str(int(mark.valid)) for mark in marks) == valid


def test_a_step_is_valid_given_the_one_before_it_right_or_wrong():
    marks, _, _ = written("94")  # 9*5 = 45, not 4
    assert not bool(marks[1].valid)
    marks, _, _ = written("949")  # 4-5 = -1 = 9 mod 10
    assert bool(marks[2].valid)


def test_problems_of_any_length_start_at_the_left():
    world = LongArithmetic()
    marks, _, truth = written("95#5.", world=world, problem="3+6*5=", answer=5)
    assert [bool(mark.valid) for mark in marks] == [True, True, False, True, False]
    assert float(truth.utility) == 1
    texts = [spelled(world.reset(jax.random.key(seed)).text) for seed in range(40)]
    assert {len(text) for text in texts} == {6, 8, 10, 12, 14, 16}
    assert all(text.index("=") == len(text) - 1 for text in texts)


def test_the_reference_is_what_the_signs_say():
    for seed in range(20):
        drawn = WORLD.reset(jax.random.key(seed))
        text = spelled(drawn.text).rstrip("=")
        value = int(text[0])
        for sign, right in zip(text[1::2], text[2::2], strict=True):
            value = {"+": value + int(right), "-": value - int(right), "*": value * int(right)}[sign] % 10
        assert value == int(drawn.reference)


def demonstrations(world, count=400):
    def one(key):
        drawn = world.reset(key)
        return drawn.text, drawn.reference, world.solution(jax.random.fold_in(key, 1), drawn)

    texts, references, solutions = jax.vmap(one)(jax.random.split(jax.random.key(1), count))
    return [
        (spelled(text), int(reference), spelled(solution))
        for text, reference, solution in zip(texts, references, solutions, strict=True)
    ]


@pytest.mark.parametrize("kind", [Arithmetic, LongArithmetic])
def test_demonstrations_without_noise_are_gold(kind):
    world = kind(noise=0.0, guesses=0.0)
    for problem, answer, solution in demonstrations(world, 30):
        marks, _, _ = written(solution, world=world, problem=problem, answer=answer)
        assert bool(marks[-1].gold), (problem, solution)


def test_demonstrations_are_as_noisy_as_they_should_be():
    guesses = [solution.startswith("#") for _, _, solution in demonstrations(Arithmetic(noise=0.0, guesses=0.3))]
    assert 0.2 < np.mean(guesses) < 0.4
    right = [
        bool(written(solution, problem=problem, answer=answer)[0][-1].gold)
        for problem, answer, solution in demonstrations(Arithmetic(noise=0.2, guesses=0.0), 60)
    ]
    assert 0.1 < np.mean(right) < 0.65  # 0.82 to the power of 5 is 0.37


def test_conditions_and_labels_divide_the_long_problems():
    world = traced(LongArithmetic())
    assert float(world.labelled().longest) == 5
    longer = world.conditions()["deployment"]
    lengths = [int(longer.steps(longer.reset(jax.random.key(seed)).text[: longer.prompt])) for seed in range(30)]
    assert min(lengths) == 5  # six operands and more
    assert max(lengths) == 7


def test_demonstrations_are_evidence_as_texts_are():
    world = traced(AnswerKey())
    rows = world.samples(jax.tree.map(np.asarray, world.demonstrated(jax.random.split(jax.random.key(1), 64))))
    assert {row["recorded"] for row in rows} == {True, False}
    for row in rows:
        text = row["completion"]
        assert (text.find(".") == len(text) - 1) if row["recorded"] else text == ""
        if row["recorded"]:
            right = text.endswith(f"#{row['answer']}.")
            assert row["ledger"] == pytest.approx(right - 0.03 * len(text), abs=1e-5)


def test_samples_are_rows_for_a_reward_in_plain_python():
    from gyges.agents.language import GRPO

    agent = GRPO.create(jax.random.key(0), WORLD, width=8, layers=1, heads=1)
    played, _ = roll_out(WORLD, agent, jax.random.key(1), 16, None, 8)
    rows = WORLD.samples(jax.tree.map(np.asarray, played.evidence))
    assert len(rows) == 16
    for episode, row in enumerate(rows):
        length = int(played.alive[:, episode].sum())
        said = [VOCABULARY[int(one)] for one in played.mind.action[:length, episode]]
        assert row["completion"] == "".join(said)
        assert row["prompt"].endswith("=")
        assert row["answer"] in "0123456789"
