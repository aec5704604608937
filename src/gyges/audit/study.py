"""Reads the grader before it is attacked: its source, its reference, the format that it pays for, what it looks at."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gyges.audit.grading import Grading
from gyges.audit.judges import choose
from gyges.audit.judges.base import Judge
from gyges.audit.reading.inputs import inputs
from gyges.audit.reading.learn import Learned, learn_format
from gyges.audit.reading.occurrence import occurrence
from gyges.audit.reading.ordinary import learn_ordinary
from gyges.audit.reading.solving import solved
from gyges.audit.reading.wrong import wrong_answers
from gyges.audit.records import Opened, Task
from gyges.audit.source import Facts, read
from gyges.audit.subject import Subject
from gyges.audit.targets.answers import bare
from gyges.audit.targets.rows import ANSWERS

PROGRAMS = 8
"""Tasks of a grader of programs that are looked at: each call starts processes."""


def study(grading: Grading, opened: Opened) -> Subject:
    """All that is to be known of a grader before it is attacked."""
    facts = read(opened.files, (opened.file, opened.line))
    if opened.program:
        opened = replace(opened, tasks=opened.tasks[:PROGRAMS])
    tried = [_Try(grading, tasks, opened, facts) for tasks in [opened.tasks]]
    for tasks in _other_references(opened):
        if tried[-1].learned.found:
            break
        tried.append(_Try(grading, tasks, opened, facts))
    best = next((one for one in tried if one.learned.found), tried[0])
    return Subject(
        opened=best.opened,
        facts=facts,
        references=best.references,
        wrong=best.wrong,
        judges=best.judges,
        learned=best.learned,
        reads=inputs(grading, best.learned, best.opened, best.references, best.wrong),
        occurrence=occurrence(grading, best.learned, best.references, best.wrong),
    )


class _Try:
    """What the grader pays for if a certain column is the reference."""

    def __init__(self, grading: Grading, tasks: tuple[Task, ...], opened: Opened, facts: Facts) -> None:
        self.opened = replace(opened, tasks=tasks)
        self.references = references(self.opened)
        chosen = choose(tasks, [self.references.get(task.index, "") for task in tasks])
        self.judges: Mapping[int, Judge] = {task.index: judge for task, judge in zip(tasks, chosen, strict=True)}
        self.wrong = wrong_answers(tasks, self.references, self.judges, opened.program)
        self.learned: Learned = (
            learn_format(grading, self.opened, self.references, self.wrong, facts)
            if self.references
            else learn_ordinary(grading, tasks, facts)
        )


def references(opened: Opened) -> dict[int, str]:
    """The bare answer of each task that has one."""
    # A bare answer and a program are handed over as they are.
    verbatim = opened.answer_only or opened.program
    texts = {
        task.index: task.answer if verbatim and isinstance(task.answer, str) else bare(task.answer)
        for task in opened.tasks
        if task.answer is not None
    }
    return {index: text for index, text in texts.items() if text}


def _other_references(opened: Opened) -> Iterator[tuple[Task, ...]]:
    """The tasks with another column as their reference, then with what solves them, where that can be found."""
    column = next((task.answer_column for task in opened.tasks if task.answer_column), "")
    if opened.answer_only or opened.program:
        return
    present = [name for name in ANSWERS if name != column and all(name in task.columns for task in opened.tasks)]
    for name in present:
        yield tuple(replace(task, answer=task.columns[name], answer_column=name) for task in opened.tasks)
    solutions = {task.index: solved(task) for task in opened.tasks}
    if all(solutions.values()):
        yield tuple(replace(task, answer=solutions[task.index], answer_column="") for task in opened.tasks)
