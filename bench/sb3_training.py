"""Stable-Baselines3's PPO on the Gymnasium vault, with Gyges's network and numbers.

Packages: stable-baselines3, gymnasium, torch, numpy.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gymnasium_vault import HORIZON, GymnasiumVault
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecEnv

BATCH = 16384
MINIBATCHES, EPOCHS = 4, 3
SCALE = 0.1
ANNEAL = 60
WIDTH = 32
Points = list[tuple[float, int, list[float]]]
"""Seconds, environment steps and each seed's mean visible return, after each update."""
KINDS = {"DummyVecEnv": DummyVecEnv, "SubprocVecEnv": SubprocVecEnv}


@dataclass(frozen=True)
class Setup:
    """How Stable-Baselines3 plays its environments."""

    kind: str
    environments: int

    def make(self) -> VecEnv:
        """The environments."""
        return KINDS[self.kind]([lambda: GymnasiumVault(scale=SCALE)] * self.environments)


@dataclass(frozen=True)
class Run:
    """What came of one run."""

    steps: int
    seconds: float
    steps_to_target: int | None
    seconds_to_target: float | None
    last_return: float

    @classmethod
    def of(cls, curve: Points, seed: int, target: float) -> "Run":
        """Of one seed's curve."""
        there = next(((seconds, steps) for seconds, steps, got in curve if got[seed] >= target), (None, None))
        seconds, steps, returns = curve[-1]
        return cls(steps, seconds, there[1], there[0], returns[seed])


class Trunk(BaseFeaturesExtractor):
    """Two tanh layers that policy and value share, as Gyges's network has them."""

    def __init__(self, observation_space: Any) -> None:
        super().__init__(observation_space, WIDTH)
        inputs = observation_space.shape[0]
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(inputs, WIDTH), torch.nn.Tanh(), torch.nn.Linear(WIDTH, WIDTH), torch.nn.Tanh()
        )

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        layers: torch.Tensor = self.layers(observations)
        return layers


class Curve(BaseCallback):
    """Anneals the entropy bonus, and notes each batch's mean return once the update on it is over."""

    def __init__(self) -> None:
        super().__init__()
        self.points: Points = []
        self.earned: float | None = None

    def _on_training_start(self) -> None:
        self.began = time.perf_counter()

    def _on_rollout_start(self) -> None:
        self._note()
        self.model.ent_coef = 0.12 + (0.003 - 0.12) * min(1.0, self.num_timesteps / BATCH / ANNEAL)

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        # Without exits every episode has the full length, so a batch is a whole number of episodes' steps.
        self.earned = float(np.sum(self.model.rollout_buffer.rewards)) / SCALE / (BATCH / HORIZON)

    def _on_training_end(self) -> None:
        self._note()

    def _note(self) -> None:
        if self.earned is not None:
            self.points.append((time.perf_counter() - self.began, self.num_timesteps, [self.earned]))
            self.earned = None


def learn(setup: Setup, threads: int, seed: int, updates: int) -> Points:
    """Trains with the numbers of `gyges.agents.ppo`; returns what `Run.of` reads."""
    torch.set_num_threads(threads)
    environments = setup.make()
    learner = PPO(
        "MlpPolicy",
        environments,
        n_steps=BATCH // setup.environments,
        batch_size=BATCH // MINIBATCHES,
        n_epochs=EPOCHS,
        gamma=0.98,
        gae_lambda=0.95,
        clip_range=0.2,
        learning_rate=lambda left: 2e-3 + (5e-4 - 2e-3) * min(1.0, (1 - left) * updates / ANNEAL),
        vf_coef=0.5,
        max_grad_norm=0.5,
        policy_kwargs={"features_extractor_class": Trunk, "net_arch": []},
        seed=seed,
        device="cpu",
    )
    curve = Curve()
    learner.learn(BATCH * updates, callback=curve)
    environments.close()
    return curve.points


def speed(setup: Setup, threads: int, updates: int = 3) -> float:
    """Environment steps per second, after a first update that is not counted."""
    (first, *_), *_, (last, *_) = learn(setup, threads, 0, updates + 1)
    return BATCH * updates / (last - first)
