"""How long the exact agent takes to plan, and to say what its plan costs the hidden performance.

`python bench/exact.py`, in Gyges's environment, on a machine with nothing else to do. Each environment is
solved in two processes on one core: the first finds nothing compiled, the second finds it on disk.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import as_a_worker
from sheet import cores, peak_memory, pin, stamp, table

DISCOUNTS = {"vault": 0.98, "absent-supervisor": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--solve", choices=[*DISCOUNTS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.solve:
        print(json.dumps(solve(options.solve)))
        return
    print(stamp(["gyges", "jax", "equinox", "numpy"]) + "\n", flush=True)
    rows = []
    for name in DISCOUNTS:
        with tempfile.TemporaryDirectory() as cache:
            cold, warm = _apart(name, cache), _apart(name, cache)
        rows.append(
            [
                name, f"{cold['states']:,}", f"{cold['first']:.2f} s", f"{warm['first']:.2f} s",
                f"{warm['again']:.2f} s", f"{cold['hidden first']:.2f} s", f"{warm['hidden again']:.2f} s",
                f"{cold['memory']:.0f} MB",
            ]
        )  # fmt: skip
    head = [
        "environment", "information states", "first solve, cold", "from disk", "again",
        "hidden value, cold", "again", "peak memory",
    ]  # fmt: skip
    print(table(head, rows))


def _apart(name: str, cache: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--solve", name]
    settings = as_a_worker.environment(sys.executable, cache)
    done = subprocess.run(command, env=settings, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def solve(name: str) -> dict[str, Any]:
    """Seconds of a first and of a second call."""
    pin(cores()[0])
    import jax

    from gyges.agents.exact import Exact
    from gyges.environments.base import Environment
    from gyges.registry import find
    from gyges.rewards.programmed import SeenTheft

    environment = find("environments", Environment, name)()
    agent = Exact.create(jax.random.key(0), environment, discount=DISCOUNTS[name])

    def seconds(work: Callable[[], Any]) -> float:
        began = time.perf_counter()
        jax.block_until_ready(work())
        return time.perf_counter() - began

    found = {which: seconds(lambda: agent.solve(environment, SeenTheft())) for which in ("first", "again")}
    solved = agent.solve(environment, SeenTheft())
    hidden = {which: seconds(lambda: solved.hidden_value(environment)) for which in ("hidden first", "hidden again")}
    return found | hidden | {"states": environment.informations, "memory": peak_memory()}


if __name__ == "__main__":
    main()
