"""How fast the small language lab writes and learns: tokens and updates per second, and what compiling takes.

    python bench/language.py                              the lab's own model, on this machine
    python bench/language.py --scale 100 --seconds 60     a model a hundred times as large, for a GPU

Prints JSON. Run it alone: a busy neighbour shows in every figure.
"""

import argparse
import json
import platform
import time
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from gyges.agents.language import GRPO
from gyges.environments.arithmetic import Arithmetic
from gyges.parameters import traced
from gyges.rewards.verified import StrictVerifier
from gyges.rollout import collect
from gyges.seeds import over_seeds
from gyges.training import grade, improve

SIZES = {1: {"width": 64, "layers": 3, "heads": 4}, 100: {"width": 512, "layers": 5, "heads": 8}}
"""Width, layers and heads for about so many times 155,000 parameters."""


def timed(call: Any, *arguments: Any) -> tuple[Any, float]:
    """A result that has been computed, and the seconds that it took."""
    began = time.perf_counter()
    result = jax.block_until_ready(call(*arguments))
    return result, time.perf_counter() - began


def measure(scale: int, texts: int, seconds: float) -> dict[str, Any]:
    """Writes and learns for about so many seconds each."""
    world = traced(Arithmetic())
    key = jax.random.key(0)
    agents = eqx.filter_jit(eqx.filter_vmap(lambda key: traced(GRPO.create(key, world, **SIZES[scale]))))(key[None])
    reward = over_seeds(StrictVerifier(), 1)

    def write(number: int) -> Any:
        return collect(world, agents, None, jax.random.fold_in(key, number)[None], texts)

    def learn(agents: GRPO, number: int) -> GRPO:
        own = jax.random.fold_in(key, number)[None]
        played, _ = collect(world, agents, None, own, texts)
        return improve(agents, played, grade(reward, played), own, None)[0]

    (played, _), compiling_to_write = timed(write, 0)
    agents, compiling_to_learn = timed(learn, agents, 0)
    writing, rounds = 0.0, 0
    while writing < seconds:
        (played, _), took = timed(write, rounds + 1)
        writing, rounds = writing + took, rounds + 1
    tokens = int(jnp.asarray(played.alive).size)
    learning, updates = 0.0, 0
    while learning < seconds:
        agents, took = timed(learn, agents, updates + 1)
        learning, updates = learning + took, updates + 1
    return {
        "device": str(jax.devices()[0]),
        "machine": platform.processor() or platform.machine(),
        "parameters": sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(agents.policy, eqx.is_array))),
        "texts_per_update": texts,
        "tokens_per_second": round(rounds * tokens / writing),
        "updates_per_second": round(updates / learning, 2),
        "compiling_seconds": round(compiling_to_write + compiling_to_learn, 1),
    }


def main() -> None:
    """Reads the options and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=int, choices=sorted(SIZES), default=1, help="times 155,000 parameters")
    parser.add_argument("--texts", type=int, default=256, help="texts per update")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to measure each")
    given = parser.parse_args()
    print(json.dumps(measure(given.scale, given.texts, given.seconds), indent=1))


if __name__ == "__main__":
    main()
