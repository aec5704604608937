"""The contract: a reward gets what it names and nothing else, and is paid as the design says."""

from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_world import LEAVE, LearnsFromLabels, Shop, random_trajectory, weigh

from gyges import checkpoints, experiment
from gyges.agents.ppo import PPO
from gyges.cell import Cell
from gyges.faults import Fault
from gyges.oversight.reviewer import Reviewer
from gyges.parameters import traced
from gyges.rewards.base import HostReward, LearnedReward, Reward, kind, paid_samples, pay, reads
from gyges.rewards.introspective import ThoughtProbe
from gyges.rewards.preference import Preference
from gyges.rewards.programmed import Oracle
from gyges.rollout import collect
from gyges.seeds import over_seeds
from gyges.training import grade, score_on_host, teach, train

RECORDS = ("evidence", "mind", "truth")
SHOP = traced(Shop())
KEYS = jax.random.split(jax.random.key(3), 2)
REVIEWER = traced(Reviewer(pairs=4, clip=3))
EPISODES = 4


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


@pytest.fixture(scope="module")
def agents():
    return eqx.filter_vmap(lambda key: PPO.create(key, SHOP, width=3, depth=1, minibatches=1, epochs=1))(KEYS)


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
    class Loses(Shop):
        def samples(self, evidence):
            return super().samples(evidence)[1:]

    with pytest.raises(Fault, match="3 samples of 4 episodes"):
        score_on_host(Loses(), Host(), collect(SHOP, agents, None, KEYS, EPISODES)[0])


# The same seed gives the same bits.


def bits(tree: Any) -> list[bytes]:
    leaves = jax.tree.leaves(eqx.filter(tree, eqx.is_array))
    plain = (jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf for leaf in leaves)
    return [np.asarray(leaf).tobytes() for leaf in plain]


def finish(agents: Any, updates: int, done: int = 0, reward: Any = None) -> Any:
    reward = over_seeds(traced(LearnsFromLabels()), 2) if reward is None else reward
    running = train(SHOP, agents, reward, KEYS, updates=updates, overseer=REVIEWER, episodes=EPISODES, done=done)
    return [*running][-1]


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(agents):
    first, second = finish(agents, 3), finish(agents, 3)
    assert bits((first.agents, first.reward)) == bits((second.agents, second.reward))
    assert bits(jax.tree.map(lambda leaf: leaf[0], first.agents.network)) != bits(
        jax.tree.map(lambda leaf: leaf[1], first.agents.network)
    )


def test_training_that_goes_on_from_an_update_repeats_the_same_bits(agents):
    whole, half = finish(agents, 4), finish(agents, 2)
    resumed = finish(half.agents, 4, done=2, reward=half.reward)
    assert bits((whole.agents, whole.reward)) == bits((resumed.agents, resumed.reward))


class KilledError(Exception):
    pass


def test_a_killed_cell_resumes_to_the_same_bits(tmp_path, monkeypatch):
    world = Path(__file__).parent / "tiny_world.py"
    cell = Cell(
        environment=f"{world}:Shop",
        reward=f"{world}:LearnsFromLabels",
        agent_parameters={"width": 4, "depth": 1, "epochs": 1, "minibatches": 1},
        updates=4,
        budgets=(1, 4),
        seeds=(0, 1),
        episodes=32,
    )
    monkeypatch.setattr(experiment, "SAVE_EVERY", 0.0)
    undisturbed = experiment.run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)
    folder = tmp_path / "checkpoint"

    def kill(updates: int, steps: int) -> None:
        if updates == 3:
            raise KilledError

    with pytest.raises(KilledError):
        experiment.run_cell(cell, inputs={}, checkpoint=folder, progress=kill)
    assert checkpoints.load(folder) is not None
    seen: list[int] = []
    resumed = experiment.run_cell(cell, inputs={}, checkpoint=folder, progress=lambda updates, _: seen.append(updates))
    assert seen == [3, 4]  # it did go on from where it was killed
    assert resumed.metrics.equals(undisturbed.metrics)
    assert resumed.episodes == undisturbed.episodes
