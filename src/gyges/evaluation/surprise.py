"""How likely a policy is to write the exploits that an audit shows, in the tokens of a text environment."""

from collections.abc import Callable, Iterable, Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from gyges.agents.language import GRPO
from gyges.environments.text import PAD, VOCABULARY, Text, token
from gyges.seeds import map_seeds


def written(completion: str, horizon: int) -> str:
    """The nearest text to `completion` that a policy can write: its own characters, up to the first full stop.

    A full stop is put at its end if there is room for one, as a policy ends a text.
    """
    text = "".join(character for character in completion if character in VOCABULARY)
    text = text.partition(".")[0][:horizon]
    return text if len(text) == horizon else f"{text}."


def transferred(
    texts: Iterable[tuple[int, str]], answers: Sequence[str], horizon: int, exploits: Callable[[int, str], bool]
) -> dict[int, set[str]]:
    """The exploits known on each task: each text, on every task, with that task's answer in place of its own.

    **Arguments:**

    - `texts`: (task, completion) as an audit shows them.
    - `exploits`: whether a completion is paid on a task and wrong there. What is not is left out.
    """
    known: dict[int, set[str]] = {}
    for text in dict.fromkeys(texts):
        for task, answer in enumerate(answers):
            moved = written(text[1].replace(answers[text[0]], answer), horizon)
            if exploits(task, moved):
                known.setdefault(task, set()).add(moved)
    return known


@eqx.filter_jit
def _log_probabilities(agents: GRPO, text: Int[Array, "pair length"]) -> Float[Array, "seed pair"]:
    def one(agent: GRPO) -> Float[Array, " pair"]:
        said = text[:, agent.prompt :]
        every = agent.policy.of(text, agent.prompt)
        taken = jnp.take_along_axis(every, said[..., None], -1)[..., 0]
        return (taken * (said != PAD)).sum(1)

    values: Float[Array, "seed pair"] = map_seeds(one, agents)
    return values


def log_probabilities(
    environment: Text, agents: GRPO, pairs: Sequence[tuple[str, str]], chunk: int = 512
) -> Float[np.ndarray, "seed pair"]:
    """Log-probability in nats of each completion, its full stop included, for each seed's policy.

    **Arguments:** `pairs`: (prompt, completion), each in the environment's own tokens.
    """
    length = environment.prompt + environment.horizon
    rows = np.zeros((-(-max(1, len(pairs)) // chunk) * chunk, length), np.int32)
    for row, (prompt, completion) in zip(rows, pairs, strict=False):
        row[environment.prompt - len(prompt) : environment.prompt] = [token(one) for one in prompt]
        row[environment.prompt : environment.prompt + len(completion)] = [token(one) for one in completion]
    parts = [_log_probabilities(agents, jnp.asarray(part)) for part in np.split(rows, len(rows) // chunk)]
    return np.concatenate(parts, 1)[:, : len(pairs)]
