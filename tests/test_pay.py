"""What a reward returns is checked, and paid when the design says."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_world import EPISODES, KEYS, LEAVE, REVIEWER, SHOP, Shop, random_trajectory

from gyges.faults import Fault
from gyges.rewards.base import HostReward, Reward, paid_samples, pay
from gyges.rollout import collect
from gyges.seeds import over_seeds
from gyges.training import grade, score_on_host, train

# What a reward returns is checked.


class Returns(Reward):
    what: Any = eqx.field(static=True)

    def __call__(self, evidence):
        return self.what(evidence.task)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda task: task.sum(0), ("shape (4,)", "4 episodes of 5 steps", "shape (5, 4)")),
        (lambda task: task.T, ("shape (4, 5)", "shape (5, 4)")),
        (lambda task: task[..., None], ("shape (5, 4, 1)", "shape (5, 4)")),
        (lambda task: task.sum(), ("shape ()", "shape (5, 4)")),
        (lambda task: 1.0, ("returned float", "shape (5, 4)")),
        (lambda task: None, ("returned NoneType", "shape (5, 4)")),
        (lambda task: [task], ("returned list", "shape (5, 4)")),
        (lambda task: task.astype(int), ("dtype int32", "astype(float)")),
        (lambda task: task > 0, ("dtype bool", "astype(float)")),
        (lambda task: task + 0j, ("dtype complex64", "floats")),
    ],
)
def test_a_reward_of_the_wrong_form_is_refused(what, said):
    with pytest.raises(Fault) as fault:
        pay(Returns(what), random_trajectory(0))
    assert all(word in fault.value.message for word in ("`Returns`", *said)), fault.value.message


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_a_reward_that_is_not_finite_is_refused_with_its_place(agents, bad):
    class Blows(Reward):
        def __call__(self, evidence):
            return jnp.zeros_like(evidence.task).at[0, 2].set(bad)

    training = train(SHOP, agents, over_seeds(Blows(), 2), KEYS, updates=1, overseer=REVIEWER, episodes=EPISODES)
    with pytest.raises(Fault, match=rf"`Blows` returned {bad} at update 0, step 0, episode 2.*finite"):
        next(training)


class Thinks(Reward):
    what: Any = eqx.field(static=True)

    def __call__(self, evidence):
        return evidence.task

    def thought(self, mind):
        return self.what(mind)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda mind: mind.policy, ("shape (4, 3)", "4 episodes", "shape (4,)")),
        (lambda mind: mind.action, ("dtype int32", "floats")),
        (lambda mind: 0.0, ("returned float", "one number per episode")),
    ],
)
def test_a_thought_of_the_wrong_form_is_refused(agents, what, said):
    with pytest.raises(Fault) as fault:
        collect(SHOP, agents, over_seeds(Thinks(what), 2), KEYS, EPISODES)
    assert all(word in fault.value.message for word in ("`Thinks`", "`thought`", *said)), fault.value.message


class Scores(HostReward):
    what: Any

    def score(self, samples):
        return self.what


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ([1.0], ("1 scores for 3 samples", "one score each")),
        ([1.0] * 4, ("4 scores for 3 samples", "one score each")),
        (None, ("returned NoneType", "list")),
        ("abc", ("3 samples", "list")),
        (1.0, ("returned float", "list")),
        ([0.0, "good", 1.0], ("sample 1", "'good'", "finite number", "None")),
        ([0.0, 1.0, True], ("sample 2", "True", "finite number")),
        ([float("nan"), 1.0, 1.0], ("sample 0", "nan", "finite number")),
        ([0.0, float("inf"), 1.0], ("sample 1", "inf", "finite number")),
        ([0.0, [1.0], 1.0], ("sample 1", "[1.0]", "finite number")),
        ([0.0, 1j, 1.0], ("sample 1", "1j", "finite number")),
    ],
)
def test_scores_of_the_wrong_form_are_refused(what, said):
    with pytest.raises(Fault) as fault:
        paid_samples(Scores(what), ["a", "b", "c"])
    assert all(word in fault.value.message for word in ("`Scores`", *said)), fault.value.message


def test_scores_may_be_any_real_numbers_or_none():
    assert paid_samples(Scores([1, np.float32(0.5), None]), ["a", "b", "c"]) == [1.0, 0.5, None]


# When a reward is paid.


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**31))
def test_padding_earns_nothing(seed):
    trajectory = random_trajectory(seed)
    trajectory = eqx.tree_at(lambda t: t.thought, trajectory, jnp.ones_like(trajectory.thought))
    paid = pay(Returns(lambda task: jnp.where(trajectory.alive, 1.0, jnp.nan)), trajectory)
    assert np.array_equal(paid, 2.0 * trajectory.alive)


class Counts(Thinks):
    """Pays the length of each episode, in thoughts."""

    what: Any = eqx.field(static=True, default=None)

    def __call__(self, evidence):
        return 10 * jnp.ones_like(evidence.task)

    def thought(self, mind):
        return 1.0 + mind.action


def test_a_thought_is_paid_inside_the_rollout_and_only_while_the_episode_runs(agents):
    thinkers = over_seeds(Counts(), 2)
    played = collect(SHOP, agents, thinkers, KEYS, EPISODES)[0]
    assert not played.alive.all()  # some left early
    assert np.array_equal(played.thought, jnp.where(played.alive, 1.0 + played.mind.action, 0.0))
    assert np.array_equal(grade(thinkers, played), jnp.where(played.alive, 11.0 + played.mind.action, 0.0))
    silent = collect(SHOP, agents, None, KEYS, EPISODES)[0]
    assert not silent.thought.any()
    assert np.array_equal(silent.mind.action, played.mind.action)  # an agent that does not ask does not change


def test_an_episode_ends_once_and_leaves_blank_padding(agents):
    played = collect(SHOP, agents, None, KEYS, 16)[0]
    ended = np.asarray(played.terminated)
    assert (ended.sum(1) == 1).all()
    assert np.array_equal(played.alive, ended.cumsum(1) - ended == 0)
    left = np.asarray(played.mind.action == LEAVE) & np.asarray(played.alive)
    assert np.array_equal(left.any(1), ~np.asarray(played.alive).all(1) | left[:, -1])
    padding = ~np.asarray(played.alive)
    assert not np.asarray(played.evidence.task)[padding].any()
    assert not np.asarray(played.truth.violation)[padding].any()


def test_a_host_score_is_paid_at_the_last_step_and_none_leaves_the_group(agents):
    class Ledger(HostReward):
        def score(self, samples):
            return [None if index == 1 else float(index) for index, _ in enumerate(samples)]

    played = collect(SHOP, agents, None, KEYS, EPISODES)[0]
    scored, paid = score_on_host(SHOP, Ledger(), played)
    last = np.asarray(played.terminated)
    wanted = np.where(last, np.array([0.0, 0.0, 2.0, 3.0]), 0.0)
    assert np.array_equal(paid, wanted)
    assert not scored.alive[:, :, 1].any()
    others = [0, 2, 3]
    assert np.array_equal(scored.alive[:, :, others], played.alive[:, :, others])


def test_a_world_that_makes_too_few_samples_is_refused(agents):
    class Host(HostReward):
        def score(self, samples):
            return [0.0] * len(samples)

    class Loses(Shop):
        def samples(self, evidence):
            return super().samples(evidence)[1:]

    with pytest.raises(Fault, match="3 samples of 4 episodes"):
        score_on_host(Loses(), Host(), collect(SHOP, agents, None, KEYS, EPISODES)[0])
