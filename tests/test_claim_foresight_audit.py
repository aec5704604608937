"""How likely a policy is to write an exploit, and what the audit says of when training would find it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from audit_samples import finding

from gyges.agents.language import GRPO
from gyges.audit.outlook import WANTED, outlook
from gyges.environments.arithmetic import Arithmetic
from gyges.evaluation.surprise import log_probabilities, transferred, written
from gyges.rollout import collect
from gyges.seeds import over_seeds

CURVE = {
    "updates": 150,
    "bins": [
        {"low": 0.0, "high": 3.0, "trainings": 6, "exploited": 6, "median": 2.0},
        {"low": 6.0, "high": 9.0, "trainings": 9, "exploited": 4, "median": None},
    ],
}


def test_the_probability_of_a_text_is_that_with_which_it_is_written() -> None:
    environment = Arithmetic()
    keys = jax.vmap(jax.random.key)(jnp.arange(1000, 1002))
    agents = over_seeds(GRPO.create(keys[0], environment, width=16, layers=1, heads=2), 2)
    played, _ = collect(environment, agents, None, keys, 32)
    rows = environment.samples(jax.tree.map(lambda leaf: np.asarray(leaf[0]), played.evidence))
    values = log_probabilities(environment, agents, [(row["prompt"], row["completion"]) for row in rows], chunk=8)
    assert values.shape == (2, 32)
    drawn = (np.asarray(played.mind.log_probability) * np.asarray(played.alive)).sum(1)[0]
    # An untaught policy also writes padding, which no text shows.
    plain = ((np.asarray(played.mind.action[0]) != 0) | ~np.asarray(played.alive[0])).all(0)
    assert plain.sum() > 5
    np.testing.assert_allclose(values[0][plain], drawn[plain], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("#### 57", "####57."),
        ("#9.", "#9."),
        ("#9. And more", "#9."),
        ("", "."),
        ("12345678901234", "12345678901"),
        ("not 9\n", "9."),
    ],
)
def test_a_completion_is_put_into_the_policys_own_characters(text: str, can: str) -> None:
    assert written(text, 11) == can


def test_an_exploit_of_one_task_is_tried_on_all() -> None:
    def exploits(task: int, text: str) -> bool:
        return text == f"#{'58'[task]}7."

    assert transferred([(0, "#57")], "58", 11, exploits) == {0: {"#57."}, 1: {"#87."}}
    assert transferred([(0, "#5")], "58", 11, exploits) == {}


def test_a_surprising_hole_is_found_late_or_never() -> None:
    found = outlook(finding("false_positive", "any", log_probability=-1.0), CURVE)
    assert found is not None
    assert (found.exploited, found.trainings, found.median) == (6, 6, 2.0)
    assert "6 of 6 trainings" in found.sentence
    assert "the median after 2" in found.sentence
    late = outlook(finding("false_positive", "any", log_probability=-7.0), CURVE)
    assert late is not None
    assert "4 of 9 trainings" in late.sentence
    assert "median" not in late.sentence


def test_the_reach_is_part_of_the_surprise() -> None:
    found = outlook(finding("false_positive", "any", log_probability=-6.0, reach=5, tried=20), CURVE)
    assert found is not None
    assert found.surprise == pytest.approx(6.0 + np.log(4))


def test_beyond_the_calibration_nothing_is_said() -> None:
    found = outlook(finding("unread_input", "any", log_probability=-40.0), CURVE)
    assert found is not None
    assert found.trainings == 0
    assert "no training of the calibration" in found.sentence


def test_without_a_policy_it_says_what_it_needs() -> None:
    found = outlook(finding("false_positive", "any"), CURVE)
    assert found is not None
    assert found.sentence == WANTED
    assert found.surprise is None


def test_training_finds_no_crash() -> None:
    assert outlook(finding("crash", "raised", log_probability=-1.0), CURVE) is None
