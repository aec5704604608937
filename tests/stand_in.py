"""An executor without JAX, for tests of the rooms that only move cells about.

A random walk per seed; what it does besides is said by `agent_parameters`.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gyges import checkpoints
from gyges.cell import Cell
from gyges.faults import Fault

STEPS_PER_UPDATE = 1000


@dataclass
class Result:
    metrics: pd.DataFrame
    episodes: list[dict[str, Any]]


def cell_key(cell: Cell) -> str:
    return cell.key("stand-in")


def signature(cell: Cell) -> str:
    return cell.agent


def run_cell(
    cell: Cell,
    *,
    inputs: dict[str, pd.DataFrame],
    checkpoint: Path | None,
    progress: Callable[[int, int], None],
) -> Result:
    _tell(cell.agent_parameters)
    misbehave(cell)
    parameters = cell.agent_parameters
    walk, update, rows = _resume(cell, inputs, checkpoint)
    _log(f"{cell_key(cell)} {update}")
    steps = _steps(cell)
    while update < cell.updates:
        walk = np.sin(walk * 1.7 + steps[update])
        update += 1
        rows += [["train/utility", "", seed, update, value] for seed, value in zip(cell.seeds, walk, strict=True)]
        time.sleep(float(os.environ.get("STAND_IN_PAUSE", "0")))
        if checkpoint is not None and update % parameters.get("save_every", 5) == 0:
            checkpoints.save(checkpoint, json.dumps([walk.tolist(), update, rows]).encode())
        progress(update, update * STEPS_PER_UPDATE)
    for condition, shift in (("watched", -2.0), ("unwatched", 2.0)):
        chances = 1 / (1 + np.exp(-(walk + shift)))
        rows += [
            ["violation", condition, seed, update, chance] for seed, chance in zip(cell.seeds, chances, strict=True)
        ]
    rows += [["probe_auc", "", seed, update, float("nan")] for seed in cell.seeds]
    metrics = pd.DataFrame(rows, columns=["metric", "condition", "seed", "update", "value"])
    metrics.insert(0, "agent", cell.agent)
    metrics.insert(0, "reward", cell.name)
    metrics.insert(0, "environment", cell.environment)
    return Result(metrics, [{"environment": cell.environment, "seed": seed, "frames": []} for seed in cell.seeds])


def _tell(parameters: dict[str, Any]) -> None:
    """Writes down what the process is like that runs the cell."""
    if "tells" in parameters:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        told = {"pid": os.getpid(), "cores": cores, "variables": dict(os.environ)}
        Path(parameters["tells"]).write_text(json.dumps(told))


def _log(line: str) -> None:
    """A line for each start of a cell: its key, and the update that it goes on from."""
    if log := os.environ.get("STAND_IN_LOG"):
        with Path(log).open("a") as file:
            file.write(line + "\n")


def misbehave(cell: Cell) -> None:
    """Whatever `agent_parameters` say should go wrong, once or always."""
    for what, marker in cell.agent_parameters.items():
        if what not in _MISHAPS:
            continue
        if marker != "always":
            with contextlib.suppress(FileExistsError):
                Path(marker).touch(exist_ok=False)
                _MISHAPS[what]()
        else:
            _MISHAPS[what]()


def _raise() -> None:
    raise ValueError("the walk fell over")


def _fault() -> None:
    raise Fault("there is no such walk. Choose another.")


def _disk() -> None:
    raise OSError(28, "No space left on device", "/somewhere/state")


_MISHAPS: dict[str, Callable[[], None]] = {
    "raises": _raise,
    "faults": _fault,
    "fills_disk": _disk,
    "dies": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hangs": lambda: time.sleep(600),
}


def _resume(
    cell: Cell, inputs: dict[str, pd.DataFrame], checkpoint: Path | None
) -> tuple[np.ndarray, int, list[list[Any]]]:
    state = None if checkpoint is None else checkpoints.load(checkpoint)
    if state is not None:
        walk, update, rows = json.loads(state)
        return np.array(walk), update, rows
    walk = np.array([float(seed) for seed in cell.seeds])
    for position in sorted(inputs):
        walk += inputs[position]["value"].dropna().sum()
    return walk, 0, []


def _steps(cell: Cell) -> np.ndarray:
    seed = int(cell_key(cell)[:8], 16)
    return np.random.default_rng(seed).normal(size=(cell.updates, len(cell.seeds)))


def walks(count: int, *, updates: int = 10, seeds: int = 2, **parameters: Any) -> Iterator[Cell]:
    """Cells that differ in one parameter."""
    for number in range(count):
        yield Cell(
            reward=f"reward-{number}",
            agent=f"agent-{number % 2}",
            updates=updates,
            seeds=tuple(range(seeds)),
            agent_parameters=parameters,
        )
