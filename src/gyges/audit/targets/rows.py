"""Rows of a task file become tasks: which column is the prompt, and which the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gyges.audit.records import Task
from gyges.audit.targets.base import TargetError

PROMPTS = (
    "prompt", "question", "problem", "query", "instruction", "input", "messages", "conversations", "conversation",
    "task", "text",
)  # fmt: skip
"""Columns that are a prompt, the likeliest first."""
ANSWERS = (
    "answer", "ground_truth", "solution", "target", "gold", "reference", "reference_answer", "expected",
    "expected_answer", "correct_answer", "gold_answer", "final_answer", "label", "truth", "correct", "answers",
    "expected_output", "canonical_solution", "reference_solution", "completion", "response", "output",
)  # fmt: skip
"""Columns that are a reference, the likeliest first."""
GIVEN = ("numbers", "nums", "digits", "operands")
"""Columns that make a column `target` a part of the question."""
NESTS = ("reward_model", "extra_info")
"""Columns of verl's layout that hold the reference one level down."""


def rows_to_tasks(
    rows: Sequence[Any], prompt: str = "", answer: str = "", named: Sequence[str] = ()
) -> tuple[list[Task], list[str]]:
    """Tasks from rows of a JSONL file, and notes on what was assumed.

    **Arguments:**

    - `prompt`, `answer`: columns that the user named; empty to find them.
    - `named`: columns that the grader's signature names: among several that could be the answer, it grades those.

    **Raises:** `TargetError`, naming the row and what it lacks.
    """
    if not rows:
        raise TargetError(
            "there are no tasks: the file is empty; write one JSON object a line, with a prompt and an answer"
        )
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise TargetError(
                f"row {number} is {_kind(row)}; one JSON object a row is wanted, as in {{'prompt': …, 'answer': …}}"
            )
    wide = [_hoisted(row) for row in rows]
    notes: list[str] = []
    asked = prompt or _first(PROMPTS, wide, besides=answer)
    # A grader that names `solution` grades that, whatever other columns look like answers.
    likely = [name for name in ANSWERS if name in named] + list(ANSWERS)
    if any(name in row for name in GIVEN for row in wide):
        # Where numbers are given to reach it, a target is part of the question.
        likely = [name for name in likely if name != "target"] + ["target"]
    gold = answer or _first(likely, wide, besides=asked)
    if not asked:
        notes.append(
            f"no column of the tasks is a prompt (looked for {', '.join(PROMPTS[:6])} …): nothing can be echoed from "
            "it; --prompt-column NAME says which"
        )
    if not gold:
        notes.append(
            f"no column of the tasks is a reference (looked for {', '.join(ANSWERS[:5])} …): right and wrong cannot "
            "be told apart; --answer-column NAME says which"
        )
    tasks = []
    for index, (row, given) in enumerate(zip(wide, rows, strict=True)):
        for role, name, option in (("prompt", asked, "--prompt-column"), ("answer", gold, "--answer-column")):
            if name and name not in row:
                has = ", ".join(given) or "none"
                raise TargetError(
                    f"row {index + 1} has no column {name!r}, which is the {role}; its columns are {has}. "
                    f"Add it, or say {option} NAME"
                )
        tasks.append(Task(index, row[asked] if asked else "", row[gold] if gold else None, gold, row))
    _check_prompts(tasks, asked)
    return tasks, notes


def _hoisted(row: Mapping[str, Any]) -> dict[str, Any]:
    wide = dict(row)
    for nest in NESTS:
        held = row.get(nest)
        if isinstance(held, Mapping):
            for name in ("ground_truth", *ANSWERS):
                # `extra_info` often repeats the answer; only where nothing else holds it is it the reference.
                if name in held and not any(other in wide for other in ANSWERS):
                    wide[name] = held[name]
    return wide


def _first(names: Sequence[str], rows: Sequence[Mapping[str, Any]], besides: str) -> str:
    """The first name that some row has; rows that lack it are then reported one by one."""
    return next((name for name in names if name != besides and any(name in row for row in rows)), "")


def _check_prompts(tasks: Sequence[Task], column: str) -> None:
    for task in tasks:
        turns = task.prompt
        if isinstance(turns, str):
            continue
        if not isinstance(turns, list) or not all(isinstance(turn, Mapping) and "content" in turn for turn in turns):
            raise TargetError(
                f"row {task.index + 1} has {_kind(turns)} as its prompt (column {column!r}); text is wanted, or a list "
                "of messages with `role` and `content`"
            )


def _kind(value: Any) -> str:
    known = {"list": "a list", "dict": "an object", "str": "text", "NoneType": "null", "bool": "true or false"}
    return known.get(type(value).__name__, "a number" if isinstance(value, (int, float)) else type(value).__name__)
