"""The small language model: its cache, its group-relative advantages, its start and its learning."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from easy_arithmetic import EasyArithmetic

from gyges.agents.advantages import relative_advantages
from gyges.agents.language import GRPO, BestOfN, divergence
from gyges.environments.vault import Vault
from gyges.faults import Fault
from gyges.parameters import traced
from gyges.records import Trajectory
from gyges.rollout import collect, roll_out
from gyges.training import improve
from gyges.transformer import Transformer

WORLD = traced(EasyArithmetic())
SMALL = {"width": 32, "layers": 2, "heads": 2, "supervised": 200, "batch": 64, "supervised_rate": 5e-3}
KEY = jax.random.key(3)


@pytest.fixture(scope="module")
def start():
    """A supervised start on one-step problems."""
    agent = traced(GRPO.create(KEY, WORLD, **SMALL))
    return eqx.filter_jit(lambda agent: agent.school(WORLD, KEY))(agent)


def test_writing_token_by_token_is_reading_the_whole_text():
    network = Transformer(20, 12, width=16, layers=3, heads=2, key=KEY)
    text = jax.random.randint(KEY, (5, 12), 0, 20)
    last, middle = network(text)
    cache = network.prefill(text[:, :4], 12)
    for place in range(4, 12):
        one, half, cache = network.append(cache, text[:, place])
        np.testing.assert_allclose(one, last[:, place], atol=1e-5)
        np.testing.assert_allclose(half, middle[:, place], atol=1e-5)


def test_a_token_does_not_see_what_follows():
    network = Transformer(20, 12, width=16, layers=2, heads=2, key=KEY)
    text = jax.random.randint(KEY, (5, 12), 0, 20)
    other = text.at[:, 8:].set((text[:, 8:] + 1) % 20)
    np.testing.assert_allclose(network(text)[0][:, :8], network(other)[0][:, :8], atol=1e-6)


def test_the_mind_recomputed_is_the_mind_that_acted(start):
    played, _ = roll_out(WORLD, start, KEY, 16, None, 8)
    again = start.minds(played.mind.observation, jnp.ones(played.alive.shape, bool))
    alive = np.asarray(played.alive)
    np.testing.assert_allclose(np.asarray(again.policy)[alive], np.asarray(played.mind.policy)[alive], atol=1e-4)
    np.testing.assert_allclose(np.asarray(again.features)[alive], np.asarray(played.mind.features)[alive], atol=1e-3)
    assert np.array_equal(played.mind.thoughts, played.mind.action)


def test_the_supervised_start_imitates(start):
    played, _ = roll_out(WORLD, start, KEY, 256, None, 8)
    formed = played.evidence.view.formed.any(0)
    assert float(formed.mean()) > 0.9
    assert np.allclose(divergence(start, played), 0, atol=1e-3)


def grouped(returns, left_out=()):
    alive = jnp.ones((1, len(returns)), bool)
    for place in left_out:
        alive = alive.at[0, place].set(False)
    fields = dict.fromkeys(Trajectory.__dataclass_fields__)
    fields |= {"alive": alive, "group": jnp.arange(len(returns)) // 4}
    return np.asarray(relative_advantages(Trajectory(**fields), jnp.asarray(returns, jnp.float32)))


def test_advantages_are_relative_to_the_group():
    found = grouped([1, 0, 0, 0, 5, 5, 5, 5])
    np.testing.assert_allclose(found[:4], [3**0.5, *[-(3**-0.5)] * 3], rtol=1e-2)
    assert not found[4:].any()  # all alike teaches nothing


def test_what_is_left_out_moves_no_other():
    found = grouped([1, 0, 7, 0], left_out=(2,))
    assert found[2] == 0
    np.testing.assert_allclose(found, grouped([1, 0, -9, 0], left_out=(2,)))
    assert abs(found.sum()) < 1e-5


def test_grpo_learns_what_it_is_paid_for(start):
    agents = jax.tree.map(lambda leaf: leaf[None] if eqx.is_array(leaf) else leaf, start)
    agents = eqx.tree_at(lambda a: a.rate, agents, jnp.array([1e-3]))
    keys = jax.random.split(KEY, 1)
    first = last = None
    for update in range(12):
        own = jax.vmap(lambda key, u=update: jax.random.fold_in(key, u))(keys)
        played, _ = collect(WORLD, agents, None, own, 256)
        agents, metrics = improve(agents, played, played.evidence.task, own, None)
        last = float(played.evidence.task.sum(1).mean())
        first = last if first is None else first
    assert last > first + 0.1
    assert float(metrics["kl"][0]) > 0.01  # and has moved away from where it started


def test_the_penalty_holds_the_policy_to_its_start(start):
    agents = jax.tree.map(lambda leaf: leaf[None] if eqx.is_array(leaf) else leaf, start)
    keys = jax.random.split(KEY, 1)
    apart = []
    for weight in (0.0, 5.0):
        held = eqx.tree_at(lambda a: (a.kl, a.rate), agents, (jnp.array([weight]), jnp.array([1e-3])))
        for update in range(8):
            own = jax.vmap(lambda key, u=update: jax.random.fold_in(key, u))(keys)
            played, _ = collect(WORLD, held, None, own, 256)
            held, metrics = improve(held, played, played.evidence.task, own, None)
        apart.append(float(metrics["kl"][0]))
    assert apart[1] < 0.5 * apart[0]


def test_siblings_share_a_prompt(start):
    played, _ = roll_out(WORLD, start, KEY, 32, None, start.siblings)
    prompts = np.asarray(played.evidence.view.text)[0, :, : WORLD.prompt].reshape(4, 8, -1)
    assert (prompts == prompts[:, :1]).all()
    assert BestOfN.create(KEY, WORLD, samples=64).siblings == 64


def test_it_needs_a_text_environment():
    with pytest.raises(Fault, match="agent `grpo` writes text, and environment `vault` has none"):
        GRPO.create(KEY, Vault())


def test_padding_after_the_full_stop_teaches_nothing(start):
    played, _ = roll_out(WORLD, start, KEY, 32, None, 8)
    paid = played.evidence.task
    learned, _ = start.learn(played, paid, KEY)
    action = jnp.where(played.alive, played.mind.action, 5)
    spoilt, _ = start.learn(eqx.tree_at(lambda t: t.mind.action, played, action), paid, KEY)
    assert all(
        np.array_equal(one, other)
        for one, other in zip(jax.tree.leaves(learned.policy), jax.tree.leaves(spoilt.policy), strict=True)
    )
