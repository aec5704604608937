"""The contract: a reward gets what it names and nothing else."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_world import EPISODES, KEYS, REVIEWER, SHOP, LearnsFromLabels, random_trajectory, weigh

from gyges.faults import Fault
from gyges.parameters import traced
from gyges.rewards.base import HostReward, LearnedReward, Reward, kind, pay, reads
from gyges.rewards.introspective import ThoughtProbe
from gyges.rewards.preference import Preference
from gyges.rewards.programmed import Oracle
from gyges.seeds import over_seeds
from gyges.training import grade, teach, train

RECORDS = ("evidence", "mind", "truth")


def shaken(tree: Any, seed: int) -> Any:
    """`tree` with every leaf changed everywhere, as far as its type goes."""
    chance = np.random.default_rng(seed)

    def shake(leaf: jax.Array) -> jax.Array:
        if leaf.dtype == bool:
            return ~leaf
        return leaf + jnp.asarray(chance.integers(1, 5, leaf.shape), leaf.dtype)

    return jax.tree.map(shake, tree)


def change(trajectory: Any, record: str, seed: int) -> Any:
    return eqx.tree_at(lambda t: getattr(t, record), trajectory, shaken(getattr(trajectory, record), seed))


class ReadsEvidence(Reward):
    def __call__(self, evidence):
        return weigh(evidence)


class ReadsMind(Reward):
    def __call__(self, mind):
        return weigh(mind)


class ReadsTruth(Reward):
    def __call__(self, truth):
        return weigh(truth)


class ReadsTwo(Reward):
    def __call__(self, truth, evidence):
        return weigh(evidence) + weigh(truth)


class ReadsNothing(Reward):
    def __call__(self):
        return jnp.ones((5, EPISODES))


READERS = {
    ReadsEvidence: {"evidence"},
    ReadsMind: {"mind"},
    ReadsTruth: {"truth"},
    ReadsTwo: {"truth", "evidence"},
    ReadsNothing: set(),
}


# What is not named does not leak.


@pytest.mark.parametrize("reader", READERS)
@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**31), shake=st.integers(0, 2**31), compiled=st.booleans())
def test_an_unnamed_record_cannot_move_a_reward_by_a_bit(reader, seed, shake, compiled):
    def paid(trajectory):
        if not compiled:
            return pay(reader(), trajectory)
        return grade(reader(), jax.tree.map(lambda leaf: leaf[None], trajectory))

    trajectory = random_trajectory(seed)
    before = np.asarray(paid(trajectory))
    for record in RECORDS:
        after = np.asarray(paid(change(trajectory, record, shake)))
        if record in READERS[reader]:
            assert (before != after).any(), f"{reader.__name__} names {record}, so it has to feel it"
        else:
            assert before.tobytes() == after.tobytes()


class LearnsFromMinds(LearnsFromLabels):
    def learn(self, mind, minds):
        level = weigh(minds(mind.observation)).mean()
        return eqx.tree_at(lambda r: r.level, self, level), {"level": level}


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**31), shake=st.integers(0, 2**31))
def test_an_unnamed_record_cannot_move_what_a_reward_learns(agents, seed, shake):
    batch = jax.tree.map(lambda *leaves: jnp.stack(leaves), random_trajectory(seed), random_trajectory(seed + 1))

    def level(reward, trajectories):
        learned, _ = teach(over_seeds(traced(reward), 2), REVIEWER, agents, trajectories, KEYS)
        return np.asarray(learned.level)

    for reward, felt in ((LearnsFromLabels(), "evidence"), (LearnsFromMinds(), "mind")):
        before = level(reward, batch)
        for record in RECORDS:
            after = level(reward, change(batch, record, shake))
            assert (before.tobytes() == after.tobytes()) == (record != felt), (type(reward).__name__, record)


# What a reward is follows from what it names.


class ThinksOfTheMind(ReadsEvidence):
    def thought(self, mind):
        return -mind.value


class PullsOnTheMind(ReadsEvidence):
    def gradient(self, mind):
        return -mind.value


class LearnsFromTheMind(ReadsEvidence, LearnedReward):
    def learn(self, mind):
        return self, {}


class ReplaysMinds(ReadsEvidence, LearnedReward):
    def learn(self, labels, minds):
        return self, {}


class LearnsFromTheTruth(ReadsMind, LearnedReward):
    def learn(self, truth):
        return self, {}


class LearnsFromKeys(ReadsEvidence, LearnedReward):
    def learn(self, labels, key):
        return self, {}


class Host(HostReward):
    def score(self, samples):
        return [0.0] * len(samples)


@pytest.mark.parametrize(
    ("reward", "wanted"),
    [
        (ReadsEvidence, "behaviourist"),
        (ReadsNothing, "behaviourist"),
        (LearnsFromKeys, "behaviourist"),
        (Preference, "behaviourist"),
        (Host, "behaviourist"),
        (ReadsMind, "non-behaviourist"),
        (ThinksOfTheMind, "non-behaviourist"),
        (PullsOnTheMind, "non-behaviourist"),
        (LearnsFromTheMind, "non-behaviourist"),
        (ReplaysMinds, "non-behaviourist"),
        (ThoughtProbe, "non-behaviourist"),
        (ReadsTruth, "reference"),
        (ReadsTwo, "reference"),
        (LearnsFromTheTruth, "reference"),
        (Oracle, "reference"),
    ],
)
def test_behaviourist_is_derived_from_the_names(reward, wanted):
    made = reward.create(KEYS[0], SHOP) if issubclass(reward, Reward) else reward()
    assert kind(made) == wanted


class TakesAnything(Reward):
    def __call__(self, *records):
        return records[0].task


class TakesKeywords(Reward):
    def __call__(self, evidence, **others):
        return evidence.task


class AsksForTheWorld(Reward):
    def __call__(self, environment):
        return environment


class ThinksOfTheTruth(ReadsEvidence):
    def thought(self, truth):
        return truth.utility


class LearnsFromTheWatch(ReadsEvidence, LearnedReward):
    def learn(self, cameras):
        return self, {}


class ByPosition(Reward):
    def __call__(self, evidence, /):
        return evidence.task


class ScoresWithAnswers(HostReward):
    def score(self, samples, answers):
        return answers


@pytest.mark.parametrize(
    ("reward", "said"),
    [
        (TakesAnything, ("`*records`", "name the records", "evidence, mind, truth")),
        (TakesKeywords, ("`*others`", "name the records")),
        (AsksForTheWorld, ("`environment`", "`evidence`, `mind`, `truth`")),
        (ThinksOfTheTruth, ("`thought`", "`truth`", "given `mind`")),
        (LearnsFromTheWatch, ("`learn`", "`cameras`", "`labels`", "`minds`", "`key`")),
        (ByPosition, ("`evidence`", "remove the `/`")),
        (ScoresWithAnswers, ("`score`", "`answers`", "given `samples`")),
    ],
)
def test_a_call_that_hides_what_it_reads_is_refused_before_anything_is_played(reward, said, agents):
    for refused in (
        lambda: reads(reward()),
        lambda: next(train(SHOP, agents, reward(), KEYS, updates=1, overseer=REVIEWER, episodes=4)),
    ):
        with pytest.raises(Fault) as fault:
            refused()
        assert reward.__name__ in fault.value.message
        assert all(word in fault.value.message for word in said), fault.value.message
