"""Claim 7: gold against optimisation follows the laws of over-optimisation, and turns down."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from gyges.cell import Cell
from gyges.claims.base import Budget, Claim, Decision, Results, Verdict
from gyges.claims.language import VERIFIES, model, trained
from gyges.evaluation.best_of_n import kl
from gyges.evaluation.over_optimisation import SMALLEST, best_of_n_law, forecast, rl_law, wins
from gyges.evaluation.statistics import agree, interval

SURE = 0.9
"""Share of resamplings in which the better forecast must win."""
SAMPLES, PROMPTS = 256, 256
WIDTHS, LABELS = (32, 96), (512, 1448)
"""Sizes and data of the models beside the default ones, for the trends."""


@dataclass(frozen=True)
class OverOptimisation(Claim):
    """For best-of-n and for GRPO, against a frozen outcome reward model."""

    name: ClassVar[str] = "over-optimisation"
    number: ClassVar[int] = 7
    statement: ClassVar[str] = (
        "Gold follows d(a - b d) under best-of-n and d(a - b log d) under RL, with d the root of the KL, and falls."
    )
    named_only: ClassVar[bool] = True

    design: dict[str, Any] = field(default_factory=dict)
    reward: str = "outcome-model"
    parameters: dict[str, Any] = field(default_factory=dict)

    def picked(self, budget: Budget, seeds: tuple[int, ...], **numbers: Any) -> Cell:
        """Best-of-n with a model of this size and data."""
        parameters = model(budget) | self.parameters | numbers
        said = "".join(f", {name} {value}" for name, value in numbers.items())
        design = {"environment": "arithmetic"} | self.design
        agent = {"samples": SAMPLES} | design.pop("agent_parameters", {})
        return Cell(
            agent="best-of-n", reward=self.reward, reward_parameters=parameters, agent_parameters=agent, updates=0,
            seeds=seeds, episodes=PROMPTS, label=f"best-of-n{said}", **design,
        )  # fmt: skip

    def trained(self, budget: Budget, seeds: tuple[int, ...]) -> Cell:
        """The same model under GRPO: claim 6 has the same cell."""
        numbers = model(budget) | self.parameters
        if self.reward == "outcome-model":
            numbers["frozen"] = True
        return trained(budget, seeds, self.reward, reward_parameters=numbers, label="GRPO", **self.design)

    def trends(self, seeds: tuple[int, ...]) -> dict[str, list[Cell]]:
        """Cells by what they vary, from little to much."""
        base = self.picked("full", seeds)
        by_width = {width: self.picked("full", seeds, width=width) for width in WIDTHS} | {64: base}
        by_labels = {labels: self.picked("full", seeds, labels=labels) for labels in LABELS} | {4096: base}
        return {
            "width": [cell for _, cell in sorted(by_width.items())],
            "labels": [cell for _, cell in sorted(by_labels.items())],
        }

    def cells(self, budget: Budget, seeds: tuple[int, ...]) -> list[Cell]:
        cells = [self.picked(budget, seeds), self.trained(budget, seeds)]
        if budget == "full":
            cells += [cell for varied in self.trends(seeds).values() for cell in varied if cell != cells[0]]
        return cells

    def verdicts(self, results: Results, budget: Budget, seeds: tuple[int, ...]) -> list[Verdict]:
        picked, taught = self.picked(budget, seeds), self.trained(budget, seeds)
        d, gold, halves = best_of_n_curves(results, picked)
        trends = "; ".join(self.trend(results, name, cells) for name, cells in self.trends(seeds).items())
        verdicts = [
            self.judge("best-of-n", d, gold, halves, self.obstacle(results, picked), trends if budget == "full" else "")
        ]
        d, gold, halves = rl_curves(results, taught)
        return [*verdicts, self.judge("GRPO", d, gold, halves, self.obstacle(results, taught))]

    def obstacle(self, results: Results, cell: Cell) -> str:
        """Why a model that does not verify decides nothing, or ""."""
        table = results.table(cell)
        known = table[table["metric"].isin(("reward_model/area", "train/area"))]
        if known.empty:
            return ""
        area = float(known.groupby("seed")["value"].first().mean())
        return f"ignorant: the model tells right from wrong with AUC {area:.2f}" if area < VERIFIES else ""

    def judge(
        self, part: str, d: np.ndarray, gold: np.ndarray, halves: np.ndarray, obstacle: str, trends: str = ""
    ) -> Verdict:
        """The rule for one way to optimise.

        **Arguments:**

        - `d`, `gold`: `[seed, point]`, gold centred at d = 0.
        - `halves`: gold on each half of the prompts, `[2, seed, point]`: a peak located and measured on the
          same noise would always lie above the end.
        """
        law = best_of_n_law if part == "best-of-n" else rl_law
        seeds = np.arange(len(d))
        ends = d.argmax(1)
        below = halves[1, seeds, halves[0].argmax(1)] - halves[1, seeds, ends]
        try:
            fits = [forecast(one, values, law) for one, values in zip(d, gold, strict=True)]
            won = wins(d, gold, law)
        except ValueError as error:
            return self.verdict(part, "inconclusive", f"not optimised far enough: {error}", np.full(len(d), np.nan), "")
        beta = np.array([fit.law.beta for fit in fits])
        alpha = np.array([fit.law.alpha for fit in fits])
        turned = interval(below)
        verdict: Decision = "inconclusive"
        if obstacle:
            reason = obstacle
        elif interval(beta).low > 0 and agree(beta > 0) and turned.low > 0 and agree(below > 0) and won >= SURE:
            verdict, reason = "supported", "beta is above 0, gold ends below its peak, and the law forecasts its fall"
        elif won <= 1 - SURE:
            verdict, reason = "refuted", "a curve that saturates forecasts better"
        else:
            reason = "neither rule is met"
        detail = (
            f"alpha {interval(alpha).mean:.2f}, beta {interval(beta).mean:.2f} [{interval(beta).low:.2f}, "
            f"{interval(beta).high:.2f}]; gold ends {turned.mean:.2f} [{turned.low:.2f}, {turned.high:.2f}] below its "
            f"peak, at d up to {d.max(1).mean():.1f}; the law forecasts the upper half better than saturation in "
            f"{won:.0%} of resamplings{'; ' + trends if trends else ''}"
        )
        return self.verdict(part, verdict, reason, beta, detail)

    def verdict(self, part: str, verdict: Decision, reason: str, beta: np.ndarray, detail: str) -> Verdict:
        """A verdict whose number is beta."""
        mean, low, high = interval(beta)
        return Verdict(
            verdict=verdict, reason=reason, statement=self.statement, metric="beta", value=mean, low=low, high=high,
            sentence=f"{part[0].upper()}{part[1:]}: {verdict}: {detail or reason}.", part=part,
        )  # fmt: skip

    def trend(self, results: Results, name: str, cells: list[Cell]) -> str:
        """alpha and beta of best-of-n, fitted on all of d, as one thing grows."""
        if not all(results.has(cell) for cell in cells):
            return ""
        found = []
        for cell in cells:
            d, gold, _ = best_of_n_curves(results, cell)
            fits = [best_of_n_law(one[one > 0], values[one > 0]) for one, values in zip(d, gold, strict=True)]
            alpha, beta = (interval([getattr(fit, side) for fit in fits]).mean for side in ("alpha", "beta"))
            size = cell.reward_parameters.get(name, {"width": 64, "labels": 4096}[name])
            found.append(f"{size}: {alpha:.2f}, {beta:.2f}")
        return f"alpha, beta by {name}: " + "; ".join(found)


def best_of_n_curves(results: Results, cell: Cell) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """d and centred gold `[seed, point]`, and gold on both halves of the prompts `[2, seed, point]`."""
    table = results.table(cell)
    sizes = sorted(set(table.loc[(table["metric"] == "best_of_n/gold") & (table["condition"] == ""), "update"]))

    def curve(metric: str) -> np.ndarray:
        return np.stack([results.seeds(cell, f"best_of_n/{metric}", update=n) for n in sizes], 1)

    gold = curve("gold")
    d = np.tile(np.sqrt([kl(int(n)) for n in sizes]), (len(gold), 1))
    return d, gold - gold[:, :1], np.stack([curve("gold_first"), curve("gold_second")])


def rl_curves(results: Results, cell: Cell) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same from the evaluations of a trained cell; d is the root of the sequence KL that was measured."""

    def curve(metric: str) -> np.ndarray:
        return np.stack([results.seeds(cell, metric, "training", at) for at in (*cell.budgets, cell.updates)], 1)

    gold = curve("gold")
    d = np.sqrt(np.maximum(curve("kl"), SMALLEST**2))
    return d, gold - gold[:, :1], np.stack([curve("gold_first"), curve("gold_second")])
