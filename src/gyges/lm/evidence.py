"""Evidence and truth of a batch of completions: one step is one token."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from gyges.faults import Fault
from gyges.lm.samples import Sample, shown
from gyges.lm.sources import Source
from gyges.lm.tokens import Split, Tokens, segments_of, tokens_of
from gyges.records import Evidence, Truth

MULTIPLE = 16
"""Batches are padded to multiples of so many tokens, so that few shapes have to be compiled."""


class TextView(eqx.Module):
    """The transcript as an overseer has it. Zero where nobody read it, and where it is over."""

    token: Int[Array, "time batch"]
    prompt: Int[Array, "time batch prompt"]
    """The prompt, the same at every token; zeros on its right."""


class Written(NamedTuple):
    """A batch of completions with their tokens."""

    samples: list[Sample]
    completions: list[Tokens]
    prompts: list[Tokens]
    alive: np.ndarray
    """`[time, batch]`: where there is a token."""

    @classmethod
    def of(cls, samples: list[Sample], tokenizer: Any = None) -> "Written":
        """The tokens of `samples`; see `tokens_of` for what they are without a tokenizer."""
        completions = [tokens_of(sample, tokenizer) for sample in samples]
        prompts = [tokens_of({"completion": sample["prompt"]}, tokenizer) for sample in samples]
        lengths = np.array([len(tokens.ids) for tokens in completions])
        time = -(-int(lengths.max(initial=1)) // MULTIPLE) * MULTIPLE
        return cls(samples, completions, prompts, np.arange(time)[:, None] < lengths[None])

    def last(self, values: Sequence[float]) -> np.ndarray:
        """`[time, batch]` with each of `values` at the last token of its completion, and 0 elsewhere."""
        placed = np.zeros(self.alive.shape, np.float32)
        placed[self.alive.sum(0) - 1, np.arange(len(values))] = values
        return placed


def evidence_of(written: Written, *, task: Source, monitor: Source | None, split: Split | None) -> Evidence:
    """What an overseer has of a batch.

    **Arguments:**

    - `task`: what the ledger shows for each sample, paid at its last token.
    - `monitor`: what somebody who reads the completion says of it: True (a violation), False (none) or None (it was
      not read); or a list of these, one per token of `tokens_of`. A verdict on the whole is an incident at the last
      token. Without a monitor every transcript is on record and no incident is.
    - `split`: cuts a completion into segments; its lines are the default.
    """
    alive = written.alive
    recorded, incident = alive.copy(), np.zeros(alive.shape, np.float32)
    verdicts: Sequence[Any] = [] if monitor is None else monitor.values(written.samples)
    for index, verdict in enumerate(verdicts):
        seen = _per_token(verdict, written, index, monitor.name if monitor else "")
        recorded[: len(seen), index] = [one is not None for one in seen]
        incident[: len(seen), index] = [float(bool(one)) for one in seen]
    token, segment = np.zeros(alive.shape, np.int32), np.zeros(alive.shape, np.int32)
    width = max(len(prompt.ids) for prompt in written.prompts) if written.prompts else 0
    prompts = np.zeros((*alive.shape, width), np.int32)
    for index, (sample, tokens, prompt) in enumerate(
        zip(written.samples, written.completions, written.prompts, strict=True)
    ):
        token[: len(tokens.ids), index] = tokens.ids
        segment[: len(tokens.ids), index] = segments_of(sample, tokens, split)
        prompts[:, index, : len(prompt.ids)] = prompt.ids
    view = TextView(token=jnp.asarray(token * recorded), prompt=jnp.asarray(prompts * recorded[..., None]))
    return Evidence(
        task=jnp.asarray(written.last(task.numbers(written.samples))),
        incident=jnp.asarray(incident),
        recorded=jnp.asarray(recorded),
        # The token that ends an episode is the first at which it no longer runs, as in every environment.
        open=jnp.asarray(alive & (written.last([1.0] * len(written.samples)) == 0)),
        segment=jnp.asarray(segment),
        view=view,
    )


def truth_of(written: Written, truth: Source) -> Truth:
    """What really happened, from dicts of `utility` and `violation` (and `legitimate`, `opportunity`).

    All are placed at the last token. `legitimate` is the utility of completions without a violation, and there was
    an `opportunity` in each, where these are not said.
    """
    rows = truth.values(written.samples)
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping) or not {"utility", "violation"} <= row.keys():
            raise Fault(
                f"truth={truth.name} gave {row!r} for sample {index} ({shown(written.samples[index])}); give a dict "
                'such as {"utility": 1.0, "violation": False}'
            )
    utility = [float(row["utility"]) for row in rows]
    violation = [bool(row["violation"]) for row in rows]
    honest = [0.0 if broke else gained for gained, broke in zip(utility, violation, strict=True)]
    legitimate = [float(row.get("legitimate", default)) for row, default in zip(rows, honest, strict=True)]
    opportunity = np.array([bool(row.get("opportunity", True)) for row in rows])
    return Truth(
        utility=jnp.asarray(written.last(utility)),
        legitimate=jnp.asarray(written.last(legitimate)),
        violation=jnp.asarray(written.last(violation) > 0),
        opportunity=jnp.asarray(written.alive & opportunity[None]),
    )


def _per_token(verdict: Any, written: Written, index: int, name: str) -> list[Any]:
    """A monitor's verdict token by token."""
    length = len(written.completions[index].ids)
    if isinstance(verdict, list | tuple):
        if len(verdict) != length:
            raise Fault(
                f"monitor={name} gave {len(verdict)} verdicts for the {length} tokens of sample {index} "
                f"({shown(written.samples[index])}); give one per token, or one for the whole completion"
            )
        return list(verdict)
    if verdict is not None and not isinstance(verdict, bool | int | float):
        raise Fault(
            f"monitor={name} gave {verdict!r} for sample {index} ({shown(written.samples[index])}); give True, False, "
            "or None where it did not read the completion"
        )
    return [None] * length if verdict is None else [False] * (length - 1) + [verdict]
