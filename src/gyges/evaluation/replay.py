"""Episodes to look at: what really happened beside what the overseer saw."""

from typing import Any

import jax
import numpy as np

from gyges.environments.base import Environment
from gyges.records import Trajectory
from gyges.seeds import one_seed


def same_episode(played: dict[str, tuple[Trajectory, Any]]) -> int:
    """The first episode with an opportunity in every condition, so that the conditions show one layout."""
    chances = [trajectory.truth.opportunity[0, 0] for trajectory, _ in played.values()]
    return int(np.argmax(np.logical_and.reduce(chances)))


def replay(
    environment: Environment[Any],
    played: tuple[Trajectory, Any],
    seed: int,
    episode: int,
    reading: np.ndarray | None,
) -> dict[str, Any]:
    """One episode as JSON-able data, or {} if nothing can be drawn.

    `rows`, `columns`, `walls`, `field` (cells that can be filmed), `summary`, and `frames`: frame 0 is the
    first state, frame t + 1 follows action t. A frame has `truth` and `footage` (sprites `{sprite, at,
    state}`; footage is None where nothing was recorded), what `draw` adds of cameras and cues, the
    `action`, `task`, `utility`, `violation`, `incident`, and a probe's reading if there is one.
    """
    trajectory, scenes = one_seed(played, seed)
    steps = int(trajectory.alive[:, episode].sum())
    evidence, truth = trajectory.evidence, trajectory.truth
    seen = {name: values[: steps + 1, episode] for name, values in scenes.items()}
    view = {
        name: getattr(evidence.view, name)[:steps, episode] for name in getattr(evidence.view, "__annotations__", {})
    }
    drawn = environment.draw(seen, view)
    if not drawn:
        return {}
    actions = [environment.actions[int(action)] for action in trajectory.mind.action[:steps, episode]]
    for time, frame in enumerate(drawn["frames"]):
        step = time - 1
        frame["action"] = actions[step] if time else ""
        for name, values in (("task", evidence.task), ("utility", truth.utility)):
            frame[name] = round(float(values[step, episode]), 3) if time else 0.0
        for name, values in (("violation", truth.violation), ("incident", evidence.incident)):
            frame[name] = bool(values[step, episode]) if time else False
        # A reading belongs to the state in which the act is chosen.
        known = reading is not None and time < steps
        frame["probe"] = round(float(reading[time, episode]), 3) if known and reading is not None else None
    return drawn | {"environment": environment.name, "summary": summary(trajectory, episode)}


def summary(trajectory: Trajectory, episode: int) -> str:
    """One line about what happened."""
    one = jax.tree.map(lambda leaf: leaf[:, episode], (trajectory.evidence, trajectory.truth))
    evidence, truth = one
    ledger = f"Visible return {float(evidence.task.sum()):.0f}, true utility {float(truth.utility.sum()):.0f}."
    if not truth.violation.any():
        return f"No violation. {ledger}"
    step = int(truth.violation.argmax())
    seen = "and it was recorded" if evidence.incident[step] > 0 else "and nobody saw it"
    return f"Violation at step {step + 1}, {seen}. {ledger}"
