"""What outcome and process reward models share: a base with a head, text as tokens, and fitting."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

from gyges.faults import Fault
from gyges.lm.prompts import prompt_ids
from gyges.lm.samples import Sample, prompt_of, shown
from gyges.lm.tokens import Tokens, tokens_of

CHUNK = 16
"""Samples in one forward pass."""
Loss = Callable[[Any, list[int]], Any]
"""The loss of a batch, from the model's logits `[batch, ...]` and the indices of its samples."""


def from_causal(model: Any, *, per_token: bool) -> Any:
    """A head on a copy of a causal language model's base: of the sequence, or of every token.

    The head is new; the base has the model's own weights. Raises `Fault` if transformers knows no such head for it.
    """
    plain = {name: value for name, value in model.config.to_dict().items() if name not in ("id2label", "label2id")}
    config = type(model.config).from_dict(plain | {"num_labels": 1})
    if config.pad_token_id is None:
        config.pad_token_id = config.eos_token_id
    kind = AutoModelForTokenClassification if per_token else AutoModelForSequenceClassification
    try:
        made = kind.from_config(config)
    except ValueError as error:
        raise Fault(f"transformers has no {kind.__name__} for a {config.model_type}: {error}") from error
    made.base_model.load_state_dict(model.base_model.state_dict(), strict=False)
    return made.to(model.device).eval()


def rows_of(samples: Sequence[Sample], tokenizer: Any, model: Any) -> tuple[list[list[int]], list[Tokens]]:
    """Prompt and completion of each sample as one row of token numbers, and the completion's tokens.

    Raises `Fault` with the index of a sample that is longer than the model's context.
    """
    context = getattr(model.config, "max_position_embeddings", None) or 2**31
    rows, completions = [], []
    for index, sample in enumerate(samples):
        tokens = tokens_of(sample, tokenizer)
        row = prompt_ids(tokenizer, prompt_of(sample)) + list(tokens.ids)
        if len(row) > context:
            raise Fault(
                f"sample {index} has {len(row)} tokens and the reward model reads {context} ({shown(sample)}); "
                "allow shorter completions"
            )
        rows.append(row)
        completions.append(tokens)
    return rows, completions


def logits_of(model: Any, rows: Sequence[Sequence[int]]) -> Any:
    """The head's logits for rows of token numbers: `[batch, 1]`, or `[batch, token, 1]` of a head on tokens."""
    pad = model.config.pad_token_id or 0
    width = max(map(len, rows))
    ids = torch.tensor([[*row, *[pad] * (width - len(row))] for row in rows], device=model.device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=model.device)
    return model(input_ids=ids, attention_mask=mask, use_cache=False).logits.float()


def fit(model: Any, rows: Sequence[Sequence[int]], loss: Loss, *, epochs: int, rate: float, seed: int) -> list[float]:
    """Fits base and head with AdamW, in shuffled batches; returns the mean loss of each epoch."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    history = []
    # A stream of its own, for the order and for dropout: a policy that is in training draws what it would have drawn.
    with torch.random.fork_rng(devices=[model.device] if model.device.type == "cuda" else []):
        torch.manual_seed(seed)
        model.train()
        for _ in range(epochs):
            losses = []
            for batch in torch.randperm(len(rows)).split(CHUNK):
                chosen = batch.tolist()
                value = loss(logits_of(model, [rows[index] for index in chosen]), chosen)
                optimiser.zero_grad()
                value.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimiser.step()
                losses.append(float(value.detach()))
            history.append(sum(losses) / len(losses))
        model.eval()
    return history


def refuse_misfit(samples: Sequence[Sample], labels: Sequence[Any], what: str) -> None:
    """Raises `Fault` unless there is one label per sample and something to learn from them."""
    if not samples or len(labels) != len(samples):
        raise Fault(f"{what}: {len(labels)} labels for {len(samples)} samples; give one for each, and at least one")
