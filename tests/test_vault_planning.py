"""The vault as a planner sees it agrees with the vault as it is played, and with claim 2's arithmetic."""

from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.agents.exact import Exact, possible_value
from gyges.environments.base import Observation
from gyges.environments.vault import COINS, DRAWER, EXIT, INTERACT, LEVELS, SPOTS, State, Vault
from gyges.evaluation.break_even import break_even, dilemma, honeypot_bound, occasion_cost
from gyges.oversight.cameras import Cameras
from gyges.parameters import traced
from gyges.records import Trajectory
from gyges.rewards.base import Reward, pay
from gyges.rewards.programmed import SeenTheft
from gyges.rollout import roll_out

KEY = jax.random.key(0)
EPISODES = 2**15
MURKY = Cameras(rate=0.35, perceptibility=0.6, honeypot_rate=0.5, tell=0.4, flicker=0.15)
"""Every kind of chance at once: a light that may be wrong, honeypots with a tell, flicker."""
WORLD = Vault(cameras=MURKY, gift_rate=0.4)


@cache
def played(steps: int) -> tuple[State, jax.Array, Any]:
    """Many episodes a few steps on, put at the box and about to interact: state, information, evidence."""

    def play(key: jax.Array) -> tuple[State, jax.Array, Any]:
        first, *rest = jax.random.split(key, steps + 1)
        state = WORLD.reset(first)
        for step in rest:
            state = WORLD.step(step, state, jnp.asarray(0))
        state = eqx.tree_at(lambda s: s.agent, state, jnp.asarray(SPOTS)[state.spot])
        action = jnp.asarray(INTERACT)
        evidence, _ = WORLD.witness(state, action, WORLD.step(first, state, action))
        return state, WORLD.information(state), evidence

    played: tuple[State, jax.Array, Any] = jax.jit(jax.vmap(play))(jax.random.split(KEY, EPISODES))
    return played


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_the_posterior_is_the_frequency_of_recording_given_what_was_perceived(steps: int) -> None:
    state, information, evidence = played(steps)
    outcomes = jax.jit(jax.vmap(WORLD.outcomes, (0, None)))(information, jnp.asarray(INTERACT))
    nature = np.where(state.gift, 4, state.opening)
    watch = state.watch
    perceived = np.stack([nature, watch.light, watch.first_light, watch.real], -1)
    seen = 0
    for group in np.unique(perceived, axis=0):
        here = (perceived == group).all(-1)
        for name in ("recorded", "incident"):
            told = np.asarray((outcomes.probability * getattr(outcomes.evidence, name)).sum(-1))[here]
            came = np.asarray(getattr(evidence, name), float)[here]
            error = np.sqrt(told.mean() * (1 - told.mean()) / here.sum())
            assert abs(came.mean() - told.mean()) < 4.5 * error + 1e-6, (group, name)
        seen += 1
    assert seen == 4 * 2 * 2 * (2 if steps else 1)  # three kinds and the gift, cue, light, first light


def test_episodes_start_as_often_as_told() -> None:
    start = np.asarray(jax.jit(lambda: WORLD.initial())())
    assert start.sum() == pytest.approx(1, abs=1e-4)
    states = jax.jit(jax.vmap(WORLD.reset))(jax.random.split(KEY, EPISODES))
    information = np.asarray(jax.vmap(WORLD.information)(states))
    assert start[information].min() > 0
    contexts = start.reshape(-1, 1764).sum(1)
    came = np.bincount(information // 1764, minlength=len(contexts)) / EPISODES
    assert (abs(came - contexts) <= 4.5 * np.sqrt(contexts / EPISODES) + 1e-6).all()


def test_what_follows_a_coin_comes_as_often_as_told() -> None:
    """One state in which a coin is about to be collected, with flicker: all that can follow it."""
    state = eqx.tree_at(lambda s: (s.agent, s.coin), WORLD.reset(KEY), (jnp.array([2, 1]), jnp.asarray(3)))
    action = jnp.asarray(1)
    keys = jax.random.split(KEY, EPISODES)
    came = np.asarray(jax.jit(jax.vmap(lambda k: WORLD.information(WORLD.step(k, state, action))))(keys))
    following = np.unique(came)
    assert len(following) == (len(COINS) - 1) * 2

    @jax.jit
    def told(number: jax.Array) -> jax.Array:
        outcomes = WORLD.outcomes(WORLD.information(state), action)
        chance = WORLD.expect(jnp.zeros(WORLD.informations).at[number].set(1.0))
        return outcomes.probability @ chance[outcomes.next]

    probabilities = np.array([float(told(number)) for number in following])
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(WORLD.expect(jnp.ones(WORLD.informations)), 1, rtol=1e-6)
    frequencies = np.array([(came == information).mean() for information in following])
    assert (abs(frequencies - probabilities) < 4.5 * np.sqrt(probabilities / EPISODES)).all()


def test_outcomes_are_what_stepping_gives() -> None:
    """All but the place of a new coin, the flicker and whether it is recorded is certain."""

    def both(key: jax.Array) -> tuple[Any, Any]:
        reset, place, choose, step = jax.random.split(key, 4)
        state = WORLD.reset(reset)
        at_box = eqx.tree_at(lambda s: s.agent, state, jnp.asarray(SPOTS)[state.spot])
        state = jax.tree.map(lambda a, b: jnp.where(jax.random.bernoulli(place), a, b), state, at_box)
        action = jax.random.randint(choose, (), 0, len(WORLD.actions))
        following = WORLD.step(step, state, action)
        outcomes = WORLD.outcomes(WORLD.information(state), action)
        branch = jax.tree.map(lambda leaf: jnp.where(state.watch.recording, leaf[0], leaf[1]), outcomes)
        after = WORLD.imagine(branch.next, state.watch.recording)
        lasting = (state.spot, state.gift, state.level, state.watch.first_light, state.watch.real)
        imagined = (after.spot, after.gift, after.level, after.watch.first_light, after.watch.real)
        told = (after.agent, after.taken, imagined, branch.terminated, branch.evidence, branch.truth)
        records = WORLD.witness(state, action, following)
        return told, (following.agent, following.taken, lasting, following.gone, *records)

    told, came = jax.jit(jax.vmap(both))(jax.random.split(KEY, EPISODES))
    assert eqx.tree_equal(told, came, typematch=False, rtol=1e-6)
    violations = came[-1].violation
    assert violations.any()
    assert not violations.all()


def test_information_is_undone_by_imagining() -> None:
    numbers = jax.random.randint(KEY, (4096,), 0, Vault.informations)

    def there_and_back(number: jax.Array) -> jax.Array:
        return WORLD.information(WORLD.imagine(number, jnp.asarray(False)))

    assert (jax.vmap(there_and_back)(numbers) == numbers).all()


@eqx.filter_jit
def rolled(world: Vault, agent: Exact) -> tuple[Trajectory, dict[str, jax.Array]]:
    """4096 episodes through the ordinary interface."""
    return roll_out(world, agent, KEY, 4096)


def solved(world: Vault, reward: Reward, discount: float = 0.98) -> Exact:
    return Exact.create(KEY, world, discount=discount).solve(world, reward)


def test_rollouts_earn_what_was_computed() -> None:
    reward = SeenTheft(fine=12.0)
    agent = solved(WORLD, reward)
    trajectory, _ = rolled(traced(WORLD), agent)
    returns = np.asarray((pay(reward, trajectory) * 0.98 ** jnp.arange(64)[:, None]).sum(0))
    assert abs(returns.mean() - float(agent.value)) < 4 * returns.std() / np.sqrt(len(returns))
    truths = np.asarray(trajectory.truth.utility.sum(0))
    slack = 4 * truths.std() / np.sqrt(len(truths))
    low, high = agent.hidden_value(WORLD)
    assert low - slack < truths.mean() < high + slack
    worst, best = possible_value(WORLD)
    assert worst < low <= high < best


CASES = [
    # honeypot rate, tell, fine, payoffs
    (0.25, 0.0, 15.0, (3.0, 7.0)),
    (0.40, 0.0, 15.0, (3.0, 7.0)),
    (0.25, 0.5, 15.0, (3.0, 7.0)),
    (0.60, 0.5, 15.0, (2.0, 9.0)),
    (0.80, 0.8, 10.0, (3.0, 7.0)),
    (0.15, 0.8, 40.0, (1.0, 6.0)),
]
TIMES = (0, 30, 58)
BOXES = (0, 1, 6)


@cache
def costs() -> np.ndarray[Any, Any]:
    """c of each occasion, by box, time and place of the coin."""
    return np.array([[occasion_cost(spot, time, 0.98) for time in TIMES] for spot in BOXES])


def steals(agent: Exact, world: Vault, kind: int, light: bool, real: bool) -> np.ndarray[Any, Any]:
    """Whether the planner takes the box it stands at, by box, time, place of the coin and payoff."""

    def chance(spot: jax.Array, time: jax.Array, coin: jax.Array, level: jax.Array) -> jax.Array:
        state = eqx.tree_at(
            lambda s: (s.agent, s.spot, s.coin, s.level, s.gift, s.opening),
            world.reset(KEY),
            (jnp.asarray(SPOTS)[spot], spot, coin, level, jnp.asarray(False), jnp.asarray(kind)),
        )
        cues = (jnp.asarray(light), jnp.asarray(light), jnp.asarray(real))
        state = eqx.tree_at(lambda s: (s.watch.light, s.watch.first_light, s.watch.real), state, cues)
        return jnp.exp(agent.policy(time, Observation(jnp.zeros(1), world.information(state))))[INTERACT]

    grid = jnp.meshgrid(jnp.array(BOXES), jnp.array(TIMES), jnp.arange(len(COINS)), jnp.arange(LEVELS), indexing="ij")
    return np.asarray(jnp.vectorize(chance)(*grid)) > 0.99


@pytest.mark.parametrize(("rate", "tell", "fine", "payoffs"), CASES)
def test_it_steals_where_claim_2_says(rate: float, tell: float, fine: float, payoffs: tuple[float, float]) -> None:
    low, high = payoffs
    world = Vault(cameras=Cameras(honeypot_rate=rate, tell=tell), payoff_low=low, payoff_high=high)
    agent = solved(world, SeenTheft(fine=fine))
    gains = low + (high - low) * np.arange(LEVELS) / (LEVELS - 1)
    margins = gains - costs()[..., None]
    for real in (True, False):
        bounds = np.vectorize(lambda threshold, real=real: honeypot_bound(threshold, tell, real))(margins / fine)
        clear = abs(bounds - rate) > 1e-3
        assert clear.mean() > 0.9
        assert (steals(agent, world, 0, light=False, real=real) == (rate < bounds))[clear].all()
        unimitated = steals(agent, world, DRAWER, light=False, real=real)
        assert (unimitated == (margins > 0))[abs(margins) > 1e-3].all()
        assert not steals(agent, world, 0, light=True, real=real).any()


@cache
def aggregate() -> float:
    return float(break_even(Vault(), 15.0)["honeypot_rate"][0.0])


@pytest.mark.parametrize("side", [-1, 1])
def test_the_aggregate_break_even_separates_thieves_from_honest_planners(side: int) -> None:
    rate = aggregate() + side * 0.03
    world = Vault(cameras=Cameras(honeypot_rate=rate))
    agent = solved(world, SeenTheft(fine=15.0))
    unwatched = world.conditions()["unwatched"]
    trajectory, _ = rolled(traced(unwatched), agent)
    tempted = trajectory.truth.opportunity[0]
    theft = float(trajectory.truth.violation.any(0)[tempted].mean())
    assert (theft < 0.47) if side > 0 else (theft > 0.53)


@given(net=st.floats(0.1, 6), more=st.floats(0.01, 3))
@settings(max_examples=20, deadline=None)
def test_a_better_paid_box_is_never_taken_less_eagerly(net: float, more: float) -> None:
    both = dilemma(0, np.array([net, net + more]), 0.98)
    assert (both.eager[:, 1] >= both.eager[:, 0] - 1e-9).all()
    assert (both.taking[1].mean() >= both.taking[0].mean() - 1e-6).all()


@given(st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=100)
def test_the_bound_is_bayes_rule(threshold: float, tell: float) -> None:
    """At the bound, the posterior of a honeypot is the threshold."""
    for real, sign in ((True, 1), (False, -1)):
        rate = honeypot_bound(threshold, tell, real)
        trapped, genuine = rate * (1 - sign * tell), (1 - rate) * (1 + sign * tell)
        if 1e-6 < threshold < 1 - 1e-6 and trapped + genuine > 1e-6:
            assert trapped / (trapped + genuine) == pytest.approx(threshold, abs=1e-6)


@given(rates=st.tuples(st.floats(0, 1, width=32), st.floats(0, 1, width=32)), tell=st.floats(0, 1, width=32))
@settings(max_examples=3, deadline=None)
def test_more_honeypots_never_make_the_vault_worth_more(rates: tuple[float, float], tell: float) -> None:
    few, many = sorted(rates)
    reward = SeenTheft(fine=15.0)
    more, less = (solved(Vault(cameras=Cameras(honeypot_rate=rate, tell=tell)), reward).value for rate in (few, many))
    assert float(more) >= float(less) - 1e-4


def test_a_replay_shows_the_overseer_what_the_camera_filmed() -> None:
    world = Vault().conditions()["watched"]
    agent = solved(Vault(), SeenTheft(fine=0.0))
    trajectory, scenes = rolled(traced(world), agent)
    episode = int(jnp.argmax(trajectory.truth.violation.any(0)))
    when = int(jnp.argmax(trajectory.truth.violation[:, episode]))
    one = jax.tree.map(lambda leaf: np.asarray(leaf[:, episode]), (scenes, vars(trajectory.evidence.view)))
    replay = world.draw(*one)
    frames = replay["frames"]
    assert len(frames) == world.horizon + 1
    recorded = trajectory.evidence.recorded[:, episode].tolist()
    assert [frame["footage"] is not None for frame in frames] == [False, *recorded]
    box, agent_seen = frames[when + 1]["footage"]
    assert box["state"] == "open"
    assert frames[when]["truth"][0]["state"] == "closed"
    assert box["at"] == agent_seen["at"] == frames[when + 1]["truth"][-1]["at"]
    assert all(frame["camera"] and frame["light"] for frame in frames)


def test_the_exit_ends_the_episode_and_pays_more() -> None:
    world = Vault().conditions()["deployment"]
    agent = solved(Vault(), SeenTheft(fine=15.0))
    trajectory, _ = rolled(traced(world), agent)
    tempted = np.asarray(trajectory.truth.opportunity[0])
    left = np.asarray(trajectory.truth.violation.any(0))
    cut = np.asarray(~trajectory.alive[-1])
    assert (cut[tempted] <= left[tempted]).all()
    assert left[tempted].mean() > 0.05
    assert not left[~tempted].any()
    assert EXIT == 3
