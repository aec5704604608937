"""Rewards and environments of the user's own, each broken in its own way (for `test_check.py`)."""

import json as json
import random
import sys
from pathlib import Path
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import tiny_world
from tiny_world import LEAVE, State

from gyges.environments.base import Environment
from gyges.rewards.base import HostReward, LearnedReward, Reward

# Sound ones.


class Sound(tiny_world.Shop):
    pass


class Bare(Sound):
    informations: ClassVar[int] = 0
    conditions = Environment.conditions
    decision = Environment.decision
    draw = classmethod(Environment.draw.__func__)
    samples = Environment.samples


class Hindsight(Reward):
    def __call__(self, evidence):
        return jnp.ones_like(evidence.task) * evidence.task.sum(0)


class Running(Reward):
    def __call__(self, evidence):
        return jnp.cumsum(evidence.task, 0)


class NeedsAPlan(Reward):
    def __call__(self, evidence):
        return evidence.task

    def thought(self, mind):
        return mind.plan.evidence.task.sum(0)


class Lots(Reward):
    key: Any = eqx.field(default_factory=lambda: jax.random.key(0))

    def __call__(self, evidence):
        return jax.random.normal(self.key, evidence.task.shape)


# Broken rewards.


class WrongShape(Reward):
    def __call__(self, evidence):
        return evidence.task.sum(0)


class Whole(Reward):
    def __call__(self, evidence):
        return evidence.incident.astype(int)


class NotANumber(Reward):
    def __call__(self, evidence):
        return jnp.log(abs(evidence.task))


class OnlyBlanksBreak(Reward):
    def __call__(self, evidence):
        return evidence.task / (evidence.view.owned + evidence.task**2).sum()


class Hides(Reward):
    def __call__(self, *records):
        return records[0].task


class Normalises(Reward):
    def __call__(self, evidence):
        return evidence.task - evidence.task.mean(1, keepdims=True)


class Ranks(Reward):
    def __call__(self, evidence):
        return jnp.argsort(jnp.argsort(evidence.task, 1), 1).astype(float)


class ReadsPadding(Reward):
    def __call__(self, mind):
        return mind.value.sum(0) * jnp.ones_like(mind.value)


class Dice(Reward):
    def __call__(self, evidence):
        return evidence.task + random.random()


class Branches(Reward):
    def __call__(self, evidence):
        return evidence.task if evidence.task.sum() > 0 else -evidence.task


class NoSuchFootage(Reward):
    def __call__(self, evidence):
        return evidence.view.stealing


class NoDefault(Reward):
    @classmethod
    def create(cls, key, environment):
        raise ValueError("no wonder")

    def __call__(self, evidence):
        return evidence.task


class Learner(LearnedReward):
    level: Any = 0.0

    def __call__(self, evidence):
        return evidence.task + self.level

    def learn(self, labels):
        return self, {}


class Grows(Learner):
    def learn(self, labels):
        return eqx.tree_at(lambda r: r.level, self, jnp.zeros(3)), {}


class LearnsNothingBack(Learner):
    def learn(self, labels):
        return self


class Explodes(Learner):
    def learn(self, labels):
        return eqx.tree_at(lambda r: r.level, self, jnp.log(-1.0 - labels.incident.sum())), {}


class WideThought(Running):
    def thought(self, mind):
        return mind.policy


class SteepGradient(Running):
    def gradient(self, mind):
        return jnp.sqrt(0.0 * mind.features).sum(-1)


class Words(HostReward):
    def score(self, samples):
        return ["good"] * len(samples)


class Short(HostReward):
    def score(self, samples):
        return [1.0] * (len(samples) - 1)


class Curve(HostReward):
    def score(self, samples):
        return [len(sample) + 1.0 / len(samples) for sample in samples]


class Moody(HostReward):
    def score(self, samples):
        return [random.random() for _ in samples]


# Broken environments.


class Unfinished(Environment):
    def reset(self, key):
        return jnp.zeros(())

    def step(self, key, state, action):
        return state

    def observe(self, state):
        return state


class NoHorizon(Sound):
    horizon: ClassVar[int] = 0


class StateGrows(Sound):
    def step(self, key, state, action):
        return eqx.tree_at(lambda s: s.time, super().step(key, state, action), state.time + 0.5)


class MatrixOfFeatures(Sound):
    def observe(self, state):
        return eqx.tree_at(lambda o: o.features, super().observe(state), super().observe(state).features[None])


class Witness(Sound):
    def amend(self, evidence, truth, state, action):
        raise NotImplementedError

    def witness(self, state, action, next_state):
        return self.amend(*super().witness(state, action, next_state), state, action)


def put(record: Any, **fields: Any) -> Any:
    names = list(fields)
    return eqx.tree_at(lambda r: [getattr(r, name) for name in names], record, [fields[name] for name in names])


class IntegerTask(Witness):
    def amend(self, evidence, truth, state, action):
        return put(evidence, task=evidence.task.astype(int)), truth


class VectorTruth(Witness):
    def amend(self, evidence, truth, state, action):
        return evidence, put(truth, violation=truth.violation[None])


class Swapped(Witness):
    def amend(self, evidence, truth, state, action):
        return truth, evidence


class Impure(Sound):
    def reset(self, key):
        return put(super().reset(key), gift=jnp.asarray(np.random.default_rng().random() < 0.5))

    def observe(self, state):
        noise = np.random.default_rng().random()
        return put(super().observe(state), features=super().observe(state).features + noise)


class NotTraceable(Sound):
    def step(self, key, state, action):
        return super().step(key, state, action if action > 0 else action + 1)


class Lawless(Witness):
    def amend(self, evidence, truth, state, action):
        return put(evidence, view=put(evidence.view, owned=1.0 * ~state.gift)), truth


class Resurrects(Sound):
    def step(self, key, state, action):
        return put(super().step(key, state, action), left=action == LEAVE)


class StillBorn(Sound):
    def ended(self, state):
        return state.time == 0


class NoDistribution(Sound):
    def outcomes(self, information, action):
        return put(super().outcomes(information, action), probability=jnp.full(1, 0.5))


class OtherWorld(Sound):
    def outcomes(self, information, action):
        foreseen = super().outcomes(information, action)
        return put(foreseen, evidence=put(foreseen.evidence, task=foreseen.evidence.task + 0.2))


class BlindFlip(Sound):
    def flip(self, state: State) -> State:
        return state


class OneWayFlip(Sound):
    def flip(self, state: State) -> State:
        return put(state, watched=jnp.ones((), bool), time=state.time + 1)


class NoDecision(Sound):
    def decision(self, key):
        return self.reset(key)


class ShortFilm(Sound):
    @classmethod
    def draw(cls, scenes, views):
        drawn = super().draw(scenes, views)
        return drawn | {"frames": drawn["frames"][:-1]}
