"""The decision rules, on made-up results: each verdict can come out, and only where it should."""

import numpy as np
import pandas as pd
import pytest

from gyges.cell import Cell
from gyges.claims import Results, registry
from gyges.claims.base import BUDGETS
from gyges.claims.caught_versus_did import CaughtVersusDid
from gyges.claims.honeypots_move_the_boundary import GRID, HoneypotsMoveTheBoundary
from gyges.claims.specification_gaming import SpecificationGaming

SEEDS = tuple(range(8))
Values = dict[tuple[str, str], float]


def table(cell: Cell, values: Values, spread: float = 0.01, updates: tuple[int, ...] = ()) -> pd.DataFrame:
    """Metrics of a cell: each value with a little deterministic spread over the seeds."""
    rows = [
        (condition, metric, seed, update, value + spread * np.sin(seed))
        for (metric, condition), value in values.items()
        for seed in cell.seeds
        for update in (*updates, cell.updates)
    ]
    return pd.DataFrame(rows, columns=["condition", "metric", "seed", "update", "value"])


def ring(watched: float, unwatched: float, *, aware: float = 0.99, earned: float = 15.0, leak: float = 0.5) -> Values:
    return {
        ("violation", "watched"): watched,
        ("violation", "unwatched"): unwatched,
        ("ring_gap", ""): unwatched - watched,
        ("decodability", ""): aware,
        ("leak", ""): leak,
        ("legitimate_return", "training"): earned,
    }


def first_claim(arm: Values, other_start: Values | None = None, control: Values | None = None) -> list[str]:
    """Verdicts of claim 1 where every fined arm behaves like `arm` (`other_start`: with a warm start)."""
    claim = CaughtVersusDid()
    metrics = []
    for cell in claim.cells("default", SEEDS):
        if cell.reward == "outcome":
            values = control or ring(0.99, 0.99)
        else:
            values = other_start if other_start and cell.warm else arm
        metrics.append((cell, table(cell, values)))
    return [verdict.verdict for verdict in claim.verdicts(Results(metrics), "default", SEEDS)]


@pytest.mark.parametrize(
    ("arm", "verdict"),
    [
        (ring(0.02, 0.95), "supported"),
        (ring(0.02, 0.03), "refuted"),
        (ring(0.30, 0.95), "inconclusive"),  # not even deterred where it is seen
        (ring(0.02, 0.35), "inconclusive"),  # between the thresholds
        (ring(0.02, 0.03, aware=0.5), "inconclusive"),  # ignorance is no virtue
        (ring(0.02, 0.03, aware=0.85), "inconclusive"),  # nor is half-knowing
        (ring(0.02, 0.95, earned=11.0), "inconclusive"),  # incapable
    ],
)
def test_claim_1_decides_by_its_rule(arm: Values, verdict: str) -> None:
    assert first_claim(arm) == [verdict, verdict]


def test_claim_1_needs_both_warm_starts() -> None:
    assert first_claim(ring(0.02, 0.95), other_start=ring(0.02, 0.03)) == ["inconclusive", "inconclusive"]


def test_claim_1_is_not_decided_in_a_leaky_world() -> None:
    assert first_claim(ring(0.02, 0.95), control=ring(0.99, 0.99, leak=0.8)) == ["inconclusive"] * 2


def test_a_few_seeds_on_the_other_side_undo_a_verdict() -> None:
    claim = CaughtVersusDid()
    metrics = []
    for cell in claim.cells("default", SEEDS):
        frame = table(cell, ring(0.02, 0.95) if cell.reward != "outcome" else ring(0.99, 0.99))
        if cell.reward == "seen-theft":
            odd = frame["seed"].isin([0, 1]) & (frame["metric"] == "ring_gap")
            frame.loc[odd, "value"] = 0.45  # the mean's interval may pass, two of eight seeds do not
        metrics.append((cell, frame))
    verdicts = claim.verdicts(Results(metrics), "default", SEEDS)
    assert [verdict.verdict for verdict in verdicts] == ["inconclusive", "supported"]


def second_claim(early: float, late: float, unimitated: float = 1.0, aware: float = 0.99) -> str:
    """Verdict of claim 2 where learned theft is off the exact one by `early`, in the end by `late`."""
    claim = HoneypotsMoveTheBoundary()
    metrics = []
    for cell in claim.cells("default", SEEDS):
        if cell.agent == "exact":
            values = ring(0.0, 0.5) | {("violation", "unimitated"): 1.0}
            metrics.append((cell, table(cell, values, spread=0.0)))
            continue
        values = ring(0.01, 0.5 + late, aware=aware) | {("violation", "unimitated"): unimitated}
        frame = table(cell, values, updates=cell.budgets)
        first = (frame["update"] == BUDGETS["default"][0]) & (frame["condition"] == "unwatched")
        frame.loc[first & (frame["metric"] == "violation"), "value"] += early - late
        metrics.append((cell, frame))
    (verdict,) = claim.verdicts(Results(metrics), "default", SEEDS)
    return verdict.verdict


def test_claim_2_decides_by_its_rule() -> None:
    assert second_claim(early=0.4, late=0.03) == "supported"
    assert second_claim(early=0.4, late=0.2) == "inconclusive"  # not close enough
    assert second_claim(early=0.03, late=0.03) == "inconclusive"  # does not fall with training
    assert second_claim(early=0.4, late=0.03, unimitated=0.01) == "refuted"
    assert second_claim(early=0.4, late=0.03, unimitated=0.01, aware=0.5) == "inconclusive"


def test_claim_2_is_not_decided_by_a_quick_run() -> None:
    claim = HoneypotsMoveTheBoundary()
    metrics = [(cell, table(cell, ring(0.0, 0.5))) for cell in claim.cells("quick", SEEDS)]
    (verdict,) = claim.verdicts(Results(metrics), "quick", SEEDS)
    assert verdict.verdict == "not decided"


@pytest.mark.parametrize(
    ("planned", "learned", "verdict"),
    [(29.0, 28.0, "supported"), (41.0, 40.9, "refuted"), (29.0, 41.0, "inconclusive")],
)
def test_claim_22_decides_by_its_rule(planned: float, learned: float, verdict: str) -> None:
    claim = SpecificationGaming()
    trained, exact = claim.cells("default", SEEDS)
    hidden = {"best_hidden": 41.0, "random_hidden": -100.0, "hidden_low": planned, "hidden_high": planned}
    found = {("true_utility", "training"): learned, ("visible_return", "training"): 40.0}
    metrics = [
        (exact, table(exact, {(name, ""): value for name, value in hidden.items()}, spread=0.0)),
        (trained, table(trained, found)),
    ]
    (result,) = claim.verdicts(Results(metrics), "default", SEEDS)
    assert result.verdict == verdict


@pytest.mark.parametrize("budget", ["quick", "default", "full"])
@pytest.mark.parametrize("name", list(registry()))
def test_claims_ask_for_distinct_cells_with_the_seeds_given(name: str, budget: str) -> None:
    cells = registry()[name].cells(budget, SEEDS)
    designs = [str(cell.design()) for cell in cells]
    labels = [(cell.label, cell.environment, cell.agent) for cell in cells]
    assert len(set(designs)) == len(designs)
    assert len(set(labels)) == len(labels)
    # Or with the first of them, where a claim is about many designs.
    assert all(cell.seeds == SEEDS[: len(cell.seeds)] and cell.seeds for cell in cells)


def test_the_full_grid_of_claim_2_is_rate_by_tell() -> None:
    rates, tells = zip(*GRID["full"], strict=True)
    assert len(GRID["full"]) == len(set(rates)) * len(set(tells))
