"""Claim 10: a reward model of steps picks better than a reward model of outcomes."""

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from gyges.cell import Cell
from gyges.claims.base import Budget, Claim, Decision, Results, Verdict
from gyges.claims.language import VERIFIES, model, trained
from gyges.evaluation.statistics import agree, equivalent, interval

BETTER = 0.02
"""The process model must be better by more than this."""
SAME = 0.01
"""Margin within which the two count as equal."""
SAMPLES, PROMPTS = 256, 256
LABELS_PER_TEXT = 4
"""Steps to label in a text of average length: 3 to 5 operands make 2 to 4 steps, and the answer is one more."""
NOISES = (0.0, 0.1, 0.2)
"""Probabilities that the label of a step is flipped."""
LONGER = "deployment"
"""The condition with chains longer than any that was labelled."""


@dataclass(frozen=True)
class ProcessBeatsOutcome(Claim):
    """Best of 256 on chains longer than the labelled ones. A label of a step costs what one of an outcome costs."""

    name: ClassVar[str] = "process-beats-outcome"
    number: ClassVar[int] = 10
    statement: ClassVar[str] = "At matched label cost a process reward model picks better answers than an outcome one."
    named_only: ClassVar[bool] = True

    environment: str = "long-arithmetic"
    world: dict[str, Any] = field(default_factory=dict)
    agent: dict[str, Any] = field(default_factory=lambda: {"supervised": 600})
    parameters: dict[str, Any] = field(default_factory=lambda: {"outcomes": 1.0})
    """Both models study final answers as well as steps: else only the process model has studied its own task."""
    steps: int = LABELS_PER_TEXT

    def labels(self, budget: Budget) -> int:
        """Outcome labels: what the matched cost is counted in."""
        return int((model(budget) | self.parameters).get("labels", 4096))

    def picked(
        self, budget: Budget, seeds: tuple[int, ...], reward: str, label: str, labels: int, noise: float
    ) -> Cell:
        """Best-of-256 by one model."""
        world = self.world | ({"marker.step_noise": noise} if noise else {})
        return Cell(
            environment=self.environment, environment_parameters=world, agent="best-of-n", updates=0,
            agent_parameters=self.agent | {"samples": SAMPLES}, reward=reward,
            reward_parameters=model(budget) | self.parameters | {"labels": labels},
            seeds=seeds, episodes=PROMPTS, label=label,
        )  # fmt: skip

    def outcome(self, budget: Budget, seeds: tuple[int, ...]) -> Cell:
        """The outcome model."""
        return self.picked(budget, seeds, "outcome-model", "outcome model", self.labels(budget), 0.0)

    def process(self, budget: Budget, seeds: tuple[int, ...], noise: float = 0.0, matched: str = "cost") -> Cell:
        """The process model, with as many labels, or with as many texts."""
        labels = self.labels(budget) // (self.steps if matched == "cost" else 1)
        label = f"process model, matched {matched}" + (f", {noise:.0%} of step labels flipped" if noise else "")
        return self.picked(budget, seeds, "process-model", label, labels, noise)

    def cells(self, budget: Budget, seeds: tuple[int, ...]) -> list[Cell]:
        cells = [self.outcome(budget, seeds), self.process(budget, seeds)]
        if budget == "quick":
            return cells
        cells += [self.process(budget, seeds, noise) for noise in NOISES[1:]]
        cells.append(self.process(budget, seeds, matched="examples"))
        return cells + self.reinforced(budget, seeds)

    def reinforced(self, budget: Budget, seeds: tuple[int, ...]) -> list[Cell]:
        """Both under GRPO, on chains of all lengths."""
        found = []
        for cell in (self.outcome(budget, seeds), self.process(budget, seeds)):
            design = {"environment": self.environment, "environment_parameters": self.world}
            numbers = cell.reward_parameters | {"frozen": True}
            arm = trained(budget, seeds, cell.reward, reward_parameters=numbers, agent_parameters=self.agent, **design)
            found.append(replace(arm, label=f"{cell.label}, GRPO"))
        return found

    def verdicts(self, results: Results, budget: Budget, seeds: tuple[int, ...]) -> list[Verdict]:
        outcome, process = self.outcome(budget, seeds), self.process(budget, seeds)
        ahead = self.ahead(results, process, outcome)
        mean, low, high = interval(ahead)
        area = min(interval(results.seeds(cell, "reward_model/area")).mean for cell in (outcome, process))
        verdict: Decision = "inconclusive"
        if not area >= VERIFIES:
            reason = f"ignorant: a model tells right from wrong with AUC {area:.2f} only"
        elif low > BETTER and agree(ahead > BETTER):
            verdict, reason = "supported", "the process model picks better at matched label cost"
        elif high < 0 and agree(ahead < 0):
            verdict, reason = "refuted", "the outcome model picks better at matched label cost"
        elif equivalent(ahead, SAME):
            verdict, reason = "refuted", "the two pick equally well at matched label cost"
        else:
            reason = "neither rule is met"
        others = [
            cell for cell in self.cells(budget, seeds) if cell.agent == "best-of-n" and cell not in (outcome, process)
        ]
        told = "".join(
            f"; {cell.label}: {found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
            for cell in others
            for found in [interval(self.ahead(results, cell, outcome))]
        )
        if budget != "quick":
            by_outcome, by_process = (results.seeds(c, "gold", "training") for c in self.reinforced(budget, seeds))
            end = interval(by_process - by_outcome)
            told += f"; under GRPO it ends {end.mean:+.2f} [{end.low:+.2f}, {end.high:+.2f}] apart"
        return [
            Verdict(
                verdict=verdict, reason=reason, statement=self.statement, metric="gold_ahead",
                value=mean, low=low, high=high,
                sentence=(
                    f"Process against outcome: {verdict}: at matched label cost the process model's best of {SAMPLES} "
                    f"is right {mean:+.3f} [{low:+.3f}, {high:+.3f}] more often on longer chains{told}."
                ),
            )
        ]  # fmt: skip

    def ahead(self, results: Results, process: Cell, outcome: Cell) -> np.ndarray:
        """Per seed the difference in gold of the best of all samples, on longer chains."""

        def gold(cell: Cell) -> np.ndarray:
            table = results.table(cell)
            most = int(table.loc[table["metric"] == "best_of_n/gold", "update"].max())
            where = LONGER if LONGER in set(table["condition"]) else ""
            return results.seeds(cell, "best_of_n/gold", where, most)

        difference: np.ndarray = gold(process) - gold(outcome)
        return difference
