"""An outcome reward model: one number for a whole completion, as in Cobbe et al. (2021)."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import torch

from gyges.lm.models.heads import CHUNK, fit, from_causal, logits_of, refuse_misfit, rows_of
from gyges.lm.samples import Sample
from gyges.rewards.base import HostReward


class OutcomeRewardModel(HostReward):
    """Scores a completion with the probability, by its model, that the outcome is right.

    `model` is a sequence classifier with one label (`AutoModelForSequenceClassification`); `fit` changes it in place.
    """

    model: Any = eqx.field(static=True)
    tokenizer: Any = eqx.field(static=True)

    @classmethod
    def on(cls, causal: Any, tokenizer: Any) -> "OutcomeRewardModel":
        """A model that knows nothing yet, on a copy of a causal language model's base."""
        return cls(from_causal(causal, per_token=False), tokenizer)

    def fit(
        self, samples: Sequence[Sample], labels: Sequence[float], *, epochs: int = 1, rate: float = 2e-5, seed: int = 0
    ) -> list[float]:
        """Fits to labelled completions by binary cross-entropy; returns the loss of each epoch.

        **Arguments:**

        - `labels`: whether each outcome is right, 0 to 1.
        - `rate`: AdamW's learning rate.
        """
        refuse_misfit(samples, labels, "OutcomeRewardModel.fit")
        rows, _ = rows_of(samples, self.tokenizer, self.model)
        wanted = torch.tensor([float(label) for label in labels], device=self.model.device)

        def loss(logits: Any, chosen: list[int]) -> Any:
            return torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 0], wanted[chosen])

        return fit(self.model, rows, loss, epochs=epochs, rate=rate, seed=seed)

    def score(self, samples: list[Any]) -> list[float | None]:
        rows, _ = rows_of(samples, self.tokenizer, self.model)
        found: list[float | None] = []
        with torch.no_grad():
            for start in range(0, len(rows), CHUNK):
                found += torch.sigmoid(logits_of(self.model, rows[start : start + CHUNK])[:, 0]).tolist()
        return found
