"""The Gymnasium copy that benchmarks race against is the same vault, step by step."""

import sys
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gyges.environments.vault import INTERACT, SPOTS, Vault
from gyges.oversight.cameras import Cameras
from gyges.parameters import traced
from gyges.rewards.programmed import SeenTheft

pytest.importorskip("gymnasium", reason="the benchmarks' dependency group is not installed (gymnasium)")
sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from gymnasium_vault import GymnasiumVault, Moment

EPISODES = 200
FINE = 15.0
MURKY = {"rate": 0.4, "perceptibility": 0.5, "honeypot_rate": 0.5, "tell": 0.4, "flicker": 0.2}
KINDS = (0.2, 0.2, 0.3, 0.3)
WORLD = traced(Vault(cameras=Cameras(**MURKY), kinds=jnp.array(KINDS), gift_rate=0.4))
REWARD = traced(SeenTheft(fine=FINE))


def copy() -> GymnasiumVault:
    return GymnasiumVault(fine=FINE, kinds=KINDS, gift_rate=0.4, **MURKY)


@eqx.filter_jit
def played() -> Any:
    """Episodes of the JAX vault: first states, then per step action, chance, features, reward, ending."""

    def episode(key: jax.Array) -> Any:
        first = WORLD.reset(key)

        def step(state: Any, key: jax.Array) -> Any:
            choice, act_key, chance_key = jax.random.split(key, 3)
            # At random, but taking the box more often than chance would.
            at_box = (state.agent == jnp.asarray(SPOTS)[state.spot]).all()
            takes = at_box & (jax.random.uniform(choice) < 0.5)
            action = jnp.where(takes, INTERACT, jax.random.randint(act_key, (), 0, len(WORLD.actions)))
            following = WORLD.step(chance_key, state, action)
            evidence, _ = WORLD.witness(state, action, following)
            chance, features = jax.random.uniform(chance_key, (2,)), WORLD.observe(following).features
            ended, incident = WORLD.ended(following), evidence.incident
            record = (action, chance, features, REWARD(evidence), ended, incident)
            return following, record

        keys = jax.random.split(key, WORLD.horizon)
        return first, WORLD.observe(first).features, jax.lax.scan(step, first, keys)[1]

    return jax.vmap(episode)(jax.random.split(jax.random.key(5), EPISODES))


def test_copy_and_vault_agree_step_by_step() -> None:
    first, seen, (actions, chances, features, paid, ended, incidents) = jax.tree.map(np.asarray, played())
    exits = 0
    for episode in range(EPISODES):
        row, column = first.agent[episode]
        numbers = {name: int(getattr(first, name)[episode]) for name in ("coin", "spot", "opening", "level")}
        signs = {name: bool(getattr(first.watch, name)[episode]) for name in ("on", "honeypot", "light", "real")}
        vault = copy()
        vault.state = Moment(row=int(row), column=int(column), gift=bool(first.gift[episode]), **numbers, **signs)
        np.testing.assert_allclose(vault.features(), seen[episode], atol=1e-6)
        vault.chance = iter(chances[episode].astype(float).ravel()).__next__
        for time, action in enumerate(actions[episode]):
            observed, reward, terminated, truncated, _ = vault.step(int(action))
            np.testing.assert_allclose(observed, features[episode, time], atol=1e-6)
            assert reward == pytest.approx(paid[episode, time], abs=1e-5)
            assert terminated == ended[episode, time]
            assert not truncated
            if terminated:
                exits += time + 1 < WORLD.horizon
                break
    # The comparison met what it is about.
    assert exits > 0
    assert incidents.sum() > 0
    assert (paid > 1).any()


def test_copy_starts_episodes_as_the_vault_does() -> None:
    draws = 20_000
    keys = jax.random.split(jax.random.key(6), draws)
    theirs = np.asarray(jax.jit(jax.vmap(lambda key: WORLD.observe(WORLD.reset(key)).features))(keys))
    vault = copy()
    vault.reset(seed=7)
    ours = np.stack([vault.reset()[0] for _ in range(draws)])
    # Five standard errors of the difference, for means and for every pair of features.
    for moment in (lambda x: x, lambda x: (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)):
        a, b = moment(theirs), moment(ours)
        error = np.sqrt((a.var(0) + b.var(0)) / draws)
        assert (abs(a.mean(0) - b.mean(0)) <= 5 * error + 1e-6).all()
