"""What a callable's signature says: its parameters, and which part of a task each of them means."""

from __future__ import annotations

import functools
import inspect
import re
from dataclasses import dataclass
from typing import Any

COMPLETION = frozenset(
    {
        *("completion", "response", "output", "prediction", "predicted", "pred", "predict", "generated", "generation"),
        *("candidate", "hypothesis", "submission", "student", "reply", "attempt", "guess", "given", "actual", "model"),
        *("llm", "assistant", "text", "content", "message", "resp", "sample"),
    }
)
"""Words in a parameter's name that say it is what the policy wrote."""
ANSWER = frozenset(
    {
        *("reference", "target", "gold", "golden", "truth", "gt", "expected", "label", "correct", "oracle"),
        "groundtruth",
    }
)
"""Words that say it is what the policy ought to have written."""
EITHER = frozenset({"answer", "ans", "solution", "result", "value"})
"""Words that mean the one or the other, depending on what stands beside them."""
PROMPT = frozenset({"prompt", "question", "problem", "query", "instruction"})
"""Words that say it is what the policy was asked."""
CODE = frozenset({"code", "program", "source", "script"})
"""Words that say that the completion is a program."""
MEASURES = frozenset(
    {
        "max",
        "min",
        "num",
        "len",
        "length",
        "size",
        "weight",
        "scale",
        "penalty",
        "bonus",
        "threshold",
        "tolerance",
        "id",
        "token",
        "tokenized",
        "tokenised",
    }
)
"""Words that say it is a setting, whatever it is a setting of: `max_completion_len`."""


_NUMBERS = ("float", "int", "bool", str(float), str(int), str(bool))


@dataclass(frozen=True)
class Parameters:
    """The parameters of a callable, as a caller sees them."""

    names: tuple[str, ...]
    required: tuple[str, ...]
    positional: frozenset[str]
    """Those that cannot be given by name."""
    open: bool
    """Whether it takes any further names (`**kwargs`)."""
    loose: bool
    """Whether it takes any further values (`*args`)."""
    text: str
    """The signature as it is written."""

    def __contains__(self, name: str) -> bool:
        return name in self.names


def parameters(thing: Any) -> Parameters | None:
    """The parameters of `thing`; None if it is no callable or does not say."""
    if not callable(thing):
        return None
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    # What a partial has fixed is no parameter any more, though it could be given again.
    fixed = thing.keywords if isinstance(thing, functools.partial) else {}
    plain = [
        p
        for p in signature.parameters.values()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name not in fixed
    ]
    kinds = {p.kind for p in signature.parameters.values()}
    return Parameters(
        names=tuple(p.name for p in plain),
        required=tuple(p.name for p in plain if p.default is p.empty),
        positional=frozenset(p.name for p in plain if p.kind is p.POSITIONAL_ONLY),
        open=inspect.Parameter.VAR_KEYWORD in kinds,
        loose=inspect.Parameter.VAR_POSITIONAL in kinds,
        text=str(signature),
    )


def one_at_a_time(thing: Any) -> bool:
    """Whether a function of `completions` says that it takes one: one `prompt` with it, and one number comes back."""
    found = parameters(thing)
    if found is None or "completions" not in found or "prompt" not in found:
        return False
    given = getattr(thing, "__annotations__", {})
    return str(given.get("return", "")).strip("'\"") in _NUMBERS and "ist" not in str(given.get("completions", ""))


def makes_grader(thing: Any) -> bool:
    """Whether a function says that it returns a function, and so grades nothing itself."""
    said = str(getattr(thing, "__annotations__", {}).get("return", ""))
    return "Callable" in said or "Scorer" in said


def words(name: str) -> list[str]:
    """`solution_str` -> `solution`, `str`; `modelOutput` -> `model`, `output`."""
    return [word for word in re.split(r"[_\d]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) if word]


def means(name: str) -> str:
    """`completion`, `answer`, `either`, `prompt`, `code`, or nothing if the name does not tell."""
    said = set(words(name))
    said |= {word[:-1] for word in said if word.endswith("s")}
    if name == "solution_str":
        return "completion"
    if said & MEASURES:
        return ""
    # "expected_output" is an answer and "predicted_answer" a completion: what qualifies a word outranks it.
    for role, known in (("answer", ANSWER), ("completion", COMPLETION), ("prompt", PROMPT), ("either", EITHER)):
        if said & known:
            return role
    return "code" if said & CODE else ""


def plural(name: str) -> bool:
    """Whether a parameter's name says that it takes many at once: `predictions`, `response_list`."""
    last = words(name)[-1:]
    return last in (["list"], ["batch"]) or any(word.endswith("s") and word[:-1] in COMPLETION for word in last)


@dataclass(frozen=True)
class Roles:
    """Which parameter of a function of one completion is what."""

    completion: str
    answer: str = ""
    prompt: str = ""
    certain: bool = True
    """Whether names said so, rather than the order."""


def roles(found: Parameters) -> Roles | None:
    """Reads the roles of a function that grades one completion off the names of its parameters."""
    said = {name: means(name) for name in found.names}
    if not found.names:
        return None
    prompt = next((name for name, role in said.items() if role == "prompt"), "")
    completions = [name for name, role in said.items() if role == "completion"]
    answers = [name for name, role in said.items() if role == "answer"]
    either = [name for name, role in said.items() if role == "either"]
    if not completions:
        completions = [name for name, role in said.items() if role == "code"]
    if completions:
        rest = [name for name in [*answers, *either] if name != completions[0]]
        return Roles(completions[0], rest[0] if rest else "", prompt)
    if either:
        rest = [*answers, *either[1:]]
        return Roles(either[0], rest[0] if rest else "", prompt)
    if len(found.names) == 1 and not prompt and not answers:
        return Roles(found.names[0], certain=False)
    unknown = [name for name in found.required if not said[name]]
    if not unknown:
        return Roles(prompt, certain=False) if prompt and found.required == (prompt,) else None
    rest = [*answers, *unknown[1:]]
    return Roles(unknown[0], rest[0] if rest else "", prompt, certain=bool(answers) and len(unknown) == 1)
