"""Trials of the model that exact planning needs: it is legal, and it agrees with what happens."""

from typing import Any

import equinox as eqx
import jax
import numpy as np

from gyges.check.episodes import wander
from gyges.check.findings import CheckReport
from gyges.check.trials import KEYS
from gyges.environments.base import Environment, Outcomes

EPISODES = 256
COMPARED = {
    "evidence": ("task", "incident", "recorded"),
    "truth": ("utility", "legitimate", "violation"),
}
SIGMAS = 5.0


def check_planning(report: CheckReport, environment: Environment[Any]) -> None:
    """Adds what is found of `outcomes` and `initial`, where the environment has them."""
    obstacle = environment.planning_obstacle()
    if obstacle:
        report.note(f"cannot be planned for exactly: {obstacle}")
        return
    start = report.attempt("`initial`", lambda: np.asarray(eqx.filter_jit(lambda world: world.initial())(environment)))
    if start is None:
        return
    report.expect(
        bool(start.shape == (environment.informations,) and start.min() >= 0 and abs(start.sum() - 1) < 1e-3),
        f"`initial` is a distribution over {environment.informations} information states",
        f"`initial` has shape {start.shape}, sum {start.sum():.4f} and minimum {start.min():.4f}; "
        "probabilities "
        f"of the {environment.informations} information states are wanted",
    )
    ended, information, action, (evidence, truth) = jax.tree.map(
        np.asarray, wander(environment, jax.random.split(KEYS[0], EPISODES))
    )
    horizon = environment.horizon
    runs = (ended.cumsum(1) == 0)[:, :horizon]
    if (information < 0).any() or (information >= environment.informations).any():
        report.failed(
            f"`observe` numbers information states from {information.min()} to {information.max()}; "
            f"`informations` is {environment.informations}"
        )
        return
    asked = (information[:, :horizon].reshape(-1), action[:, :horizon].reshape(-1))
    outcomes = report.attempt("`outcomes`", lambda: jax.jit(jax.vmap(environment.outcomes))(*asked))
    if outcomes is None:
        return
    outcomes = jax.tree.map(lambda leaf: np.asarray(leaf).reshape(*runs.shape, *leaf.shape[1:])[runs], outcomes)
    probability = outcomes.probability
    total = probability.sum(-1)
    report.expect(
        bool((probability >= -1e-6).all() and (abs(total - 1) < 1e-4).all()),
        "`outcomes`: the probabilities of what can follow sum to one",
        f"`outcomes`: probabilities sum to between {total.min():.4f} and {total.max():.4f}, the least is "
        f"{probability.min():.4f}; they have to be a distribution",
    )
    wrong = illegal_branches(outcomes, environment.informations)
    report.expect(not wrong, "`outcomes`: every branch is legal", f"`outcomes`: {'; '.join(wrong)}")
    apart = []
    for record, happened in (("evidence", evidence), ("truth", truth)):
        for name in COMPARED[record]:
            # An episode's surprises have mean 0 if the model is right, and episodes are independent.
            surprise = np.zeros(runs.shape)
            foreseen = (probability * getattr(getattr(outcomes, record), name)).sum(-1)
            surprise[runs] = getattr(happened, name)[:, :horizon][runs] * 1.0 - foreseen
            each = surprise.sum(1)
            mean, error = float(each.mean()), float(each.std() / len(each) ** 0.5)
            if abs(mean) > SIGMAS * error + 1e-3:
                apart.append(f"{record}.{name} comes to {mean:+.3f} more per episode than it says")
    report.expect(
        not apart,
        "`outcomes` foretells what random episodes bring",
        f"`outcomes` is another world than `step` and `witness`: {'; '.join(apart)}",
    )


def illegal_branches(outcomes: Outcomes, informations: int) -> list[str]:
    """What is wrong with the branches that can happen, in words."""
    possible = outcomes.probability > 0
    unseen = possible & ~outcomes.evidence.recorded
    incident, violation = outcomes.evidence.incident > 0, outcomes.truth.violation
    filmed = [leaf[unseen] != 0 for leaf in jax.tree.leaves(outcomes.evidence.view)]
    broken: dict[str, Any] = {
        "`next` is no information state": possible & ((outcomes.next < 0) | (outcomes.next >= informations)),
        "an incident is shown where nothing was recorded": unseen & incident,
        "an incident is no violation": possible & incident & ~violation,
        "`view` is not blank where nothing was recorded": any(np.any(shown) for shown in filmed),
    }
    return [text for text, cases in broken.items() if np.any(cases)]
