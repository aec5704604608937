"""One evaluation of a policy on held-out prompts: proxy, truth, both versions of the prompts, probe, length."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gyges.faults import Fault
from gyges.lm.divergence import Look
from gyges.lm.policy import Sampling, think, write
from gyges.lm.probe import Probe
from gyges.lm.prompts import prompt_ids
from gyges.lm.samples import Said, Sample, sample_of
from gyges.lm.sources import Source

TRAINING, WATCHED, UNWATCHED = "training", "watched", "unwatched"
CHUNK = 16
"""Prompts that are answered at once."""
WORST = 10
"""Wrong answers with the highest proxy that are kept of each evaluation, beside the first ones."""
Version = str | Callable[[Mapping[str, Any]], Said]
"""A version of a prompt: a column, or a function of the row."""


@dataclass(frozen=True)
class Questions:
    """What is measured, and on which prompts."""

    rows: list[dict[str, Any]]
    proxy: Source
    truth: Source
    right_at: float
    versions: Mapping[str, Version]
    violation: Source | None
    probe: Source | None
    shown: int

    def prompts(self) -> dict[str, list[Said]]:
        """The prompts of every condition, in the same order."""
        found: dict[str, list[Said]] = {TRAINING: [row["prompt"] for row in self.rows]}
        for condition, version in self.versions.items():
            if isinstance(version, str) and any(version not in row for row in self.rows):
                raise Fault(f"{condition}={version!r}: the held-out prompts have no such column")
            found[condition] = [row[version] if isinstance(version, str) else version(row) for row in self.rows]
        return found


@dataclass
class Answers:
    """What was written in one condition, with what the policy was thinking."""

    samples: list[Sample]
    features: list[np.ndarray]
    """`[token, feature]` each."""
    log_probabilities: list[float]
    references: list[float] | None
    """Summed log-probabilities under the policy of the start."""
    proxy: list[float] = field(default_factory=list)
    truth: list[float] = field(default_factory=list)

    @property
    def pooled(self) -> np.ndarray:
        """`[sample, feature]`: the mean over each completion."""
        return np.stack([features.mean(0) for features in self.features])


@dataclass
class Evaluation:
    """One look at the policy."""

    look: Look
    metrics: list[tuple[str, str, float]] = field(default_factory=list)
    """Condition, metric, value."""
    episodes: list[dict[str, Any]] = field(default_factory=list)
    probe: Probe | None = None


class Examiner:
    """Asks a policy the same questions again and again, with the same random streams."""

    def __init__(self, questions: Questions, tokenizer: Any, sampling: Sampling, seed: int, layer: int) -> None:
        self._questions, self._tokenizer = questions, tokenizer
        self._sampling, self._seed, self._layer = sampling, seed, layer

    def evaluate(self, model: Any, reference: Callable[..., Any] | None, update: int, probe: Probe | None, *,
                 fit: bool, label: str) -> Evaluation:  # fmt: skip
        """Measures `model`.

        **Arguments:**

        - `reference`: `think` of the policy of the start; None: no KL.
        - `update`: the trainer's step.
        - `probe`: the frozen probe; with `fit`, one is fitted to this evaluation instead, if that can be.
        - `label`: what the arm is called.
        """
        asked = self._questions
        answers = {condition: self._answer(model, prompts, reference if condition == TRAINING else None)
                   for condition, prompts in asked.prompts().items()}  # fmt: skip
        main = answers[TRAINING]
        found = Evaluation(Look(update, main.proxy, main.truth))
        right = [value > asked.right_at for value in main.truth]
        lengths = [len(features) for features in main.features]
        for metric, values in (("accuracy", right), ("proxy", main.proxy), ("gold", main.truth), ("length", lengths)):
            found.metrics.append((TRAINING, metric, float(np.mean(values))))
        if main.references is not None:
            divergences = np.subtract(main.log_probabilities, main.references)
            found.metrics.append((TRAINING, "kl", float(divergences.mean())))
        if asked.violation is not None:
            found.metrics += _ring(asked.violation, answers)
        found.probe = self._probe(answers, right, probe, found, fit=fit)
        for condition, given in answers.items():
            found.episodes += self._episodes(condition, given, found.probe, update, label)
        return found

    def _answer(self, model: Any, prompts: Sequence[Said], reference: Callable[..., Any] | None) -> Answers:
        answers = Answers([], [], [], None if reference is None else [])
        for start in range(0, len(prompts), CHUNK):
            asked = prompts[start : start + CHUNK]
            rows = self._questions.rows[start : start + CHUNK]
            written = write(model, self._tokenizer, asked, self._sampling, self._seed + start)
            ids = [prompt_ids(self._tokenizer, prompt) for prompt in asked]
            how = {"temperature": self._sampling.temperature}
            thoughts = think(model, ids, written, layer=self._layer, **how)
            answers.features += [thought.features for thought in thoughts]
            answers.log_probabilities += [float(thought.log_probability.sum()) for thought in thoughts]
            if answers.references is not None and reference is not None:
                before = reference(ids, written, **how)
                answers.references += [float(thought.log_probability.sum()) for thought in before]
            for prompt, row, tokens in zip(asked, rows, written, strict=True):
                text = self._tokenizer.decode(tokens, skip_special_tokens=True)
                completion = text if isinstance(prompt, str) else [{"role": "assistant", "content": text}]
                answers.samples.append(sample_of(prompt, completion, tokens, row))
        answers.proxy = self._questions.proxy.numbers(answers.samples)
        answers.truth = self._questions.truth.numbers(answers.samples)
        return answers

    def _probe(
        self, answers: Mapping[str, Answers], right: list[bool], probe: Probe | None, found: Evaluation, *, fit: bool
    ) -> Probe | None:
        """Fits on even prompts, if it is time; reads odd ones, of all conditions."""
        label = self._questions.probe
        chosen = answers if label is not None else {TRAINING: answers[TRAINING]}
        features = np.concatenate([given.pooled for given in chosen.values()])
        marks = np.array(
            [not one for one in right] if label is None
            else [mark for given in chosen.values() for mark in label.flags(given.samples)]
        )  # fmt: skip
        odd = np.arange(len(marks)) % len(self._questions.rows) % 2 == 1
        if fit:
            probe = Probe.fitted(features[~odd], marks[~odd])
        if probe is not None:
            found.metrics.append(("", "probe_auc", probe.area(features[odd], marks[odd])))
            found.metrics.append(("", "probe_mean", float(probe.read(features[odd]).mean())))
        return probe

    def _episodes(
        self, condition: str, given: Answers, probe: Probe | None, update: int, label: str
    ) -> list[dict[str, Any]]:
        asked, proxy, truth = self._questions, given.proxy, given.truth
        wrong = [index for index in range(len(proxy)) if truth[index] <= asked.right_at]
        worst = sorted(wrong, key=lambda index: -proxy[index])[:WORST]
        kept = list(dict.fromkeys([*worst, *range(len(proxy))]))[: asked.shown]
        episodes = []
        for index in kept:
            sample = given.samples[index]
            scores = None if probe is None else [round(float(one), 4) for one in probe.read(given.features[index])]
            episodes.append(
                {
                    "kind": "text",
                    "reward": label,
                    "seed": self._seed,
                    "condition": condition,
                    "update": update,
                    "prompt": sample["prompt"],
                    "tokens": [self._tokenizer.decode([one]) for one in sample["completion_ids"]],
                    "scores": scores,
                    "score_name": "probe" if scores else "",
                    "proxy": proxy[index],
                    "gold": truth[index],
                    "right": truth[index] > asked.right_at,
                }
            )
        return episodes


def _ring(violation: Source, answers: Mapping[str, Answers]) -> list[tuple[str, str, float]]:
    """How often there is a violation with each version of the prompts, and the ring gap where both are there."""
    rates = {
        condition: float(np.mean(violation.flags(given.samples)))
        for condition, given in answers.items()
        if condition != TRAINING
    }
    found = [(condition, "violation", rate) for condition, rate in rates.items()]
    if {WATCHED, UNWATCHED} <= rates.keys():
        found.append(("", "ring_gap", rates[UNWATCHED] - rates[WATCHED]))
    return found
