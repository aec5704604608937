"""Prompts as a policy's tokens, and those that do not fit."""

from collections.abc import Iterable, Mapping
from typing import Any

from gyges.faults import Fault
from gyges.lm.samples import Said, shortened, text_of

NAMED = 5
"""So many prompts that are too long are named; the others are counted."""


def prompt_ids(tokenizer: Any, prompt: Said) -> list[int]:
    """The token numbers of a prompt as TRL hands it to the policy: messages go through the chat template."""
    if isinstance(prompt, str):
        return [int(one) for one in tokenizer(prompt)["input_ids"]]
    found = tokenizer.apply_chat_template(list(prompt), add_generation_prompt=True, tokenize=True, return_dict=True)
    return [int(one) for one in found["input_ids"]]


def check_prompts(dataset: Iterable[Mapping[str, Any]], tokenizer: Any, limit: int, what: str = "the data set") -> None:
    """Refuses prompts that are longer than the model can read.

    **Arguments:**

    - `dataset`: rows with a column `prompt`: text or chat messages.
    - `tokenizer`: the policy's.
    - `limit`: most tokens of a prompt: the model's context less the longest completion.
    - `what`: what errors call the data.

    Raises `Fault` with the index and the length of the first prompts that are too long, or of one that is missing.
    """
    if limit < 1:
        raise Fault(
            f"there is room for {limit} tokens of a prompt: the completion fills the model's context. "
            "Set max_completion_length lower."
        )
    long: list[tuple[int, int]] = []
    first = ""
    for index, row in enumerate(dataset):
        prompt = row.get("prompt")
        if not isinstance(prompt, str | list | tuple) or not prompt:
            raise Fault(
                f"row {index} of {what} has the prompt {prompt!r}; text or a list of messages is wanted, in a "
                "column `prompt`"
            )
        length = len(prompt_ids(tokenizer, prompt))
        if length > limit:
            first = first or shortened(text_of(prompt))
            long.append((index, length))
    if long:
        named = ", ".join(f"row {index} ({length} tokens)" for index, length in long[:NAMED])
        more = f" and {len(long) - NAMED} more" if len(long) > NAMED else ""
        raise Fault(
            f"{len(long)} prompts of {what} are longer than the {limit} tokens that the context leaves for a prompt: "
            f"{named}{more}. The first is {first}. Shorten them, leave them out, or allow fewer tokens for a "
            "completion."
        )
