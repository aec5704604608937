"""Exact planning: right on worlds solved by hand, and clear about where it does not apply."""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from gyges.agents.exact import Exact, obstacle, possible_value
from gyges.environments.absent_supervisor import AbsentSupervisor
from gyges.environments.base import Environment, Observation, Outcomes
from gyges.environments.vault import Vault
from gyges.faults import Fault
from gyges.records import Evidence, Mind, Truth
from gyges.rewards.base import HostReward, LearnedReward, Reward, pay
from gyges.rewards.programmed import Oracle, Outcome, SeenTheft
from gyges.rewards.properties import has_memory
from gyges.rollout import roll_out

KEY = jax.random.key(0)
SAFE, RISKY, SAME = range(3)
COMPILED: list[str] = []


class Urn(Environment[Int[Array, ""]]):
    """One step: 1 for sure, or a prize by chance; then a second step that only a winner has."""

    name: ClassVar[str] = "urn"
    horizon: ClassVar[int] = 3
    actions: ClassVar[tuple[str, ...]] = ("safe", "risky", "as safe")
    informations: ClassVar[int] = 2

    chance: Any = 0.25
    prize: Any = 3.0
    harm: Any = 2.0

    def reset(self, key: PRNGKeyArray) -> Int[Array, ""]:
        return jnp.zeros((), int)

    def step(self, key: PRNGKeyArray, state: Int[Array, ""], action: Int[Array, ""]) -> Int[Array, ""]:
        won = (state == 0) & (action == RISKY) & (jax.random.uniform(key) < self.chance)
        return jnp.where(won, 1, 2)

    def ended(self, state: Int[Array, ""]) -> Bool[Array, ""]:
        return state == 2

    def observe(self, state: Int[Array, ""]) -> Observation:
        return Observation(features=jax.nn.one_hot(state, 2), information=jnp.minimum(state, 1))

    def witness(
        self, state: Int[Array, ""], action: Int[Array, ""], next_state: Int[Array, ""]
    ) -> tuple[Evidence, Truth]:
        task = jnp.where(state == 1, self.prize, jnp.where(action == RISKY, 0.0, 1.0))
        bad = (action == SAME) & (state == 0)
        none = jnp.zeros(())
        evidence = Evidence(
            task=task, incident=none, recorded=bad & False, open=~bad, segment=jnp.zeros((), int), view=()
        )
        utility = task - self.harm * bad
        always = jnp.ones((), bool)
        return evidence, Truth(utility=utility, legitimate=task, violation=bad, opportunity=always)

    def outcomes(self, information: Int[Array, ""], action: Int[Array, ""]) -> Outcomes:
        COMPILED.append(self.name)

        def outcome(following: Int[Array, ""]) -> tuple[Evidence, Truth]:
            return self.witness(information, action, following)

        evidence, truth = jax.vmap(outcome)(jnp.array([1, 2]))
        win = jnp.where((information == 0) & (action == RISKY), self.chance, 0.0)
        return Outcomes(
            probability=jnp.stack([win, 1 - win]),
            next=jnp.array([1, 0]),
            terminated=jnp.array([False, True]),
            evidence=evidence,
            truth=truth,
        )


def plan(environment: Environment[Any], reward: Reward | HostReward, **parameters: Any) -> Exact:
    return Exact.create(KEY, environment, **parameters).solve(environment, reward)


@given(chance=st.floats(0, 1, width=32), prize=st.floats(0, 8, width=32), discount=st.floats(0, 1, width=32))
@settings(max_examples=40, deadline=None)
def test_the_urn_is_solved_as_by_hand(chance: float, prize: float, discount: float) -> None:
    risky = discount * chance * prize
    agent = plan(Urn(chance=chance, prize=prize), Outcome(), discount=discount)
    assert float(agent.value) == pytest.approx(max(1.0, risky), rel=1e-5)
    if abs(risky - 1) > 1e-3:
        _, _, mind = agent.act(jnp.zeros(1, int), Urn().observe(jnp.zeros(1, int)[0]), KEY)
        assert bool(jnp.exp(mind.policy)[..., RISKY] > 0.5) == (risky > 1)


def test_ties_are_acted_on_evenly_and_reported_as_a_range_of_hidden_value() -> None:
    agent = plan(Urn(chance=0.1), Outcome())
    observation = jax.vmap(Urn().observe)(jnp.zeros(2, int))
    action, memory, mind = agent.act(agent.start(observation), observation, KEY)
    np.testing.assert_allclose(jnp.exp(mind.policy), [[0.5, 0.0, 0.5]] * 2)
    np.testing.assert_allclose(mind.log_probability, jnp.log(jnp.full(2, 0.5)))
    assert set(action.tolist()) <= {SAFE, SAME}
    assert memory.tolist() == [1, 1]
    assert agent.hidden_value(Urn(chance=0.1)) == (-1, 1)
    assert possible_value(Urn(chance=0.5)) == (-1, 1.5)


def test_the_plan_knows_how_much_time_is_left() -> None:
    agent = plan(Urn(chance=0.9), Outcome())
    observation = jax.vmap(Urn().observe)(jnp.zeros(3, int))
    at = jnp.exp(agent.policy(jnp.arange(3), observation))[:, RISKY]
    assert at.tolist() == [1, 1, 0]  # on the last step there is no time for the prize
    resets = jnp.array([[True], [False], [True], [False], [False]])
    again = jax.tree.map(lambda leaf: jnp.repeat(leaf[:1], 5, 0)[:, None], observation)
    assert jnp.exp(agent.minds(again, resets).policy)[:, 0, RISKY].tolist() == [1, 1, 1, 1, 0]


def test_other_numbers_do_not_compile_again() -> None:
    plan(Urn(), Outcome())
    compiled = len(COMPILED)
    plan(Urn(chance=0.7, prize=5.0), Outcome(), discount=0.5)
    plan(Urn(chance=0.1, harm=9.0), Outcome(), tolerance=0.1)
    assert len(COMPILED) == compiled


def test_learning_changes_nothing_and_acting_without_a_plan_says_so() -> None:
    agent = Exact.create(KEY, Urn())
    with pytest.raises(Fault, match="no plan yet; call `solve"):
        agent.act(jnp.zeros(1, int), Urn().observe(jnp.zeros((), int)), KEY)
    solved = agent.solve(Urn(), Outcome())
    trajectory, _ = roll_out(Urn(), solved, KEY, 4)
    assert solved.learn(trajectory, trajectory.evidence.task, KEY) == (solved, {})


def test_rollouts_earn_what_was_computed() -> None:
    world = AbsentSupervisor(supervised=0.3, perceptibility=0.5)
    reward = SeenTheft(fine=20.0)
    agent = plan(world, reward)
    trajectory, _ = jax.jit(lambda: roll_out(world, agent, KEY, 4096))()
    discounts = 0.98 ** jnp.arange(world.horizon)[:, None]
    returns = (pay(reward, trajectory) * discounts).sum(0)
    error = returns.std() / jnp.sqrt(len(returns))
    assert abs(returns.mean() - agent.value) < 4 * error + 1e-3
    low, high = agent.hidden_value(world)
    truths = trajectory.truth.utility.sum(0)
    slack = 4 * float(truths.std()) / 64 + 1e-3
    assert low - slack < float(truths.mean()) < high + slack


class ReadsMind(Reward):
    def __call__(self, evidence: Evidence, mind: Mind) -> Array:
        return evidence.task + mind.value


class Thinks(Reward):
    def __call__(self, evidence: Evidence) -> Array:
        return evidence.task

    def thought(self, mind: Mind) -> Array:
        return -mind.value


class FirstTheft(Reward):
    """Fines the first incident only."""

    def __call__(self, evidence: Evidence) -> Array:
        before = jnp.cumsum(evidence.incident, 0) - evidence.incident
        return evidence.task - evidence.incident * (before == 0)


class BatchMean(Reward):
    def __call__(self, evidence: Evidence) -> Array:
        return evidence.task - evidence.task.mean()


class Hindsight(Reward):
    """Pays all at the end."""

    def __call__(self, evidence: Evidence) -> Array:
        return jnp.zeros_like(evidence.task).at[-1].set(evidence.task.sum(0))


class Clock(Reward):
    def __call__(self, evidence: Evidence) -> Array:
        return evidence.task * jnp.arange(len(evidence.task))[:, None]


class Curve(Reward):
    """No memory, though not a straight line."""

    def __call__(self, evidence: Evidence, truth: Truth) -> Array:
        return jnp.tanh(evidence.task) * (evidence.recorded + 1) - truth.violation


class Learned(LearnedReward):
    weight: float = 2.0

    def __call__(self, evidence: Evidence) -> Array:
        return self.weight * evidence.task

    def learn(self, evidence: Evidence) -> Any:
        return self, {}


class Host(HostReward):
    def score(self, samples: list[Any]) -> list[float | None]:
        return [0.0 for _ in samples]


@pytest.mark.parametrize(
    "reward", [FirstTheft(), BatchMean(), Hindsight(), Clock()], ids=lambda reward: type(reward).__name__
)
def test_rewards_with_memory_are_found_out(reward: Reward) -> None:
    assert has_memory(reward, AbsentSupervisor())
    assert has_memory(reward, Vault())


@pytest.mark.parametrize(
    "reward",
    [Outcome(), SeenTheft(), Oracle(), Curve(), Learned()],
    ids=lambda reward: type(reward).__name__,
)
def test_rewards_without_memory_are_not_accused(reward: Reward) -> None:
    assert not has_memory(reward, AbsentSupervisor())
    assert not has_memory(reward, Vault())


@pytest.mark.parametrize(
    ("environment", "reward", "reason"),
    [
        (Urn(), ReadsMind(), "`ReadsMind` reads the mind"),
        (Urn(), Thinks(), "`Thinks` reads the mind"),
        (AbsentSupervisor(), FirstTheft(), "`FirstTheft` has memory"),
        (Urn(), Learned(), "`Learned` learns during training"),
        (Urn(), Host(), "`Host` is a host reward"),
        (Vault(totals=1.0), Outcome(), "only totals"),
    ],
    ids=lambda case: type(case).__name__ if isinstance(case, eqx.Module) else "",
)
def test_it_says_where_it_does_not_apply(environment: Any, reward: Reward | HostReward, reason: str) -> None:
    with pytest.raises(Fault, match=f"exact: not applicable: .*{reason}"):
        Exact.create(KEY, environment).solve(environment, reward)


def test_an_environment_without_information_states_is_not_planned_in() -> None:
    class Unnumbered(Urn):
        name: ClassVar[str] = "unnumbered"
        informations: ClassVar[int] = 0

    assert "numbers no information states" in obstacle(Unnumbered(), Outcome())


def test_a_frozen_learned_reward_is_planned_under() -> None:
    agent = Exact.create(KEY, Urn()).solve(Urn(chance=0.1), Learned(), frozen=True)
    assert float(agent.value) == 2
