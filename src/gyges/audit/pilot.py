"""The order of trials: everything on a few tasks first, then what told anything there on the others."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.records import Candidate

TASKS = 4
"""Tasks that everything is tried on first: a slow grader still meets every family whole."""
Trial = tuple[str, int, Candidate]
"""Family, task and candidate."""


def pilots(cases: Sequence[Case], count: int = TASKS) -> list[Case]:
    """A few tasks that differ: by the type of the answer, by its looks, then evenly spread."""
    chosen: dict[object, Case] = {}
    for case in cases:
        chosen.setdefault(_looks(case), case)
    first = sorted(chosen.values(), key=lambda case: case.task.index)[:count]
    step = max(1, len(cases) // count)
    rest = [case for case in cases[::step] if case not in first]
    return [*first, *rest][:count]


def _looks(case: Case) -> tuple[object, ...]:
    text = case.reference
    short = text if len(text) <= 5 and not text[-1:].isdigit() else ""
    return case.judge.name, short, text[:1] == "-", "." in text, "/" in text, "," in text, len(text) // 8


def trials(attacks: Mapping[str, Attack], cases: Sequence[Case]) -> Iterator[Trial]:
    """All candidates of some tasks: of each family and task the first, then the second, and so on."""
    queues = [_of(name, attack, case) for case in cases for name, attack in attacks.items() if attack.suits(case)]
    for layer in zip_longest(*queues):
        yield from (trial for trial in layer if trial is not None)


def telling(proposed: Iterator[Trial], causes: Collection[str]) -> Iterator[Trial]:
    """The same trials, those of `causes` first: how far they reach is known even if the time ends."""
    others = []
    for trial in proposed:
        if trial[2].cause in causes:
            yield trial
        else:
            others.append(trial)
    yield from others


def _of(name: str, attack: Attack, case: Case) -> Iterator[Trial]:
    for candidate in attack.candidates(case):
        yield name, case.task.index, replace(candidate, family=name)
