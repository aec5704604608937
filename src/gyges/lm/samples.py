"""A completion with its prompt as a dict, which is what a reward in plain Python scores.

A sample is `{"prompt": str, "completion": str, **columns}`, with `completion_ids` where the trainer gave them. Of a
conversation `prompt` and `completion` are the text, and the messages stand in `prompt_messages` and
`completion_messages`.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gyges.faults import Fault

Sample = dict[str, Any]
Said = str | Sequence[Mapping[str, Any]]
"""Text, or chat messages."""
HANDED = ("trainer_state", "log_extra", "log_metric", "environments")
"""What TRL hands to reward functions beside the columns of the data set."""
_TAKEN_APART = re.compile(r"""(\[|\.get\()\s*["']content["']""")
_OWN = ("prompt", "completion", "completion_ids", "prompt_messages", "completion_messages")


def text_of(said: Said) -> str:
    """The text of a prompt or a completion: of one message its content, of several each with its role."""
    if isinstance(said, str):
        return said
    if len(said) == 1:
        return _content(said[0])
    return "\n\n".join(f"{message.get('role', '')}: {_content(message)}" for message in said)


def sample_of(prompt: Said, completion: Said, ids: Sequence[int] | None, columns: Mapping[str, Any]) -> Sample:
    """One sample; `columns` are those of its row."""
    sample: Sample = {name: value for name, value in columns.items() if name not in _OWN}
    sample |= {"prompt": text_of(prompt), "completion": text_of(completion)}
    if not isinstance(prompt, str):
        sample["prompt_messages"] = list(prompt)
    if not isinstance(completion, str):
        sample["completion_messages"] = list(completion)
    if ids is not None:
        sample["completion_ids"] = [int(one) for one in ids]
    return sample


def samples_of(
    prompts: Sequence[Said],
    completions: Sequence[Said],
    completion_ids: Sequence[Sequence[int]] | None,
    columns: Mapping[str, Any],
    owner: str,
) -> list[Sample]:
    """The samples of a batch as TRL hands it over; raises `Fault` if a column has another length."""
    rows: list[dict[str, Any]] = [{} for _ in completions]
    given = {name: values for name, values in columns.items() if name not in HANDED}
    lengths = {"prompts": prompts, "completion_ids": completion_ids} | given
    for name, values in lengths.items():
        if values is not None and len(values) != len(completions):
            raise Fault(
                f"reward `{owner}` was given {len(values)} `{name}` for {len(completions)} completions; "
                "there has to be one for each"
            )
    for name, values in given.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    ids = completion_ids if completion_ids is not None else [None] * len(rows)
    return [sample_of(*parts) for parts in zip(prompts, completions, ids, rows, strict=True)]


def batch_of(samples: Sequence[Sample], *, chat: bool = False) -> dict[str, Any]:
    """The samples as TRL hands over a batch: `prompts`, `completions`, `completion_ids` and all columns.

    **Arguments:**

    - `chat`: whether text is handed over as messages too. What came as messages always is.

    Token numbers that nobody gave are stand-ins, one per word or sign: they have the length and the repeats.
    """
    from gyges.audit.targets.tokens import stand_ins

    names = dict.fromkeys(name for sample in samples for name in sample if name not in _OWN)
    batch: dict[str, Any] = {name: [sample.get(name) for sample in samples] for name in names}
    batch["prompts"] = [_said(sample, "prompt", "user", chat) for sample in samples]
    batch["completions"] = [_said(sample, "completion", "assistant", chat) for sample in samples]
    batch["completion_ids"] = [sample.get("completion_ids", stand_ins(sample["completion"])) for sample in samples]
    return batch


def prompt_of(sample: Sample) -> Said:
    """The prompt as it came: text or messages."""
    said: Said = sample["prompt_messages"] if "prompt_messages" in sample else sample["prompt"]
    return said


def shown(sample: Mapping[str, Any]) -> str:
    """A sample in an error message: prompt and completion, shortened."""
    return f"prompt {shortened(str(sample['prompt']))}, completion {shortened(str(sample['completion']))}"


def shortened(text: str, width: int = 80) -> str:
    """`text` quoted, with its middle left out where it is long."""
    half = width // 2
    return repr(text if len(text) <= width else f"{text[:half]} … {text[-half:]}")


def reads_messages(function: Callable[..., Any]) -> bool:
    """Whether the source of a TRL reward function takes messages apart, as in `completion[0]["content"]`."""
    try:
        return _TAKEN_APART.search(inspect.getsource(function)) is not None
    except (OSError, TypeError):
        return False


def _said(sample: Sample, part: str, role: str, chat: bool) -> Said:
    messages: Said | None = sample.get(f"{part}_messages")
    if messages is not None:
        return messages
    # A conversation has an assistant's message even where only the prompt came as messages.
    if chat or "prompt_messages" in sample:
        return [{"role": role, "content": sample[part]}]
    return str(sample[part])


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content)
