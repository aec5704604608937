"""How fast PPO trains on the vault, where the time goes, and its share of the bare environment's speed.

`python bench/throughput.py`, in Gyges's environment, on a machine with nothing else to do.
"""

import argparse
import tempfile

from sheet import cores, rate, stamp, table
from train_vault import together, worker

SEEDS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=60, help="updates of a training run (60 is a cell's default)")
    updates = parser.parse_args().updates
    print(stamp(["gyges", "jax", "equinox", "optax", "numpy"]) + "\n", flush=True)
    available = cores()
    with tempfile.TemporaryDirectory() as cache:
        # The first process finds nothing compiled, the second finds it on disk.
        (cold,) = together([worker(available[0], cache, seeds=SEEDS, updates=updates, parts=True)])
        (warm,) = together([worker(available[0], cache, seeds=SEEDS, updates=updates)])
        all_cores = together([worker(core, cache, seeds=SEEDS, updates=updates) for core in available])
    steps = SEEDS * updates * cold["steps"]

    def row(name: str, runs: list[dict], which: str) -> list[str]:
        seconds = max(run[which][-1][0] for run in runs)
        return [
            name,
            f"{seconds:.1f} s",
            rate(len(runs) * steps / seconds),
            f"{sum(r['memory'] for r in runs):.0f} MB",
        ]

    each = f"{updates} updates of {SEEDS} seeds each"
    print(f"Training, {each} ({steps / 1e6:.1f} M steps a process):\n")
    print(
        table(
            ["processes", "time", "environment steps/s", "peak memory"],
            [
                row("1 on 1 core, nothing compiled yet", [cold], "cold"),
                row("1 on 1 core, compiled programs on disk", [warm], "cold"),
                row("1 on 1 core, a later cell", [warm], "warm"),
                row(f"{len(available)} on {len(available)} cores, a later cell each", all_cores, "warm"),
            ],
        )
    )
    batch = SEEDS * cold["steps"]
    parts = cold["parts"]
    share = {"rollout": updates, "reward": updates, "update": updates, "evaluation": 1}
    spent = {name: times * parts[name] for name, times in share.items()}
    compiling = cold["cold"][-1][0] - warm["warm"][-1][0]
    from_disk = warm["cold"][-1][0] - warm["warm"][-1][0]
    total = sum(spent.values())
    lines = [
        [name, f"{parts[name]:.4f} s", f"{times}", f"{spent[name]:.1f} s", f"{spent[name] / total:.0%}"]
        for name, times in share.items()
    ]
    print(f"\nWhere a later cell's time goes (one core, {SEEDS} seeds a call):\n")
    print(table(["part", "one call", "calls", "per cell", "share"], lines))
    print("\nWhat only a process's first cell pays:\n")
    print(
        table(
            ["once", "time"],
            [
                ["import", f"{warm['import']:.1f} s"],
                ["compiling training", f"{compiling:.1f} s"],
                ["the same from disk", f"{from_disk:.1f} s"],
            ],
        )
    )
    bare, played = batch / parts["environment"], batch / parts["rollout"]
    trained = steps / warm["warm"][-1][0]
    print(f"\nOne core, batches of {SEEDS} × 256 episodes, against the bare environment:\n")
    print(
        table(
            ["what", "environment steps/s", "share of the bare environment"],
            [
                ["environment alone, random actions", rate(bare), "100%"],
                ["rollout with the policy and all records", rate(played), f"{played / bare:.0%}"],
                ["training", rate(trained), f"{trained / bare:.0%}"],
            ],
        )
    )


if __name__ == "__main__":
    main()
