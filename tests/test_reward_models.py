"""Verifiers and reward models: what they read, what they pay, and how they are fitted."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from easy_arithmetic import EasyArithmetic

from gyges.agents.language import GRPO
from gyges.environments.vault import Vault
from gyges.faults import Fault
from gyges.oversight.marker import Marker
from gyges.parameters import traced
from gyges.rewards.base import kind, pay
from gyges.rewards.outcome_model import OutcomeModel
from gyges.rewards.process_model import ProcessModel
from gyges.rewards.reward_model import Marked, marked
from gyges.rewards.verified import FlippedVerifier, HoledVerifier, StrictVerifier
from gyges.rollout import roll_out

WORLD = traced(EasyArithmetic(shortest=2.0, noise=0.3))
KEY = jax.random.key(5)
SMALL = {"width": 32, "layers": 2, "heads": 2}
FITTED = {**SMALL, "labels": 512, "pretraining": 150, "fitting": 60, "rate": 1e-3}
TAUGHT = {**SMALL, "supervised": 200, "batch": 64, "supervised_rate": 5e-3}


@pytest.fixture(scope="module")
def agent():
    made = traced(GRPO.create(KEY, WORLD, **TAUGHT))
    return eqx.filter_jit(lambda agent: agent.school(WORLD, KEY))(made)


@pytest.fixture(scope="module")
def played(agent):
    return roll_out(WORLD, agent, KEY, 512, None, 8)[0]


def fitted(kind, agent, **parameters):
    model = traced(kind.create(KEY, WORLD, **(FITTED | parameters)))
    play = lambda key: roll_out(WORLD, agent, key, 256)[0].evidence  # noqa: E731
    return eqx.filter_jit(lambda model: model.study(WORLD, KEY).school(WORLD, play, KEY))(model)


@pytest.fixture(scope="module")
def outcome(agent):
    return fitted(OutcomeModel, agent)


@pytest.fixture(scope="module")
def process(agent):
    return fitted(ProcessModel, agent)


def area(scores, right):
    wins = (scores[right][:, None] > scores[~right]) + 0.5 * (scores[right][:, None] == scores[~right])
    return wins.mean()


def test_all_of_them_are_behaviourist():
    for one in (StrictVerifier, HoledVerifier, FlippedVerifier, OutcomeModel, ProcessModel):
        assert kind(object.__new__(one)) == "behaviourist"


def test_rules_pay_the_final_answer_once(played):
    strict, loose = (np.asarray(pay(one, played)) for one in (StrictVerifier(), HoledVerifier()))
    assert np.array_equal(strict.sum(0), np.asarray(played.evidence.view.strict.any(0)))
    assert (loose.sum(0) >= strict.sum(0)).all()
    assert ((strict != 0).sum(0) <= 1).all()


def test_labels_are_flipped_at_the_rates_that_were_given(played):
    right = np.asarray(played.evidence.view.strict.any(0))
    reward = FlippedVerifier.create(KEY, WORLD, false_positive=0.3, false_negative=0.1)
    paid = np.concatenate([np.asarray(pay(r, played)).sum(0) for r in fresh(reward, 8)])
    right = np.tile(right, 8)
    assert abs(paid[~right].mean() - 0.3) < 0.04
    assert abs(paid[right].mean() - 0.9) < 0.04


def fresh(reward, count):
    for number in range(count):
        yield reward.learn(jax.random.key(number))[0]


def test_flips_are_drawn_anew_for_each_batch(played):
    one, other = (np.asarray(pay(r, played)).sum(0) for r in fresh(FlippedVerifier.create(KEY, WORLD), 2))
    assert not np.array_equal(one, other)


def test_a_model_reads_no_mark_of_the_final_answer(outcome, played):
    # What a calculator says of it is for labels; the model has the text and whether an answer is there.
    blind = eqx.tree_at(
        lambda e: (e.view.strict, e.view.loose, e.view.valid, e.view.reference, e.task),
        played.evidence,
        replace_fn=jnp.zeros_like,
    )
    np.testing.assert_array_equal(outcome(played.evidence), outcome(blind))


@pytest.mark.parametrize("name", ["outcome", "process"])
def test_a_fitted_model_verifies(name, played, request):
    model = request.getfixturevalue(name)
    right = np.asarray(played.evidence.view.strict.any(0))
    scores = np.asarray(pay(model, played)).sum(0)
    assert area(scores, right) > 0.75
    assert abs(float(model.area) - area(scores, right)) < 0.1
    assert 0 <= float(model.false_positive) < 0.6
    assert 0 <= float(model.false_negative) < 0.6


def test_what_is_not_formed_is_not_paid(outcome, played):
    formed = np.asarray(played.evidence.view.formed.any(0))
    paid = np.asarray(pay(outcome, played)).sum(0)
    assert (paid[~formed] == 0).all()
    assert (paid[formed] > 0).all()


def test_a_process_model_pays_the_product_over_its_steps(process):
    steps = jnp.array([[True, True, False, True]])
    texts = Marked(None, jnp.array([4]), jnp.array([True]), steps, jnp.array([1.0]), None)
    logits = jnp.array([[0.0, 2.0, -50.0, 1.0]])
    wanted = float(np.prod(1 / (1 + np.exp(-np.array([0.0, 2.0, 1.0])))))
    assert float(process.judge(logits, texts)[0]) == pytest.approx(wanted, rel=1e-5)


def test_process_labels_stop_at_the_first_error(process):
    steps = jnp.ones((1, 4), bool)
    texts = Marked(None, jnp.array([4]), jnp.array([True]), steps, jnp.array([0.0]), jnp.array([[1.0, 0.0, 1.0, 0.0]]))
    slope = jax.grad(lambda logits: process.loss(logits, texts))(jnp.zeros((1, 4)))[0]
    assert slope[0] < 0 < slope[1]  # right, then the error
    assert not slope[2:].any()


def test_a_frozen_model_stays_and_another_learns(outcome, agent, played):
    labels = WORLD.overseer().label(played.evidence, KEY)
    frozen, rates = outcome.learn(played.evidence, labels, KEY)
    assert np.array_equal(frozen.scorers.head, outcome.scorers.head)
    assert float(rates["area"]) == float(outcome.area)
    model = fitted(OutcomeModel, agent, frozen=False, fitting=10)
    again, _ = model.learn(played.evidence, labels, KEY)
    assert not np.array_equal(again.scorers.head, model.scorers.head)
    assert np.array_equal(again.seen.text, marked(played.evidence, labels).text)  # the latest in place of the earliest


def test_the_lower_bound_lies_below_the_mean_where_members_differ(agent, played):
    model = fitted(OutcomeModel, agent, members=3, labels=128, fitting=30, pretraining=30)
    texts = marked(played.evidence, None)
    careful = eqx.tree_at(lambda m: m.caution, model, jnp.asarray(1.0))
    assert (np.asarray(careful.worth(texts)) < np.asarray(model.worth(texts))).all()


def test_a_marker_errs_at_its_own_rates(played):
    view = played.evidence.view
    labels = Marker(outcome_noise=0.2, step_noise=0.4).label(played.evidence, KEY)
    assert abs(float((labels.right != view.strict.any(0)).mean()) - 0.2) < 0.06
    assert abs(float((labels.valid != view.valid).mean()) - 0.4) < 0.03
    exact = Marker().label(played.evidence, KEY)
    assert np.array_equal(exact.right, view.strict.any(0))


def test_it_needs_a_text_environment():
    with pytest.raises(Fault, match="a reward model scores text, and environment `vault` has none"):
        OutcomeModel.create(KEY, Vault())
