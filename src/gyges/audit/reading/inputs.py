"""Finds which parts of the completion and which columns of the task change the score."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gyges.audit.grading import Grading
from gyges.audit.reading.learn import Learned
from gyges.audit.records import Call, Opened, Task
from gyges.audit.report import InputRead

SAMPLE = 5


def inputs(
    grading: Grading,
    learned: Learned,
    opened: Opened,
    references: Mapping[int, str],
    wrong: Mapping[int, Sequence[str]],
) -> tuple[InputRead, ...]:
    """Each column of the tasks, then each part of the completion, changed one at a time."""
    tasks = [task for task in opened.tasks if task.index in (learned.paid or set(references))][:SAMPLE]
    if not tasks:
        return ()
    return (*_columns(grading, learned, opened, tasks), *_spans(grading, learned, tasks, wrong))


def _columns(grading: Grading, learned: Learned, opened: Opened, tasks: Sequence[Task]) -> list[InputRead]:
    found = []
    names = list(dict.fromkeys(name for task in tasks for name in task.columns))
    for name in names:
        calls, before = [], []
        for task in tasks:
            if name not in task.columns:
                continue
            held = [other.columns[name] for other in opened.tasks if name in other.columns]
            others = [value for value in held if value != task.columns[name]]
            values = [*others[:2], *_unlike(task.columns[name])][:2]
            for value in values:
                calls.append(Call((task.index,), (learned.honest[task.index],), {name: value}))
                before.append(grading.score(task.index, learned.honest[task.index]))
        after = [scores[0] for scores in grading.call(calls)] if calls else []
        changed = {
            call.tasks[0]
            for call, old, new in zip(calls, before, after, strict=True)
            if (old.value, bool(old.fault)) != (new.value, bool(new.fault))
        }
        tried = len({call.tasks[0] for call in calls})
        role = "the reference" if name == tasks[0].answer_column else ""
        found.append(InputRead(f"column {name}", bool(changed) if tried else None, role, len(changed), tried))
    return found


def _unlike(value: Any) -> list[Any]:
    """Values of the same type that mean something else."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 7, -value - 3]
    if isinstance(value, str):
        # A text may carry the reference at its end ("… #### 42"), so one change touches every digit.
        moved = "".join(str((int(sign) + 3) % 10) if sign in "0123456789" else sign for sign in value)
        return [moved, "zzz"] if moved != value else ["zzz", ""]
    if isinstance(value, list):
        return [value[1:] + value[:1] + ["zzz"], []]
    if isinstance(value, dict):
        return [{key: (_unlike(inner) or [None])[0] for key, inner in value.items()}]
    return []


def _spans(
    grading: Grading, learned: Learned, tasks: Sequence[Task], wrong: Mapping[int, Sequence[str]]
) -> list[InputRead]:
    frame = learned.format
    variants: dict[str, Callable[[str], str]] = {
        "the text before the answer": lambda answer: frame.wrap(
            answer, lead=f"{frame.lead}Some other words stand here.\n"
        ),
        "the text after the answer": lambda answer: frame.wrap(
            answer, tail=f"{frame.tail}\nSome other words stand here."
        ),
    }
    if frame.lead.strip():
        variants["the part before the answer that the format asks for"] = lambda answer: frame.wrap(answer, lead="")
    if frame.marked:
        variants["the marker around the answer"] = lambda answer: f"{frame.lead}{answer}{frame.tail}"
    found = []
    texts = {task.index: _bare(learned, task.index) for task in tasks}
    asked = {
        "the answer itself": [(task.index, frame.wrap(wrong[task.index][0])) for task in tasks],
        **{name: [(task.index, make(texts[task.index])) for task in tasks] for name, make in variants.items()},
    }
    grading.scores([pair for pairs in asked.values() for pair in pairs])
    for name, pairs in asked.items():
        changed = sum(
            grading.score(*pair).value != grading.score(pair[0], learned.honest[pair[0]]).value for pair in pairs
        )
        found.append(InputRead(f"completion: {name}", changed > 0, "", changed, len(pairs)))
    return found


def _bare(learned: Learned, task: int) -> str:
    frame, text = learned.format, learned.honest[task]
    start = len(frame.lead) + len(frame.before)
    end = len(text) - len(frame.tail) - len(frame.after)
    return text[start:end]
