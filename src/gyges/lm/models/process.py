"""A process reward model: a number for every step, as in Lightman et al. (2023), "Let's verify step by step"."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import torch

from gyges.faults import Fault
from gyges.lm.models.heads import CHUNK, fit, from_causal, logits_of, refuse_misfit, rows_of
from gyges.lm.samples import Sample, shown
from gyges.lm.tokens import Split, Tokens, segments_of
from gyges.rewards.base import HostReward


class ProcessRewardModel(HostReward):
    """Scores a completion with the product, over its steps, of the probability that the step is right.

    `model` is a token classifier with one label, which is read at the last token of each step.
    """

    model: Any = eqx.field(static=True)
    tokenizer: Any = eqx.field(static=True)
    split: Split | None = eqx.field(static=True, default=None)
    """Cuts a completion into steps; its lines are the default."""

    @classmethod
    def on(cls, causal: Any, tokenizer: Any, split: Split | None = None) -> "ProcessRewardModel":
        """A model that knows nothing yet, on a copy of a causal language model's base."""
        return cls(from_causal(causal, per_token=True), tokenizer, split)

    def fit(
        self, samples: Sequence[Sample], labels: Sequence[Sequence[bool]], *, epochs: int = 1, rate: float = 2e-5,
        seed: int = 0,
    ) -> list[float]:  # fmt: skip
        """Fits to labelled steps by binary cross-entropy; returns the loss of each epoch.

        **Arguments:**

        - `labels`: for each sample, whether each of its steps is right. What follows the first wrong step is not used,
          since a step after an error is neither right nor wrong, so labels may end there.
        - `rate`: AdamW's learning rate.
        """
        refuse_misfit(samples, labels, "ProcessRewardModel.fit")
        rows, completions = rows_of(samples, self.tokenizer, self.model)
        places: list[list[int]] = []
        wanted: list[list[float]] = []
        for index, (sample, tokens, row) in enumerate(zip(samples, completions, rows, strict=True)):
            ends = [len(row) - len(tokens.ids) + end for end in self.ends(sample, tokens)]
            kept = until_error(labels[index])
            if not kept or len(kept) > len(ends) or (all(kept) and len(kept) < len(ends)):
                raise Fault(
                    f"ProcessRewardModel.fit: sample {index} has {len(ends)} steps and {len(labels[index])} labels "
                    f"({shown(sample)}); give one per step, at least up to the first wrong one"
                )
            places.append(ends[: len(kept)])
            wanted.append([float(label) for label in kept])

        def loss(logits: Any, chosen: list[int]) -> Any:
            read = torch.cat([logits[at, places[index], 0] for at, index in enumerate(chosen)])
            right = torch.tensor([label for index in chosen for label in wanted[index]], device=read.device)
            return torch.nn.functional.binary_cross_entropy_with_logits(read, right)

        return fit(self.model, rows, loss, epochs=epochs, rate=rate, seed=seed)

    def score(self, samples: list[Any]) -> list[float | None]:
        found: list[float | None] = []
        for readings in self.steps(samples):
            product = 1.0
            for reading in readings:
                product *= reading
            found.append(product)
        return found

    def steps(self, samples: Sequence[Sample]) -> list[list[float]]:
        """The probability that each step of each sample is right."""
        rows, completions = rows_of(samples, self.tokenizer, self.model)
        found = []
        with torch.no_grad():
            for start in range(0, len(rows), CHUNK):
                readings = torch.sigmoid(logits_of(self.model, rows[start : start + CHUNK])[..., 0])
                for at, index in enumerate(range(start, min(start + CHUNK, len(rows)))):
                    first = len(rows[index]) - len(completions[index].ids)
                    ends = self.ends(samples[index], completions[index])
                    found.append(readings[at, [first + end for end in ends]].tolist())
        return found

    def ends(self, sample: Sample, tokens: Tokens) -> list[int]:
        """The last token of each step, counted from the completion's first."""
        segments = segments_of(sample, tokens, self.split)
        return [place for place, own in enumerate(segments) if place + 1 == len(segments) or segments[place + 1] != own]


def until_error(labels: Sequence[bool]) -> list[bool]:
    """The labels up to and with the first wrong step."""
    kept = []
    for label in labels:
        kept.append(bool(label))
        if not label:
            break
    return kept
