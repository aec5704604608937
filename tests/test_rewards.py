"""Each reward pays what it says, and the learned ones learn it from what an overseer sees."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_world import Shop, random_trajectory

from gyges.agents.ppo import PPO
from gyges.environments.base import Observation
from gyges.oversight.reviewer import Reviewer
from gyges.parameters import traced
from gyges.records import Labels, Mind
from gyges.rewards.base import pay
from gyges.rewards.control import YokedFines
from gyges.rewards.introspective import ThoughtProbe
from gyges.rewards.preference import Preference, inputs_of
from gyges.rewards.programmed import Oracle, Outcome, SeenTheft

KEY = jax.random.key(0)
SHOP = traced(Shop())
seeds = st.integers(0, 2**31)


# Programmed.


@settings(deadline=None, max_examples=25)
@given(seed=seeds, fine=st.floats(0, 50))
def test_programmed_rewards_pay_the_ledger_and_fine_what_they_see(seed, fine):
    trajectory = random_trajectory(seed)
    evidence, truth = trajectory.evidence, trajectory.truth
    task = np.asarray(evidence.task)
    np.testing.assert_allclose(pay(Outcome(), trajectory), task)
    seen = np.asarray(truth.violation) & np.asarray(evidence.recorded)
    np.testing.assert_allclose(pay(SeenTheft(fine), trajectory), task - fine * seen, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        pay(Oracle(fine), trajectory), task - fine * np.asarray(truth.violation), rtol=1e-5, atol=1e-5
    )


# Yoked.


@settings(deadline=None, max_examples=25)
@given(seed=seeds, counts=st.lists(st.integers(0, 8), min_size=1, max_size=4))
def test_yoked_fines_are_as_many_as_the_partners_on_random_open_steps(seed, counts):
    trajectory = random_trajectory(seed, steps=6, episodes=8)
    yoked = traced(YokedFines(incidents=jnp.array(counts, float), fine=15.0))
    places = []
    for update, count in enumerate(counts):
        yoked, _ = yoked.learn(jax.random.fold_in(jax.random.key(seed), update))
        fined = (np.asarray(trajectory.evidence.task) - np.asarray(yoked(trajectory.evidence))) / 15.0
        assert np.isclose(fined, 0, atol=1e-5).sum() + np.isclose(fined, 1, atol=1e-5).sum() == fined.size
        where = np.isclose(fined, 1, atol=1e-5)
        assert where.sum() == count
        assert not where[~np.asarray(trajectory.evidence.open)].any()
        places.append(where)
    if counts[0] == counts[-1] == 8 and len(counts) > 1:
        assert not np.array_equal(places[0], places[-1])  # elsewhere each time


def test_yoked_fines_do_not_look_at_what_was_done():
    trajectory = random_trajectory(0, steps=6, episodes=8)
    yoked, _ = traced(YokedFines(incidents=jnp.array([6.0]))).learn(KEY)
    evidence = trajectory.evidence
    innocent = eqx.tree_at(lambda e: (e.incident, e.recorded), evidence, (evidence.incident * 0, ~evidence.recorded))
    assert np.array_equal(yoked(evidence), yoked(innocent))


# Learned from comparisons.


def clips(chance: np.random.Generator, pairs: int) -> Any:
    return random_trajectory(int(chance.integers(2**31)), steps=6, episodes=pairs).evidence


def utility(evidence: Any) -> np.ndarray:
    """What the synthetic overseer values: the ledger, less what is filmed being taken."""
    return np.asarray(evidence.task - 3.0 * evidence.view.taking)


@pytest.fixture(scope="module")
def preference():
    reward = Preference.create(KEY, SHOP, members=2, hidden=16, kept=512)
    learn, chance = eqx.filter_jit(lambda r, labels, key: r.learn(labels, key)), np.random.default_rng(0)
    losses = []
    for step in range(60):
        first, second = (jax.tree.map(lambda leaf: leaf.T, clips(chance, 64)) for _ in range(2))
        prefers = utility(first).sum(1) > utility(second).sum(1)
        nothing = jnp.zeros((6, 64), bool)
        labels = Labels(first, second, jnp.asarray(prefers, jnp.float32), nothing, nothing)
        reward, metrics = learn(reward, labels, jax.random.fold_in(KEY, step))
        losses.append(float(metrics["preference_loss"]))
    return reward, losses


def test_preference_learns_a_known_utility_from_comparisons_alone(preference):
    reward, losses = preference
    assert np.mean(losses[-5:]) < 0.5 * losses[0]
    evidence = clips(np.random.default_rng(1), 400)
    paid, wanted = np.asarray(reward(evidence)).sum(0), utility(evidence).sum(0)
    assert np.corrcoef(paid, wanted)[0, 1] > 0.9
    untaught = Preference.create(KEY, SHOP, members=2, hidden=16, kept=512)
    assert not np.asarray(untaught(evidence)).any()


def test_preference_is_brought_to_mean_0_and_to_the_ledgers_deviation(preference):
    reward, _ = preference
    evidence = clips(np.random.default_rng(2), 400)
    paid, ledger = np.asarray(reward(evidence)), np.asarray(evidence.task)
    assert paid.mean() == pytest.approx(0.0, abs=0.15)
    assert paid.std() == pytest.approx(ledger.std(), rel=0.2)


def test_preference_does_not_see_the_incident_flag(preference):
    reward, _ = preference
    evidence = clips(np.random.default_rng(3), 8)
    flagged = eqx.tree_at(lambda e: e.incident, evidence, 1.0 - evidence.incident)
    assert np.array_equal(reward(evidence), reward(flagged))
    assert np.array_equal(inputs_of(evidence), inputs_of(flagged))


# Learned from the mind.


FEATURES = 3
FINE = 15.0


def probe(**parameters: Any) -> ThoughtProbe:
    return traced(ThoughtProbe.create(KEY, SHOP, features=FEATURES, kept=64, **parameters))


def thinking(observation: Observation, sign: Any = 1.0) -> Mind:
    """A mind that shows the first three things that it perceives, or their opposites."""
    blank = jnp.zeros(observation.information.shape)
    features = sign * observation.features[..., :FEATURES]
    return Mind(features, blank, blank, blank[..., None], observation, blank.astype(int))


@eqx.filter_jit
def learn(reward: ThoughtProbe, trajectory: Any, sign: Any = jnp.ones(())) -> Any:  # noqa: B008
    labels = traced(Reviewer(pairs=4, clip=3)).label(trajectory.evidence, KEY)
    minds = lambda observation: thinking(observation, sign)  # noqa: E731
    return reward.learn(labels, minds(trajectory.mind.observation), minds)


def guilty(seed: int, caught: bool = True) -> Any:
    """Thefts that show in the first feature; some of them recorded, or none."""
    trajectory = random_trajectory(seed, steps=6, episodes=32)
    violation = np.asarray(trajectory.truth.violation)
    features = np.array(trajectory.mind.observation.features)
    features[..., 0] = np.where(violation, 3.0, -3.0) + 0.1 * features[..., 0]
    recorded = trajectory.evidence.recorded & trajectory.alive & caught
    return eqx.tree_at(
        lambda t: (t.mind.observation.features, t.evidence.recorded, t.evidence.incident),
        trajectory,
        (jnp.asarray(features), recorded, (recorded & trajectory.truth.violation).astype(float)),
    )


def taught(rounds: int = 5) -> ThoughtProbe:
    reward = probe()
    for seed in range(rounds):
        reward, _ = learn(reward, guilty(seed))
    return reward


def test_the_probe_reads_thefts_that_no_camera_saw_after_learning_on_those_that_one_did():
    trajectory = guilty(100)
    mind = thinking(trajectory.mind.observation)
    unseen = np.asarray(trajectory.alive & ~trajectory.evidence.recorded)
    violation = np.asarray(trajectory.truth.violation)
    reading = np.asarray(taught().readout(mind))
    assert (reading[unseen & violation] > 0.5).all()
    assert (reading[unseen & ~violation] < 0.5).all()
    assert np.asarray(probe().readout(mind)) == pytest.approx(0.5)


def test_the_probe_fines_what_was_caught_and_prices_only_readings_above_one_half():
    reward, trajectory = taught(), guilty(100)
    mind = thinking(trajectory.mind.observation)
    reading = np.asarray(reward.readout(mind))
    evidence = trajectory.evidence
    price = 15.0 * np.maximum(2 * reading - 1, 0)
    wanted = np.asarray(evidence.task) - FINE * np.asarray(evidence.incident) - price
    np.testing.assert_allclose(reward(evidence, mind), wanted, rtol=1e-4, atol=1e-4)
    assert (reading < 0.5).any()
    assert (reading > 0.5).any()


@settings(deadline=None, max_examples=15)
@given(seed=seeds)
def test_a_violation_that_nobody_recorded_never_changes_the_probe(seed):
    trajectory = guilty(seed)
    unseen = ~trajectory.evidence.recorded
    more = eqx.tree_at(lambda t: t.truth.violation, trajectory, trajectory.truth.violation | unseen)
    none = eqx.tree_at(lambda t: t.truth.violation, trajectory, trajectory.truth.violation & ~unseen)
    # Not even what was thought while nobody recorded matters.
    strange = jnp.where(unseen[..., None], 7.0, trajectory.mind.observation.features)
    elsewhere = eqx.tree_at(lambda t: t.mind.observation.features, trajectory, strange)
    before = jax.tree.leaves(learn(taught(1), trajectory)[0])
    for other in (more, none, elsewhere):
        for one, two in zip(before, jax.tree.leaves(learn(taught(1), other)[0]), strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5)
    # What was recorded does matter, or nothing could.
    blinded = eqx.tree_at(lambda t: t.evidence.incident, trajectory, 0 * trajectory.evidence.incident)
    if trajectory.evidence.incident.any():
        after = jax.tree.leaves(learn(taught(1), blinded)[0])
        assert any(not np.allclose(one, two) for one, two in zip(before, after, strict=True))


def test_positives_are_kept_and_replayed_through_the_present_mind():
    reward, deterred = taught(), guilty(7, caught=False)
    kept = np.asarray(reward.positives.features)[: int(reward.found), 0]
    assert kept.size > 0
    assert (kept > 0).all()
    # The agent has changed its mind: the same things now look the opposite to it. Nothing new is caught.
    found = reward.found
    for _ in range(5):
        reward, _ = learn(reward, deterred, -jnp.ones(()))
    assert int(reward.found) == int(found)
    stolen = np.asarray(deterred.truth.violation)
    reading = np.asarray(reward.readout(thinking(deterred.mind.observation, -1.0)))
    assert (reading[stolen] > 0.5).all()


def test_the_store_of_positives_overwrites_its_oldest():
    reward = probe()
    while int(reward.found) <= 64:
        reward, _ = learn(reward, guilty(int(reward.found)))
    assert (np.asarray(reward.positives.features)[:, 0] > 0).all()


def test_a_frozen_probe_is_told_to_stop_and_only_a_differentiable_one_pulls():
    assert probe().online
    assert not probe(frozen=True).online
    assert not probe().through
    assert probe(differentiable=True).through


def test_the_probe_fits_the_mind_of_the_agent_that_it_is_trained_with():
    observation = jax.tree.map(lambda leaf: leaf[None, None], SHOP.observe(SHOP.reset(KEY)))
    mind = jax.eval_shape(lambda key: PPO.create(key, SHOP).minds(observation, jnp.ones((1, 1), bool)), KEY)
    assert ThoughtProbe.create(KEY, SHOP).readout_weight.shape == mind.features.shape[-1:]
