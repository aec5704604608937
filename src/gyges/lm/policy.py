"""A language model as a policy: what it writes, how likely that was, and what it was thinking."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from gyges.lm.prompts import prompt_ids
from gyges.lm.samples import Said

CHUNK = 8
"""Sequences in one forward pass: logits of a large vocabulary weigh more than the model."""


@dataclass(frozen=True)
class Sampling:
    """How completions are drawn."""

    tokens: int
    """Most tokens of a completion."""
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    """0: all tokens."""


@dataclass(frozen=True)
class Thought:
    """What a model computes about its own completion."""

    log_probability: np.ndarray
    """`[token]`, in nats."""
    features: np.ndarray
    """`[token, feature]`: hidden states at the places where each token was chosen."""


@contextlib.contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Without dropout and gradients; the model is as before afterwards."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(training)


def write(model: Any, tokenizer: Any, prompts: Sequence[Said], sampling: Sampling, seed: int) -> list[list[int]]:
    """One completion per prompt, as token numbers without padding.

    The random stream is `seed`'s own: the same prompts and the same model give the same completions, and training draws
    what it would have drawn.
    """
    asked = [prompt_ids(tokenizer, prompt) for prompt in prompts]
    stop = tokenizer.eos_token_id
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else stop
    width = max(map(len, asked))
    ids = torch.tensor([[pad] * (width - len(one)) + one for one in asked], device=model.device)
    mask = torch.tensor([[0] * (width - len(one)) + [1] * len(one) for one in asked], device=model.device)
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices), evaluating(model):
        torch.manual_seed(seed)
        drawn = model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=sampling.tokens,
            do_sample=True,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            pad_token_id=pad,
            eos_token_id=stop,
        )
    return [_until(row, stop) for row in drawn[:, width:].tolist()]


def think(
    model: Any,
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    *,
    temperature: float = 1.0,
    layer: int | None = None,
) -> list[Thought]:
    """Log-probabilities of completions, and the hidden states that chose each of their tokens.

    **Arguments:**

    - `prompts`, `completions`: token numbers.
    - `temperature`: at which the completions were drawn.
    - `layer`: of the hidden states; None: none are wanted, and `features` is `[token, 0]`.
    """
    found: list[Thought] = []
    with evaluating(model):
        for start in range(0, len(prompts), CHUNK):
            found += _think(model, prompts[start:][:CHUNK], completions[start:][:CHUNK], temperature, layer)
    return found


def _think(
    model: Any, prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]], temperature: float,
    layer: int | None,
) -> list[Thought]:  # fmt: skip
    rows = [[*prompt, *completion] for prompt, completion in zip(prompts, completions, strict=True)]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows], device=model.device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=model.device)
    out = model(input_ids=ids, attention_mask=mask, output_hidden_states=layer is not None, use_cache=False)
    found = []
    for index, (prompt, completion) in enumerate(zip(prompts, completions, strict=True)):
        # The state at one place chooses the token at the next.
        place = slice(len(prompt) - 1, len(prompt) + len(completion) - 1)
        logits = out.logits[index, place].float() / temperature
        wanted = torch.tensor(list(completion), device=logits.device, dtype=torch.long)
        chosen = torch.log_softmax(logits, -1).gather(-1, wanted[:, None])[:, 0]
        features = np.zeros((len(completion), 0), np.float32)
        if layer is not None:
            features = out.hidden_states[layer][index, place].float().cpu().numpy()
        found.append(Thought(chosen.cpu().numpy(), features))
    return found


def _until(row: list[int], stop: int | None) -> list[int]:
    """The tokens up to the end of the turn, which is among them."""
    return row[: row.index(stop) + 1] if stop in row else row
