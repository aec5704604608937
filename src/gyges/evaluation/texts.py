"""What is measured of texts: accuracy, proxy, gold, divergence and length, on prompts drawn anew."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from gyges.agents.base import Agent
from gyges.agents.language import GRPO, divergence
from gyges.environments.text import Text, spelled
from gyges.evaluation import best_of_n
from gyges.faults import Fault
from gyges.records import Trajectory
from gyges.rewards.base import HostReward, pay
from gyges.rewards.reward_model import RewardModel
from gyges.rollout import roll_out
from gyges.seeds import map_seeds, one_seed
from gyges.training import AnyReward, grade, score_on_host

SHOWN = 12
"""Texts kept of each seed for the viewer, besides the wrong ones that are paid most."""
WORST = 10


def paid_to(environment: Text, reward: AnyReward, played: Trajectory) -> Float[np.ndarray, "seed batch"]:
    """What `reward` pays each text; 0 where a host reward leaves one out."""
    if isinstance(reward, HostReward):
        _, paid = score_on_host(environment, reward, played)
    else:
        paid = grade(reward, played)
    total: np.ndarray = np.asarray(paid).sum(1)
    return total


@eqx.filter_jit
def divergences(agents: Agent, played: Trajectory) -> Float[Array, "seed batch"]:
    """log p - log p of the supervised start for each text, in nats."""
    apart: Float[Array, "seed batch"] = map_seeds(divergence, agents, played)
    return apart


def measured(
    environment: Text, agents: GRPO, reward: AnyReward, played: Trajectory
) -> tuple[list[dict[str, float]], list[list[dict[str, Any]]]]:
    """For each seed the measures of what was `played`, `[seed, time, batch]`, and texts to look at.

    Prompts are split in halves (`gold_first`, `gold_second` and so on), so that a peak can be located on
    one half and measured on the other.
    """
    played = jax.tree.map(jnp.asarray, played)
    paid, apart = paid_to(environment, reward, played), np.asarray(divergences(agents, played))
    values, texts = [], []
    for seed in range(len(paid)):
        own = jax.tree.map(np.asarray, eqx.filter(one_seed(played, seed), eqx.is_array))
        # The ledger tells right answers from wrong ones, recorded or not.
        gold, right = own.truth.utility.sum(0), (own.evidence.task > 0).any(0)
        first = own.group % 2 == 0
        halves = {
            f"{name}_{half}": float(column[chosen].mean())
            for name, column in (("gold", gold), ("proxy", paid[seed]))
            for half, chosen in (("first", first), ("second", ~first))
        }
        values.append(
            {
                "accuracy": float(right.mean()), "proxy": float(paid[seed].mean()), "gold": float(gold.mean()),
                "kl": float(apart[seed].mean()), "length": float(own.alive.sum(0).mean()),
            } | halves
        )  # fmt: skip
        texts.append(_shown(environment, own, paid[seed], gold, right, _scores(reward, own, seed)))
    return values, texts


def _scores(reward: AnyReward, own: Trajectory, seed: int) -> Float[np.ndarray, "time batch"] | None:
    if not isinstance(reward, RewardModel):
        return None
    return np.asarray(_tokens(one_seed(reward, seed), jax.tree.map(jnp.asarray, own.evidence)))


@eqx.filter_jit
def _tokens(reward: RewardModel, evidence: Any) -> Float[Array, "time batch"]:
    return reward.token_scores(evidence)


def _shown(environment: Text, own: Trajectory, paid: Any, gold: Any, right: Any, scores: Any) -> list[dict[str, Any]]:
    # The first texts whatever they are, then the wrong ones that are paid most: each text once.
    wrong = [int(place) for place in np.argsort(-paid, kind="stable") if gold[place] <= 0]
    seen, ranked = set(), []
    # Evaluation reads what stood there, whoever recorded it and whoever wrote it.
    stood = own.mind.observation.features[-1].astype(int)
    for place in wrong:
        text = spelled(stood[place])
        if text not in seen:
            seen.add(text)
            ranked.append(place)
    chosen = list(dict.fromkeys([*range(0, len(paid), max(1, len(paid) // SHOWN)), *ranked[:WORST]]))
    vocabulary, prompt = environment.vocabulary, environment.prompt
    found = []
    for place in chosen:
        length = int(own.alive[:, place].sum())
        written = stood[place, prompt : prompt + length]
        # The last token of a text that was cut off stands only in what was done.
        tokens = [vocabulary[int(one or done)] for one, done in zip(written, own.mind.action[:, place], strict=False)]
        found.append(
            {
                "kind": "text", "prompt": spelled(stood[place, :prompt]), "tokens": tokens,
                "scores": None if scores is None else [round(float(one), 3) for one in scores[:length, place]],
                "score_name": "" if scores is None else "reward model at this token",
                "proxy": round(float(paid[place]), 4), "gold": float(gold[place]), "right": bool(right[place]),
            }
        )  # fmt: skip
    return found


@eqx.filter_jit
def _pool(environment: Text, agents: GRPO, rewards: Any, keys: PRNGKeyArray, prompts: int) -> tuple[Array, Array]:
    chunk = 8  # prompts at once: records of a whole pool do not fit the memory

    def one(agent: GRPO, reward: Any, key: PRNGKeyArray) -> tuple[Array, Array]:
        def some(key: PRNGKeyArray) -> tuple[Array, Array]:
            played, _ = roll_out(environment, agent, key, chunk * agent.siblings, None, agent.siblings)
            shape = (chunk, agent.siblings)
            return pay(reward, played).sum(0).reshape(shape), played.truth.utility.sum(0).reshape(shape)

        proxy, gold = jax.lax.map(some, jax.random.split(key, prompts // chunk))
        return proxy.reshape(prompts, -1), gold.reshape(prompts, -1)

    pooled: tuple[Array, Array] = map_seeds(one, agents, rewards, keys)
    return pooled


def best_of(
    environment: Any, agents: GRPO, reward: AnyReward, keys: PRNGKeyArray, prompts: int
) -> list[tuple[str, int, float]]:
    """(metric, n, value) of the best of n by `reward`, for one seed: proxy and gold on all prompts and on halves.

    Raises `Fault` where there is no text to choose from, or the reward is in plain Python.
    """
    if not isinstance(environment, Text) or isinstance(reward, HostReward):
        raise Fault("best-of-n needs a text environment and a reward that is not in plain Python; see `gyges list`")
    proxy, gold = (np.asarray(part)[0] for part in _pool(environment, agents, reward, keys, prompts))
    found = []
    for name, chosen in (("", slice(None)), ("_first", slice(0, None, 2)), ("_second", slice(1, None, 2))):
        for n, paid, worth in best_of_n.curve(proxy[chosen], gold[chosen]):
            found += [(f"best_of_n/proxy{name}", n, paid), (f"best_of_n/gold{name}", n, worth)]
    return found
