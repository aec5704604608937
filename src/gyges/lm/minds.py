"""The mind of a policy while it wrote a batch of completions."""

import inspect
from typing import Any

import jax.numpy as jnp
import numpy as np

from gyges.faults import Fault
from gyges.lm.evidence import Written
from gyges.lm.extra import extra
from gyges.lm.prompts import prompt_ids
from gyges.lm.samples import prompt_of
from gyges.records import Mind


def mind_of(written: Written, model: Any, tokenizer: Any, layer: int) -> Mind:
    """What the policy was thinking, recomputed with its present weights.

    **Arguments:**

    - `model`: the policy, or a function without arguments that returns it.
    - `layer`: of the hidden states that become `features`, `[time, batch, feature]`.

    `policy` is `[time, batch, 0]`, since a vocabulary is too large to keep, and `value` is 0, since there is no critic.
    """
    with extra("a reward that reads `mind`"):
        from gyges.lm.policy import think
    policy = model() if inspect.isfunction(model) or inspect.ismethod(model) else model
    prompts = [prompt_ids(tokenizer, prompt_of(sample)) for sample in written.samples]
    try:
        thoughts = think(policy, prompts, [tokens.ids for tokens in written.completions], layer=layer)
    except IndexError as error:
        layers = policy.config.num_hidden_layers
        raise Fault(f"layer={layer}: the policy has hidden states {-layers - 1} to {layers}") from error
    time, batch = written.alive.shape
    features = np.zeros((time, batch, thoughts[0].features.shape[-1]), np.float32)
    chosen = np.zeros((time, batch), np.float32)
    action = np.zeros((time, batch), np.int32)
    for index, (thought, tokens) in enumerate(zip(thoughts, written.completions, strict=True)):
        features[: len(tokens.ids), index] = thought.features
        chosen[: len(tokens.ids), index] = thought.log_probability
        action[: len(tokens.ids), index] = tokens.ids
    return Mind(
        features=jnp.asarray(features),
        value=jnp.zeros((time, batch)),
        log_probability=jnp.asarray(chosen),
        policy=jnp.zeros((time, batch, 0)),
        observation=None,
        action=jnp.asarray(action),
    )
