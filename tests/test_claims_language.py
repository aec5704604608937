"""Claims 6, 7 and 10: their rules on made-up results, and their counter-worlds trained for real."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from gyges.claims import Results, registry
from gyges.claims.language import at_equal_divergence, evaluated, since_the_peak
from gyges.claims.over_optimisation import OverOptimisation
from gyges.claims.process_beats_outcome import LONGER, ProcessBeatsOutcome
from gyges.claims.rule_beats_neural import RuleBeatsNeural
from gyges.evaluation.best_of_n import kl
from gyges.experiment import run_cell
from gyges.plan import plan
from gyges.rewards.base import Reward
from gyges.rewards.outcome_model import OutcomeModel
from gyges.rewards.reward_model import marked

SEEDS = tuple(range(8))
HERE = Path(__file__)
EASY = f"{HERE.parent / 'easy_arithmetic.py'}:EasyArithmetic"
TAUGHT = {"width": 32, "layers": 2, "heads": 2, "supervised": 200, "batch": 64, "supervised_rate": 5e-3}
SMALL = {"width": 32, "layers": 2, "heads": 2, "labels": 512, "pretraining": 100, "fitting": 60, "rate": 1e-3}


def rows(cell, curves, spread=0.004):
    """A table from `{(metric, condition): {update: value}}`, with a little deterministic spread over seeds."""
    found = [
        (condition, metric, seed, update, value + spread * np.sin(seed + 1))
        for (metric, condition), values in curves.items()
        for update, value in values.items()
        for seed in cell.seeds
    ]
    return pd.DataFrame(found, columns=["condition", "metric", "seed", "update", "value"])


def trained(cell, gold, proxy, apart=None):
    """What a trained cell measures, where gold and proxy go through these values in equal parts of training."""
    at = (*cell.budgets, cell.updates)
    place = np.linspace(0, 1, len(at))
    path = lambda values: dict(zip(at, np.interp(place, np.linspace(0, 1, len(values)), values), strict=True))  # noqa: E731
    curves = {("kl", "training"): path(apart or [0, 5]), ("train/area", ""): {1: 0.85}}
    for name, values in (("gold", gold), ("proxy", proxy)):
        curves |= {(f"{name}{half}", "training"): path(values) for half in ("", "_first", "_second")}
    return rows(cell, curves)


def claim_6(neural, proxy, strict=(0.5, 0.95, 0.95), area=0.85):
    claim = RuleBeatsNeural()
    metrics = []
    for cell in claim.cells("default", SEEDS):
        rule = "verifier" in cell.reward
        table = trained(cell, strict if rule else neural, strict if rule else proxy)
        table.loc[table["metric"] == "train/area", "value"] = area
        metrics.append((cell, table))
    return {verdict.verdict for verdict in claim.verdicts(Results(metrics), "default", SEEDS)}


@pytest.mark.parametrize(
    ("neural", "proxy", "more", "verdict"),
    [
        ((0.5, 0.8, 0.3), (0.5, 0.6, 0.8), {}, "supported"),
        ((0.5, 0.8, 0.3), (0.5, 0.8, 0.7), {}, "inconclusive"),  # a fall that the proxy sees is no hack
        ((0.5, 0.8, 0.74), (0.5, 0.6, 0.8), {}, "inconclusive"),  # a fall within the margin
        ((0.5, 0.8, 0.3), (0.5, 0.6, 0.8), {"strict": (0.5, 0.95, 0.8)}, "inconclusive"),  # the rule falls as well
        ((0.5, 0.8, 0.3), (0.5, 0.6, 0.8), {"strict": (0.5, 0.55, 0.55)}, "inconclusive"),  # nothing can be learned
        ((0.5, 0.8, 0.3), (0.5, 0.6, 0.8), {"area": 0.6}, "inconclusive"),  # a model that cannot verify
        ((0.5, 0.95, 0.95), (0.5, 0.9, 0.95), {}, "refuted"),
        ((0.5, 0.95, 0.90), (0.5, 0.9, 0.95), {}, "inconclusive"),
    ],
)
def test_claim_6_decides_by_its_rule(neural, proxy, more, verdict):
    assert claim_6(neural, proxy, **more) == {verdict}


def test_the_peak_is_measured_on_other_prompts_than_it_is_located_on():
    cell = RuleBeatsNeural().strict("quick", SEEDS)
    table = trained(cell, [0.5, 0.5], [0.5, 0.5])
    lucky = (table["metric"] == "gold_first") & (table["update"] == 10)
    table.loc[lucky, "value"] += 0.2  # noise on one half only
    found = since_the_peak(Results([(cell, table)]), cell)
    np.testing.assert_allclose(found.fall, 0, atol=1e-9)


def test_accuracies_are_compared_at_equal_divergence():
    claim = RuleBeatsNeural()
    one, other = claim.strict("quick", SEEDS), claim.neural("outcome-model", "quick", SEEDS)
    # The other goes twice as far, and falls only there.
    results = Results(
        [
            (one, trained(one, [0.5, 0.9], [0, 0], apart=[0, 2])),
            (other, trained(other, [0.5, 0.9, 0.1], [0, 0], apart=[0, 2, 4])),
        ]
    )
    # Measured at a few points only, so that the peak is cut off a little; at the end they are 0.8 apart.
    np.testing.assert_allclose(at_equal_divergence(results, one, other), 0, atol=0.1)


def test_agents_are_measured_often_while_the_divergence_is_small():
    assert evaluated(40) == (0, 2, 4, 6, 8, 10, 15, 20, 30)
    assert 100 not in evaluated(100)


SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)


def claim_7(best_of, reinforced, wobble=0.002):
    """Verdicts where gold follows these functions of d."""
    claim = OverOptimisation()
    picked, taught = claim.picked("default", SEEDS), claim.trained("default", SEEDS)
    curve = {n: 0.45 + best_of(kl(n) ** 0.5) for n in SIZES}
    table = rows(picked, {(f"best_of_n/gold{half}", ""): curve for half in ("", "_first", "_second")}, wobble)
    area = rows(picked, {("reward_model/area", ""): {0: 0.85}})
    at = (*taught.budgets, taught.updates)
    apart = dict(zip(at, np.linspace(0, 9, len(at)), strict=True))
    gold = {update: 0.45 + reinforced(max(value, 1e-9) ** 0.5) for update, value in apart.items()}
    curves = {(f"gold{half}", "training"): gold for half in ("", "_first", "_second")} | {("kl", "training"): apart}
    results = Results([(picked, pd.concat([table, area])), (taught, rows(taught, curves, wobble))])
    return [verdict.verdict for verdict in claim.verdicts(results, "default", SEEDS)]


def test_claim_7_is_supported_by_the_laws_and_refuted_by_saturation():
    law = lambda d: d * (0.5 - 0.25 * d)  # noqa: E731
    rl = lambda d: d * (0.3 - 0.35 * np.log(d)) if d > 1e-3 else 0.0  # noqa: E731
    assert claim_7(law, rl) == ["supported", "supported"]
    saturating = lambda d: 0.4 * (1 - np.exp(-1.5 * d))  # noqa: E731
    assert claim_7(saturating, saturating) == ["refuted", "refuted"]


def test_claim_7_needs_optimisation_that_goes_far_enough():
    claim = OverOptimisation()
    points = np.tile([0.0, 0.01, 0.02], (8, 1))
    verdict = claim.judge("GRPO", points, points, np.stack([points, points]), "")
    assert verdict.verdict == "inconclusive"
    assert "not optimised far enough" in verdict.reason


def claim_10(ahead, spread=0.003, area=0.85):
    claim = ProcessBeatsOutcome()
    metrics = []
    for cell in claim.cells("quick", SEEDS):
        gold = 0.6 + (ahead if cell.reward == "process-model" else 0.0)
        phase = 1.0 if cell.reward == "process-model" else 0.0
        table = rows(cell, {("best_of_n/gold", LONGER): {1: 0.4, 256: gold}, ("reward_model/area", ""): {0: area}}, 0)
        table["value"] += spread * phase * np.sin(table["seed"])
        metrics.append((cell, table))
    (verdict,) = claim.verdicts(Results(metrics), "quick", SEEDS)
    return verdict.verdict


@pytest.mark.parametrize(
    ("ahead", "more", "verdict"),
    [
        (0.06, {}, "supported"),
        (0.015, {}, "inconclusive"),
        (0.0, {}, "refuted"),  # equivalent
        (-0.04, {}, "refuted"),
        (0.0, {"spread": 0.05}, "inconclusive"),
        (0.06, {"area": 0.6}, "inconclusive"),
    ],
)
def test_claim_10_decides_by_its_rule(ahead, more, verdict):
    assert claim_10(ahead, **more) == verdict


def test_long_claims_run_only_when_they_are_named():
    everyone = {claim.name for claim in plan((), "quick", 2).claims}
    named = {claim.name for claim in registry().values() if claim.named_only}
    assert {"rule-beats-neural", "over-optimisation", "process-beats-outcome"} <= named
    assert not everyone & named
    assert "rule-beats-neural" in {claim.name for claim in plan(("6",), "quick", 2).claims}


# Counter-worlds, trained for real on seeds that are not reported.


class Informed(OutcomeModel):
    """A reward model that is given what the verifier sees: it learns how often each of its answers is right."""

    def school(self, environment, play, key):
        evidence = play(key)
        strict, right = evidence.view.strict.any(0), environment.overseer().label(evidence, key).right
        share = lambda chosen: (right & chosen).sum() / jnp.maximum(chosen.sum(), 1)  # noqa: E731
        rates = (1.0 - share(strict), share(~strict), jnp.ones(()))
        return eqx.tree_at(lambda r: (r.false_negative, r.false_positive, r.area), self, rates)

    def __call__(self, evidence):
        strict = evidence.view.strict.any(0)
        worth = jnp.where(strict, 1.0 - self.false_negative, self.false_positive) * evidence.view.formed.any(0)
        last = marked(evidence, None).length - 1
        return jnp.where(jnp.arange(len(evidence.open))[:, None] == last, worth, 0.0)


def run(cells, updates):
    """Runs short versions of `cells`, and shows them as the ones that were asked for."""
    metrics = []
    for cell in cells:
        short = replace(cell, updates=updates, budgets=(0, updates // 2), needs=()) if cell.updates else cell
        table = run_cell(short, inputs={}, checkpoint=None, progress=lambda *_: None).metrics
        if cell.updates:
            middle = table[table["update"] == updates // 2]
            missing = [middle.assign(update=at) for at in cell.budgets if at != 0]
            table.loc[table["update"] == updates, "update"] = cell.updates
            table = pd.concat([table, *missing])
        metrics.append((cell, table))
    return Results(metrics)


def test_claim_6_is_not_supported_where_the_model_has_the_verifiers_features():
    design: dict[str, Any] = {"environment": EASY, "agent_parameters": TAUGHT | {"rate": 1e-3}}
    name = f"{HERE}:Informed"
    claim = RuleBeatsNeural(design=design, models={name: "informed model"}, parameters=SMALL)
    seeds = (2000, 2001, 2002)
    strict, neural = claim.strict("quick", seeds), claim.neural(name, "quick", seeds)
    verdict = claim.judge(run([strict, neural], 40), neural, "quick", seeds)
    assert verdict.verdict == "refuted", verdict.sentence + verdict.reason


class NoisyGold(Reward):
    """Gold and light-tailed noise that has nothing to do with the text."""

    noise: Any = 0.5

    def __call__(self, evidence, truth):
        drawn = self.noise * jax.random.normal(jax.random.key(7), evidence.open.shape[1:])
        last = marked(evidence, None).length - 1
        return jnp.where(jnp.arange(len(evidence.open))[:, None] == last, truth.utility.sum(0) + drawn, 0.0)


def test_claim_7_is_not_supported_where_the_proxy_is_gold_with_independent_noise():
    claim = OverOptimisation(
        design={"environment": EASY, "agent_parameters": TAUGHT},
        reward=f"{HERE}:NoisyGold",
        parameters={"labels": 0},
    )
    seeds = (2000, 2001, 2002)
    cell = replace(claim.picked("default", seeds), reward_parameters={"noise": 0.5}, episodes=64)
    table = run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None).metrics
    from gyges.claims.over_optimisation import best_of_n_curves

    d, gold, halves = best_of_n_curves(Results([(cell, table)]), cell)
    verdict = claim.judge("best-of-n", d, gold, halves, "")
    assert verdict.verdict in ("refuted", "inconclusive"), verdict.sentence
    assert gold[:, -1].min() > gold[:, 3].max() - 0.05  # gold does not turn down


def test_claim_10_is_not_supported_on_problems_of_one_step():
    claim = ProcessBeatsOutcome(
        environment=EASY,
        world={"shortest": 2.0, "longest": 2.0, "noise": 0.3},
        agent=TAUGHT,
        parameters=SMALL | {"outcomes": 1.0},
        steps=2,
    )
    seeds = (2000, 2001, 2002)
    cells = [replace(cell, episodes=64) for cell in claim.cells("quick", seeds)]
    measured = [run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None) for cell in cells]
    asked = claim.cells("quick", seeds)
    (verdict,) = claim.verdicts(
        Results([(cell, result.metrics) for cell, result in zip(asked, measured, strict=True)]), "quick", seeds
    )
    assert verdict.verdict != "supported", verdict.sentence
