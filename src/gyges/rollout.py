"""Plays episodes: a policy in an environment, with the three records kept apart."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from gyges.agents.base import Agent
from gyges.environments.base import Environment
from gyges.faults import Fault
from gyges.records import Mind, Trajectory, keep_where, padded
from gyges.rewards.base import Reward, pay_thought
from gyges.seeds import map_seeds


def roll_out(
    environment: Environment[Any],
    agent: Agent,
    key: PRNGKeyArray,
    episodes: int,
    thinker: Reward | None = None,
    siblings: int = 1,
) -> tuple[Trajectory, Any]:
    """Plays `episodes` episodes side by side, to the horizon; padding follows an ending.

    Returns the trajectory and the scenes `[time + 1, batch, ...]` that a replay draws. A call with the
    same key in another condition of the environment has the same layouts and random streams.
    `thinker` is the reward whose `thought` is paid inside the rollout; imagined plans are dropped once
    they are paid for. `siblings` episodes in a row start alike and are a group.
    """
    if episodes % siblings:
        raise Fault(
            f"{episodes} episodes are not a multiple of the {siblings} siblings that the agent compares; "
            f"play {siblings * (episodes // siblings + 1)}"
        )
    reset_key, play_key = jax.random.split(key)
    reset_keys = jnp.repeat(jax.random.split(reset_key, episodes // siblings), siblings)
    states = jax.vmap(environment.reset)(reset_keys)
    observe = jax.vmap(environment.observe)

    def worth(mind: Mind) -> Float[Array, " batch"]:
        return jnp.zeros_like(mind.value) if thinker is None else pay_thought(thinker, mind)

    def step(carry: Any, step_key: PRNGKeyArray) -> tuple[Any, Any]:
        states, memory, alive, open_ = carry
        act_key, chance_key = jax.random.split(step_key)
        action, memory, mind = agent.deliberate(memory, observe(states), act_key, worth)
        thought = jnp.where(alive, worth(mind), 0.0)
        following = jax.vmap(environment.step)(jax.random.split(chance_key, episodes), states, action)
        following = keep_where(alive, following, states)
        evidence, truth = jax.vmap(environment.witness)(states, action, following)
        evidence = padded(evidence, alive, open_)
        opportunity = truth.opportunity
        truth = keep_where(alive, truth, jax.tree.map(jnp.zeros_like, truth))
        truth = eqx.tree_at(lambda t: t.opportunity, truth, opportunity)
        ended = alive & jax.vmap(environment.ended)(following)
        mind = eqx.tree_at(lambda m: m.plan, mind, None, is_leaf=lambda leaf: leaf is None)
        record = (evidence, mind, truth, alive, ended, thought, jax.vmap(environment.scene)(states))
        return (following, memory, alive & ~ended, evidence.open), record

    everyone = jnp.ones(episodes, bool)
    carry = (states, agent.start(observe(states)), everyone, everyone)
    last, records = jax.lax.scan(step, carry, jax.random.split(play_key, environment.horizon))
    evidence, mind, truth, alive, terminated, thought, scenes = records
    states, memory, _, _ = last
    _, _, final_mind = agent.act(memory, observe(states), play_key)
    final_scene = jax.vmap(environment.scene)(states)
    scenes = jax.tree.map(lambda many, one: jnp.concatenate([many, one[None]]), scenes, final_scene)
    trajectory = Trajectory(
        evidence=evidence,
        mind=mind,
        truth=truth,
        alive=alive,
        terminated=terminated,
        thought=thought,
        bootstrap=final_mind.value,
        group=jnp.arange(episodes) // siblings,
        condition=jnp.zeros(episodes, int),
    )
    return trajectory, scenes


@eqx.filter_jit
def collect(
    environment: Environment[Any], agents: Agent, thinkers: Reward | None, keys: PRNGKeyArray, episodes: int
) -> tuple[Trajectory, Any]:
    """A batch of episodes per seed, `[seed, time, batch, ...]`, with its scenes.

    Training and evaluation share this one program, since compiling it takes longer than a short run.
    """

    def one(agent: Agent, thinker: Reward | None, key: PRNGKeyArray) -> tuple[Trajectory, Any]:
        return roll_out(environment, agent, key, episodes, thinker, agent.siblings)

    return map_seeds(one, agents, thinkers, keys)
