"""A language model in miniature: a reward in plain Python, and samples compared within their group."""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.agents.base import Agent
from gyges.environments.base import Environment, Observation
from gyges.faults import Fault
from gyges.oversight.reviewer import Reviewer
from gyges.records import Evidence, Mind, Trajectory, Truth
from gyges.rewards.base import HostReward, kind
from gyges.rollout import collect
from gyges.seeds import one_seed
from gyges.training import improve, score_on_host, train

LETTERS = "abc"
VOCABULARY = (*LETTERS, ".")
STOP = len(LETTERS)
SIBLINGS = 8
ADAM = optax.adam(0.1)
KEYS = jax.random.split(jax.random.key(2), 1)


class State(eqx.Module):
    time: Int[Array, ""]
    prompt: Int[Array, ""]
    last: Int[Array, ""]


class Text(eqx.Module):
    prompt: Int[Array, "time batch"]
    token: Int[Array, "time batch"]


class Completion(Environment[State]):
    """A prompt of one letter, then letters up to a full stop."""

    name: ClassVar[str] = "completion"
    horizon: ClassVar[int] = 5
    actions: ClassVar[tuple[str, ...]] = VOCABULARY

    def reset(self, key: PRNGKeyArray) -> State:
        start = jnp.zeros((), int)
        return State(start, jax.random.randint(key, (), 0, len(LETTERS)), start)

    def step(self, key: PRNGKeyArray, state: State, action: Int[Array, ""]) -> State:
        return State(state.time + 1, state.prompt, action)

    def ended(self, state: State) -> Bool[Array, ""]:
        return (state.last == STOP) & (state.time > 0)

    def observe(self, state: State) -> Observation:
        prompt, time = jax.nn.one_hot(state.prompt, len(LETTERS)), jax.nn.one_hot(state.time, self.horizon)
        return Observation(jnp.outer(prompt, time).reshape(-1), jnp.zeros((), int))

    def witness(self, state: State, action: Int[Array, ""], next_state: State) -> tuple[Evidence, Truth]:
        none, no, yes = jnp.zeros(()), jnp.zeros((), bool), jnp.ones((), bool)
        text = Text(prompt=state.prompt, token=action)
        evidence = Evidence(none, none, yes, ~self.ended(next_state), jnp.zeros((), int), text)
        return evidence, Truth(utility=none, legitimate=none, violation=no, opportunity=no)

    def samples(self, evidence: Evidence) -> list[Any]:
        """ "b: bb." for each episode; without the stop if it was cut off."""
        texts = []
        for prompt, tokens, open_ in zip(evidence.view.prompt.T, evidence.view.token.T, evidence.open.T, strict=True):
            length = min(int(open_.sum()) + 1, len(tokens))
            texts.append(f"{LETTERS[prompt[0]]}: {''.join(VOCABULARY[token] for token in tokens[:length])}")
        return texts


class Echo(HostReward):
    """1 for each letter that repeats the prompt, -1 for each that does not; no score without a full stop."""

    def score(self, samples: list[Any]) -> list[float | None]:
        scores: list[float | None] = []
        for sample in samples:
            prompt, _, said = sample.partition(": ")
            right = said.count(prompt)
            scores.append(float(2 * right - len(said) + 1) if said.endswith(".") else None)
        return scores


class Group(Agent):
    """A table of logits, trained on advantages relative to the group (GRPO without a clip)."""

    name: ClassVar[str] = "miniature-group"

    logits: Float[Array, "input action"]
    optimiser: Any

    @property
    def siblings(self) -> int:
        return SIBLINGS

    @classmethod
    def create(cls, key: PRNGKeyArray, environment: Completion, **parameters: Any) -> "Group":
        logits = jnp.zeros((len(LETTERS) * environment.horizon, len(VOCABULARY)))
        return cls(logits, ADAM.init(logits))

    def act(self, memory: Any, observation: Observation, key: PRNGKeyArray) -> Any:
        mind = self.minds(observation, jnp.zeros(()))
        action = jax.random.categorical(key, mind.policy)
        return action, memory, eqx.tree_at(lambda m: m.action, mind, action)

    def minds(self, observation: Observation, resets: Bool[Array, "time batch"]) -> Mind:
        policy = jax.nn.log_softmax(observation.features @ self.logits)
        blank = jnp.zeros(policy.shape[:-1])
        return Mind(observation.features, blank, blank, policy, observation, blank.astype(int))

    def learn(self, trajectory: Trajectory, rewards: Array, key: PRNGKeyArray, through: Any = None) -> Any:
        advantages = relative(trajectory, rewards)
        alive = trajectory.alive.astype(float)

        def loss(logits: Array) -> Float[Array, ""]:
            policy = jax.nn.log_softmax(trajectory.mind.observation.features @ logits)
            taken = jnp.take_along_axis(policy, trajectory.mind.action[..., None], -1)[..., 0]
            return -(taken * advantages * alive).sum() / alive.sum()

        step, optimiser = ADAM.update(jax.grad(loss)(self.logits), self.optimiser)
        learned = eqx.tree_at(lambda a: (a.logits, a.optimiser), self, (self.logits + step, optimiser))
        return learned, {"left_out": (~trajectory.alive.any(0)).sum()}


def relative(trajectory: Trajectory, rewards: Array) -> Float[Array, " batch"]:
    """How much better each episode was than its group, in the group's own deviations."""
    episodes = rewards.shape[1]
    inside = trajectory.alive.any(0).astype(float)
    total = lambda values: jax.ops.segment_sum(values * inside, trajectory.group, episodes)[trajectory.group]  # noqa: E731
    count = jnp.maximum(total(jnp.ones(episodes)), 1.0)
    returned = rewards.sum(0)
    apart = returned - total(returned) / count
    return inside * apart / (jnp.sqrt(total(jnp.square(apart)) / count) + 1e-4)


@pytest.fixture(scope="module")
def curve():
    agents = eqx.filter_vmap(lambda key: Group.create(key, Completion()))(KEYS)
    return [*train(Completion(), agents, Echo(), KEYS, updates=60, overseer=Reviewer(), episodes=64)]


def test_the_reward_sees_decoded_text(curve):
    seen, _ = collect(Completion(), curve[0].agents, None, KEYS, 64)
    texts = Completion().samples(jax.tree.map(lambda leaf: np.asarray(leaf[0]), seen.evidence))
    assert len(texts) == 64
    for text, prompt, length in zip(texts, seen.evidence.view.prompt[0, 0], seen.alive[0].sum(0), strict=True):
        assert text[:3] == f"{LETTERS[int(prompt)]}: "
        said = text[3:]
        assert len(said) == length
        assert set(said[:-1]) <= set(LETTERS)
        assert said[-1] == "." or length == Completion.horizon
    assert kind(Echo()) == "behaviourist"


def test_siblings_share_a_prompt_and_are_a_group(curve):
    seen = one_seed(collect(Completion(), curve[0].agents, None, KEYS, 64)[0], 0)
    prompts = np.asarray(seen.evidence.view.prompt)[0].reshape(-1, SIBLINGS)
    assert (prompts == prompts[:, :1]).all()
    assert len(set(prompts[:, 0])) == len(LETTERS)
    assert np.array_equal(seen.group, np.arange(64) // SIBLINGS)
    assert len({tuple(column) for column in np.asarray(seen.mind.action).T}) > SIBLINGS  # but not their answers
    with pytest.raises(Fault, match=r"12 episodes are not a multiple of the 8 siblings.*play 16"):
        collect(Completion(), curve[0].agents, None, KEYS, 12)


def test_it_learns_from_scores_within_groups(curve):
    returns = np.array([progress.metrics["reward"][0] for progress in curve])
    left_out = np.array([progress.metrics["left_out"][0] for progress in curve])
    assert left_out[0] > 5  # unfinished at first, and out of their groups
    assert returns[:3].mean() < 0
    assert returns[-5:].mean() > 3  # 4 letters and a stop is the best of all
    texts = Completion().samples(
        jax.tree.map(
            lambda leaf: np.asarray(leaf[0]), collect(Completion(), curve[-1].agents, None, KEYS, 64)[0].evidence
        )
    )
    assert np.mean([text in ("a: aaaa.", "b: bbbb.", "c: cccc.") for text in texts]) > 0.6


def test_what_leaves_the_group_teaches_nothing_and_moves_no_other(curve):
    agents = curve[0].agents
    seen, _ = collect(Completion(), agents, None, KEYS, 64)
    scored, paid = score_on_host(Completion(), Echo(), seen)
    outside = ~np.asarray(scored.alive).any(1)[0]
    assert 0 < outside.sum() < 64
    spoilt_paid = paid.at[:, :, outside].set(0.0)
    action = scored.mind.action.at[:, :, outside].set(0)
    spoilt = eqx.tree_at(lambda t: t.mind.action, scored, action)
    learned = improve(agents, scored, paid, KEYS, None)[0].logits
    spoiled = improve(agents, spoilt, spoilt_paid, KEYS, None)[0].logits
    assert np.array_equal(learned, spoiled)
    assert not np.array_equal(learned, agents.logits)
    advantage = relative(one_seed(scored, 0), paid[0])
    groups = np.asarray(advantage).reshape(-1, SIBLINGS)
    np.testing.assert_allclose(groups.sum(1), 0, atol=1e-3)
    assert not np.asarray(advantage)[outside].any()
