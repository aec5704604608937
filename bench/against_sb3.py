"""Gyges's PPO against Stable-Baselines3's on the same vault, to the same return, in one call.

    python bench/against_sb3.py --gyges .venv/bin/python

in any environment with `stable-baselines3`, `gymnasium` and `torch` (a CPU build will do); `--gyges` names
the Python of Gyges's own. Both train the same network on the outcome reward, with the same numbers, for the
same number of batches of one size; what counts is when a batch's mean visible return first reaches `TARGET`.
"""

import argparse
import multiprocessing
import statistics
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from sb3_training import BATCH, Points, Run, Setup, learn, speed
from sheet import cores, pin, rate, stamp, table
from train_vault import together, worker

TARGET = 14.0
"""Set before the first comparison: theft and coins together reach about 17, coins alone about 11."""
SEEDS = 8
"""Seeds of a Gyges process, as in a cell."""
SETUPS = [
    Setup("DummyVecEnv", 16),
    Setup("DummyVecEnv", 64),
    Setup("DummyVecEnv", 256),
    Setup("SubprocVecEnv", 16),
]
"""SubprocVecEnv starts a process per environment: with more than 16 it brings a small machine to a stop."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gyges", default=".venv/bin/python", help="Python of Gyges's environment")
    parser.add_argument("--seeds", type=int, default=3, help="Stable-Baselines3 runs, one after another")
    parser.add_argument("--updates", type=int, default=60, help="updates of every run, here and there")
    options = parser.parse_args()
    if not Path(options.gyges).exists():
        raise SystemExit(f"there is no {options.gyges}; name the Python of Gyges's environment with --gyges")
    print(stamp(["stable-baselines3", "gymnasium", "torch", "numpy"]))
    print("Gyges's side: " + _versions(options.gyges) + ".\n", flush=True)
    available = cores()

    speeds = {(setup, threads): speed(setup, threads) for setup in SETUPS for threads in {1, len(available)}}
    rows = [
        [f"{setup.kind}, {setup.environments} environments", str(threads), rate(found)]
        for (setup, threads), found in speeds.items()
    ]
    print(f"Stable-Baselines3 in all its settings, one run free to use {len(available)} cores:\n")
    print(table(["setting", "torch threads", "environment steps/s"], rows) + "\n", flush=True)
    fastest, threads = max(speeds, key=lambda setting: speeds[setting])
    others = [Run.of(learn(fastest, threads, seed, options.updates), 0, TARGET) for seed in range(options.seeds)]
    with ProcessPoolExecutor(len(available), multiprocessing.get_context("spawn")) as pool:
        runs = pool.map(partial(_on_core, fastest, options.updates), available)
        beside = [Run.of(curve, 0, TARGET) for curve in runs]
    with tempfile.TemporaryDirectory() as cache:
        (alone,) = together([worker(available[0], cache, python=options.gyges, seeds=1, updates=options.updates)])
        ours = together(
            [worker(core, cache, python=options.gyges, seeds=SEEDS, updates=options.updates) for core in available]
        )
    steps = alone["steps"] * options.updates
    slowest = max(found["warm"][-1][0] for found in ours)
    many = [Run.of(found["warm"], seed, TARGET) for found in ours for seed in range(SEEDS)]
    theirs = statistics.mean(run.steps / run.seconds for run in others)
    arms = [
        (f"Stable-Baselines3, {fastest.kind} × {fastest.environments}, one at a time", others, theirs),
        (f"Stable-Baselines3, {len(beside)} runs on {len(available)} cores", beside,
         sum(run.steps for run in beside) / max(run.seconds for run in beside)),
        ("Gyges, one seed, one core, compiling included", [Run.of(alone["cold"], 0, TARGET)],
         steps / alone["cold"][-1][0]),
        ("Gyges, one seed, one core", [Run.of(alone["warm"], 0, TARGET)], steps / alone["warm"][-1][0]),
        (f"Gyges, {len(many)} seeds, {len(available)} cores", many, len(many) * steps / slowest),
    ]  # fmt: skip
    print(f"To a mean visible return of {TARGET:g} on the outcome reward (batches of {BATCH} steps):\n")
    print(
        table(
            ["what", "runs", "environment steps/s", "ratio", "reached it", "steps", "time", "last return"],
            [_row(name, runs, speed, speed / theirs) for name, runs, speed in arms],
        )
    )
    print(
        "\nSteps are those of one run and the time is that until it is there, means over the runs that got "
        "there. Runs that go side by side all take that time together. Starting processes and "
        "importing are left out on both sides. The last return is that of the last batch."
    )


def _on_core(setup: Setup, updates: int, core: int) -> Points:
    pin(core)
    return learn(setup, 1, core, updates)


def _row(name: str, runs: list[Run], speed: float, ratio: float) -> list[str]:
    steps = [run.steps_to_target for run in runs if run.steps_to_target is not None]
    seconds = [run.seconds_to_target for run in runs if run.seconds_to_target is not None]
    return [
        name,
        str(len(runs)),
        rate(speed),
        f"{ratio:.1f}",
        f"{len(steps)} of {len(runs)}",
        f"{statistics.mean(steps) / 1e6:.2f} M" if steps else "never",
        f"{statistics.mean(seconds):.1f} s" if seconds else "never",
        f"{statistics.mean(run.last_return for run in runs):.1f}",
    ]


def _versions(python: str) -> str:
    names = ["gyges", "jax", "equinox", "optax"]
    code = f"from importlib.metadata import version as v; print(', '.join(f'{{n}} {{v(n)}}' for n in {names}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
