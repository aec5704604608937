"""Reward functions of TRL's trainers."""

from typing import ClassVar

from gyges.audit.output.calls.base import AWAITED, Call, read_signature, row_of
from gyges.audit.output.literals import literal
from gyges.audit.report import Report

_PROVIDED = ("prompts", "completions", "completion_ids", "trainer_state", "log_extra", "log_metric")


class Trl(Call):
    name: ClassVar[str] = "trl"
    imports: ClassVar[tuple[str, ...]] = ("import asyncio", "import inspect", "from types import SimpleNamespace")

    def code(self, report: Report) -> str:
        signature = read_signature(report.opened.signature)
        row = row_of(report.opened.tasks[0])
        chat = speaks_chat(report)
        given = report.options.get("bind") or {}
        columns = {}
        for name in signature.names:
            if name in _PROVIDED or name in given:
                continue
            if name in row.columns:
                columns[name] = name
            elif name in signature.required:
                columns[name] = row.answer
        if signature.open:
            taken = (*_PROVIDED, "prompt", "completion", *given)
            columns |= {name: name for name in row.columns if name not in columns and name not in taken}
        texts = '[[{"role": "assistant", "content": text}] for text in completions]' if chat else "list(completions)"
        prompts = f"[row[{row.prompt!r}] for row in rows]"
        if chat and isinstance(row.columns[row.prompt], str):
            prompts = f'[[{{"role": "user", "content": row[{row.prompt!r}]}}] for row in rows]'
        provided = {
            "prompts": prompts,
            "completions": texts,
            "completion_ids": "[[sum(map(ord, word)) for word in text.split()] for text in completions]",
            "trainer_state": "SimpleNamespace(global_step=0, max_steps=1000, epoch=0.0)",
            "log_extra": "lambda *_, **__: None",
            "log_metric": "lambda *_, **__: None",
        }
        lines = [
            f"        {name!r}: {source},"
            for name, source in provided.items()
            if name in signature.names or (signature.open and name not in given)
        ]
        handed = "\n".join(lines)
        return (
            AWAITED
            + f'''

COLUMNS = {literal(columns)}


def grades(rows, completions):
    """One call for the whole batch, with a list for each column."""
    provided = {{
{handed}
    }}
    columns = {{name: [row[column] for row in rows] for name, column in COLUMNS.items()}}
    scores = settled(grader(**{{**columns, **provided}}))
    assert len(scores) == len(completions), f"{{len(scores)}} scores for {{len(completions)}} completions"
    return [float(score) for score in scores]
'''
        )


def speaks_chat(report: Report) -> bool:
    """Whether the audit handed completions over as chat messages."""
    asked = {**report.options, **(report.options.get("bind") or {})}.get("chat")
    if asked is not None:
        return str(asked).lower() in ("yes", "true", "1")
    messages = any(isinstance(task.prompt, list) for task in report.opened.tasks)
    return messages or any("as chat messages" in note for note in report.opened.notes)
