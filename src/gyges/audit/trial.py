"""Tries the attacks: candidates of all families and tasks, the most telling first, until the budget ends."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.grading import CHUNK, Clock, Grading
from gyges.audit.mistakes import PAID, Confirm, Mistake, mistakes
from gyges.audit.records import Candidate, Relation, Score
from gyges.audit.report import FormRate, Tried
from gyges.audit.subject import Subject

HANGS = 2
"""A cause that has hung or broken the worker this often is not tried again: each time costs a time limit."""
MOST = 12
"""The same for all causes together."""
STALLED = ("hung", "memory", "killed")

Trial = tuple[str, int, Candidate]
"""Family, task and candidate."""


@dataclass
class Outcome:
    """What came of the attacks."""

    mistakes: list[Mistake] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    """Candidates by family."""
    reached: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Tasks by family."""
    by_cause: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Tasks by cause of the candidates."""
    forms: dict[str, list[tuple[bool, str]]] = field(default_factory=lambda: defaultdict(list))
    """For each surface form of the right answer: whether it was refused, and the completion."""
    scored: list[tuple[int, Candidate, Score]] = field(default_factory=list)
    cut: bool = False
    """Whether the budget ended before the candidates did."""
    skipped: set[str] = field(default_factory=set)
    """Causes that were given up since they stalled the grader."""


def cases(subject: Subject, seed: int) -> list[Case]:
    """What attacks are told about each task."""
    opened, learned = subject.opened, subject.learned
    texts = dict(subject.references)
    return [
        Case(
            task=task,
            reference=texts.get(task.index, ""),
            format=learned.format,
            judge=subject.judges[task.index],
            facts=subject.facts,
            opened=opened,
            others=tuple(
                dict.fromkeys(
                    other for index, other in texts.items() if other != texts.get(task.index) and index != task.index
                )
            ),
            honest=learned.honest.get(task.index, ""),
            random=random.Random(f"{seed} {task.index}"),
        )
        for task in opened.tasks
    ]


def trials(attacks: Mapping[str, Attack], known: Sequence[Case]) -> Iterator[Trial]:
    """All candidates: of each family and task the first, then the second, and so on."""
    queues = [_of(name, attack, case) for case in known for name, attack in attacks.items() if attack.suits(case)]
    for layer in zip_longest(*queues):
        yield from (trial for trial in layer if trial is not None)


def _of(name: str, attack: Attack, case: Case) -> Iterator[Trial]:
    for candidate in attack.candidates(case):
        yield name, case.task.index, replace(candidate, family=name)


def attack(
    grading: Grading,
    subject: Subject,
    proposed: Iterator[Trial],
    confirm: Confirm,
    clock: Clock,
    shown: Callable[[int, list[Mistake]], None],
) -> Outcome:
    """Scores and judges candidates in chunks until there are no more of them or the time is over.

    **Arguments:** `shown`: told after each chunk how many candidates were tried and what came of them.
    """
    outcome = Outcome()
    stalls: Counter[str] = Counter()
    part: list[Trial] = []
    seen: set[tuple[int, str, Relation]] = set()
    for trial in proposed:
        _, task, candidate = trial
        key = task, candidate.completion, candidate.relation
        if key in seen or stalls[candidate.cause] >= HANGS or sum(stalls.values()) >= MOST:
            continue
        seen.add(key)
        part.append(trial)
        if len(part) == CHUNK:
            shown(len(part), _try(grading, subject, part, confirm, outcome, stalls))
            part = []
            if clock.over:
                outcome.cut = True
                break
    if part and not outcome.cut:
        shown(len(part), _try(grading, subject, part, confirm, outcome, stalls))
    outcome.skipped = {cause for cause, count in stalls.items() if count >= HANGS}
    return outcome


def _try(
    grading: Grading,
    subject: Subject,
    part: Sequence[Trial],
    confirm: Confirm,
    outcome: Outcome,
    stalls: Counter[str],
) -> list[Mistake]:
    found: list[Mistake] = []
    scores = grading.scores([(task, candidate.completion) for _, task, candidate in part])
    for (family, task, candidate), score in zip(part, scores, strict=True):
        outcome.tried[family] += 1
        outcome.reached[family].add(task)
        outcome.by_cause[candidate.cause].add(task)
        outcome.scored.append((task, candidate, score))
        stalls[candidate.cause] += score.fault in STALLED
        if candidate.form and task in subject.learned.paid and score.value is not None:
            refused = subject.learned.relative(task, score.value) < PAID
            outcome.forms[candidate.form].append((refused, candidate.completion))
        found += mistakes(subject, candidate, task, score, confirm)
    outcome.mistakes += found
    return found


def forms(outcome: Outcome) -> tuple[FormRate, ...]:
    """The false-negative rate of each surface form, the worst first."""
    rates = [
        FormRate(
            form,
            sum(refused for refused, _ in tried),
            len(tried),
            next((text for refused, text in tried if refused), tried[0][1]),
        )
        for form, tried in outcome.forms.items()
    ]
    return tuple(sorted(rates, key=lambda rate: (-rate.refused / rate.tried, rate.form)))


def tally(outcome: Outcome, attacks: Mapping[str, Attack]) -> tuple[Tried, ...]:
    """What each family tried."""
    return tuple(
        Tried(name, outcome.tried[name], len(outcome.reached[name]), attack.about) for name, attack in attacks.items()
    )
