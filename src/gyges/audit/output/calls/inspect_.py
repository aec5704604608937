"""Scorers of Inspect."""

from typing import ClassVar

from gyges.audit.output.calls.base import AWAITED, Call, row_of
from gyges.audit.output.literals import literal
from gyges.audit.report import Report


class Inspect(Call):
    name: ClassVar[str] = "inspect"

    def code(self, report: Report) -> str:
        row = row_of(report.opened.tasks[0])
        options = dict(report.options.get("bind") or {})
        key = options.pop("key", report.options.get("key", ""))
        return (
            AWAITED
            + f'''

from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, ModelName, ModelOutput
from inspect_ai.scorer import Target, value_to_float
from inspect_ai.solver import TaskState

MODEL = "mockllm/model"
# A factory makes the scorer; a scorer is one itself.
parameters = list(inspect.signature(grader).parameters)
scorer = grader if parameters[:2] == ["state", "target"] else grader(**{literal(options)})


def grades(rows, completions):
    """One state for each completion, as the solver would leave it."""
    return [value(settled(scorer(state(row, text), target(row)))) for row, text in zip(rows, completions)]


def target(row):
    """The target, as Inspect hands it over."""
    answer = row[{row.answer!r}]
    return Target([str(one) for one in answer] if isinstance(answer, list) else str(answer))


def state(row, completion):
    """A finished conversation of one turn."""
    asked = row[{row.prompt!r}]
    text = asked if isinstance(asked, str) else "\\n".join(str(turn["content"]) for turn in asked)
    return TaskState(
        model=ModelName(MODEL), sample_id=1, epoch=1, input=text, target=target(row),
        messages=[ChatMessageUser(content=text), ChatMessageAssistant(content=completion)],
        output=ModelOutput.from_content(MODEL, completion), completed=True, metadata=dict(row),
    )


def value(score):
    """The score as Inspect's metrics read it."""
    found = score.value
    if isinstance(found, dict):
        found = found[{key!r}] if {key!r} else list(found.values())
    if isinstance(found, list):
        return sum(map(value_to_float(), found)) / len(found)
    return float(value_to_float()(found))
'''
        )
