"""One Gyges process that trains PPO on the vault on one core and says as JSON how long everything took.

The other benchmarks start it, set up as Gyges sets up its workers (`worker`). It waits for a line on
its standard input once everything is compiled, so that several of them can begin together.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import as_a_worker
from sheet import peak_memory, pin

EPISODES = 256
REPEATS = 10


def worker(
    core: int,
    cache: str,
    *,
    python: str = sys.executable,
    seeds: int = 8,
    updates: int = 60,
    parts: bool = False,
) -> subprocess.Popen[str]:
    """Starts a process as `gyges run` starts its workers: one thread, pinned to `core`.

    **Arguments:** `cache`: folder for compiled programs; `python`: that of Gyges's own environment.
    """
    numbers = ["--core", str(core), "--seeds", str(seeds), "--updates", str(updates)]
    return subprocess.Popen(
        [python, str(Path(__file__)), *numbers, *(["--parts"] if parts else [])],
        env=as_a_worker.environment(python, cache), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def together(processes: list[subprocess.Popen[str]]) -> list[dict[str, Any]]:
    """Lets processes that have compiled everything begin at the same moment, and takes what they found."""
    for process in processes:
        _line(process.stdout)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    found = [json.loads(_line(process.stdout)) for process in processes]
    for process in processes:
        process.communicate()
    return found


def _line(stream: IO[str] | None) -> str:
    line = stream.readline() if stream else ""
    if not line:
        raise SystemExit("a training process ended without an answer; its own message is above")
    return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", type=int, required=True)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--updates", type=int, default=60)
    parser.add_argument("--parts", action="store_true", help="also time every part of a cell by itself")
    options = parser.parse_args()
    pin(options.core)
    began = time.perf_counter()
    import equinox as eqx
    import jax
    import jax.numpy as jnp

    from gyges.agents.ppo import PPO
    from gyges.environments.vault import Vault
    from gyges.evaluation.evaluate import evaluate
    from gyges.oversight.reviewer import Reviewer
    from gyges.parameters import traced
    from gyges.rewards.programmed import Outcome
    from gyges.rollout import collect
    from gyges.seeds import map_seeds, over_seeds
    from gyges.training import grade, improve, train

    found: dict[str, Any] = {"import": time.perf_counter() - began}
    environment = traced(Vault())
    reward = over_seeds(Outcome(), options.seeds)

    def start(first: int) -> tuple[Any, Any]:
        keys = jax.vmap(jax.random.key)(jnp.arange(first, first + options.seeds))
        return eqx.filter_vmap(lambda key: traced(PPO.create(key, environment)))(keys), keys

    def training(first: int) -> list[tuple[float, float, list[float]]]:
        """Seconds since the start, environment steps of one seed and visible returns, after each update."""
        agents, keys = start(first)
        curve, began = [], time.perf_counter()
        for step in train(
            environment, agents, reward, keys,
            updates=options.updates, overseer=traced(Reviewer()), episodes=EPISODES,
        ):  # fmt: skip
            jax.block_until_ready(step.agents)
            steps = step.update * EPISODES * environment.horizon
            curve.append((time.perf_counter() - began, steps, step.metrics["visible_return"].tolist()))
        return curve

    found["cold"] = training(0)
    print("ready", flush=True)
    sys.stdin.readline()
    # A later cell of the same kind: the same programs and other seeds.
    found["warm"] = training(options.seeds)

    found["memory"] = peak_memory()

    def clocked(work: Callable[[], Any], times: int = REPEATS) -> tuple[float, Any]:
        """Mean seconds of the calls after the first, which compiles, and the last result."""
        result = jax.block_until_ready(work())
        began = time.perf_counter()
        for _ in range(times):
            result = jax.block_until_ready(work())
        return (time.perf_counter() - began) / times, result

    if options.parts:
        agents, keys = start(0)
        part: dict[str, Any] = {}
        part["rollout"], (trajectories, _) = clocked(lambda: collect(environment, agents, None, keys, EPISODES))
        part["reward"], paid = clocked(lambda: grade(reward, trajectories))
        part["update"], _ = clocked(lambda: improve(agents, trajectories, paid, keys, None))
        part["evaluation"], _ = clocked(lambda: evaluate(environment, agents, reward, keys, EPISODES)[0], 1)

        @eqx.filter_jit
        def at_random(keys: Any) -> Any:
            return map_seeds(one_batch, keys)

        def one_batch(key: Any) -> Any:
            reset_key, play_key = jax.random.split(key)

            def step(states: Any, key: Any) -> tuple[Any, Any]:
                act_key, chance_key = jax.random.split(key)
                actions = jax.random.randint(act_key, (EPISODES,), 0, len(environment.actions))
                following = jax.vmap(environment.step)(jax.random.split(chance_key, EPISODES), states, actions)
                evidence, _ = jax.vmap(environment.witness)(states, actions, following)
                seen = jax.vmap(environment.observe)(following).features
                return following, (seen.sum(), evidence.task.sum())

            states = jax.vmap(environment.reset)(jax.random.split(reset_key, EPISODES))
            return jax.lax.scan(step, states, jax.random.split(play_key, environment.horizon))[1]

        part["environment"], _ = clocked(lambda: at_random(keys))
        found["parts"] = part
    found["steps"] = EPISODES * environment.horizon
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
