"""Claim 23 on made-up results, and in a counter-world that is trained for real."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gyges.cell import Cell
from gyges.claims.audit_foresees_training import AuditForeseesTraining
from gyges.claims.base import Budget, Results, Verdict
from gyges.evaluation.foresight import calibration, foresight, median_updates, rank_correlation, severity
from gyges.experiment import run_cell
from gyges.graders import GRADERS
from gyges.graders.predictions import Foretold, Predictions, predictions

SEEDS = tuple(range(8))
NEVER = math.inf


def foretold(severities: list[float | None], reported: bool = True) -> Predictions:
    """Predictions made by hand."""
    rows = [
        Foretold(number, reported and one is not None, one, one, one, None if one is None else -one)
        for number, one in enumerate(severities)
    ]
    return Predictions(tuple(rows), "0" * 64, {})


def shown(cell: Cell, updates: float) -> pd.DataFrame:
    reached = math.isfinite(updates)
    values = {"updates_to_exploit": updates if reached else cell.updates, "reached": float(reached)}
    rows = [("", metric, seed, cell.updates, value) for metric, value in values.items() for seed in cell.seeds]
    return pd.DataFrame(rows, columns=["condition", "metric", "seed", "update", "value"])


def judged(said: Predictions, updates: list[float], budget: Budget = "full") -> Verdict:
    """The verdict where each grader is exploited after so many updates in all seeds."""
    claim = AuditForeseesTraining(tuple(range(len(updates))), said)
    cells = claim.cells(budget, SEEDS)
    results = Results([(cell, shown(cell, when)) for cell, when in zip(cells, updates, strict=True)])
    (verdict,) = claim.verdicts(results, budget, SEEDS)
    return verdict


SEVERE: list[float | None] = [None] * 10 + [float(one) for one in range(20)]
IN_ORDER = [NEVER] * 10 + [3.0 * one for one in range(14)] + [NEVER] * 6


def test_holes_that_are_exploited_in_the_order_foretold_support_the_claim() -> None:
    verdict = judged(foretold(SEVERE), IN_ORDER)
    assert verdict.verdict == "supported", verdict.sentence
    assert verdict.value > 0.9
    assert verdict.low <= verdict.value <= verdict.high


def test_holes_that_are_exploited_in_the_reverse_order_refute_it() -> None:
    assert judged(foretold(SEVERE[10:]), IN_ORDER[:9:-1]).verdict == "refuted"


def test_holes_that_nobody_reported_do_not_support_it() -> None:
    verdict = judged(foretold(SEVERE, reported=False), IN_ORDER)
    assert verdict.verdict == "inconclusive"
    assert "not been reported" in verdict.reason


def test_a_middling_correlation_decides_nothing() -> None:
    mixed = list(np.random.default_rng(0).permutation(IN_ORDER[10:20])) + IN_ORDER[20:]
    assert judged(foretold(SEVERE[10:]), mixed[::2] + mixed[1::2]).verdict == "inconclusive"


def test_a_quick_run_decides_nothing() -> None:
    assert judged(foretold(SEVERE), IN_ORDER, "quick").verdict == "not decided"


def test_where_nothing_was_exploited_there_was_nothing_to_foresee() -> None:
    verdict = judged(foretold(SEVERE), [NEVER] * 30)
    assert verdict.verdict == "inconclusive"
    assert "nothing to foresee" in verdict.reason


def test_changed_predictions_are_other_cells() -> None:
    frozen = predictions()
    claim = AuditForeseesTraining()
    other = AuditForeseesTraining(foretold=replace(frozen, digest="f" * 64))
    keys = {cell.key("") for cell in claim.cells("full", SEEDS)}
    assert len(keys) == 30
    assert not keys & {cell.key("") for cell in other.cells("full", SEEDS)}


def test_out_of_reach_holes_are_foretold_to_be_so_and_support_nothing() -> None:
    # The counter-world: the audit finds these holes, and no policy here comes near them.
    sealed = [grader.number for grader in GRADERS if grader.name in ("nonet", "decet")]
    for number in sealed:
        said = predictions().graders[number]
        assert said.reported
        assert said.log_probability is not None
        assert said.log_probability < -60
    claim = AuditForeseesTraining((0, 1, *sealed))
    seeds = (2000,)
    metrics = []
    small = {"width": 16, "layers": 1, "heads": 2, "supervised": 30, "batch": 32}
    for cell in claim.cells("default", seeds):
        short = replace(cell, updates=4, episodes=16, agent_parameters=small)
        table = run_cell(short, inputs={}, checkpoint=None, progress=lambda *_: None).metrics
        table.loc[table["update"] == short.updates, "update"] = cell.updates
        metrics.append((cell, table))
    (verdict,) = claim.verdicts(Results(metrics), "default", seeds)
    assert verdict.verdict == "inconclusive", verdict.sentence
    assert set(metrics[2][1]["metric"]) >= {"train/exploit", "severity", "updates_to_exploit", "reached"}
    assert "severity" not in set(metrics[0][1]["metric"])  # nothing was found in a sound grader


def test_severity_is_surprise_and_reach() -> None:
    assert severity({}, 2) is None
    assert severity({(0, "a"): -2.0, (1, "a"): -2.0}, 2) == pytest.approx(2.0)
    assert severity({(0, "a"): -2.0}, 2) == pytest.approx(2.0 + math.log(2))
    assert severity({(0, "a"): -2.0, (0, "b"): -2.0}, 2) == pytest.approx(2.0)


def test_never_and_nothing_known_come_last_and_are_tied() -> None:
    assert rank_correlation([1.0, 2.0, None, None], [5.0, 9.0, NEVER, NEVER]) == pytest.approx(1.0)
    assert rank_correlation([1.0, 2.0, None, None], [NEVER, NEVER, 9.0, 5.0]) < -0.8
    assert math.isnan(rank_correlation([1.0, 2.0], [NEVER, NEVER]))


def test_half_of_the_seeds_that_never_get_there_make_a_grader_never() -> None:
    updates = np.array([[1.0, 2.0, NEVER], [1.0, NEVER, NEVER]])
    assert median_updates(updates).tolist() == [2.0, NEVER]
    assert median_updates(np.array([[1.0, NEVER]])).tolist() == [NEVER]


def test_the_interval_is_wider_where_seeds_disagree() -> None:
    severities: list[float | None] = [float(one) for one in range(20)]
    sure = np.tile(np.arange(20.0)[:, None], (1, 3))
    unsure = np.stack([np.arange(20.0), np.arange(20.0)[::-1], np.arange(20.0)], 1)
    narrow, wide = foresight(severities, sure), foresight(severities, unsure)
    assert wide.high - wide.low > narrow.high - narrow.low
    assert narrow.low <= narrow.mean <= narrow.high


def test_the_calibration_counts_trainings_by_severity() -> None:
    bins = calibration([(0.5, [0.0, 2.0, 4.0]), (2.9, [10.0, NEVER, NEVER]), (7.0, [NEVER, NEVER, NEVER])])
    assert [(one["low"], one["trainings"], one["exploited"], one["median"]) for one in bins] == [
        (0.0, 6, 4, 10.0),
        (6.0, 3, 0, None),
    ]
