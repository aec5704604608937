"""Tries the attacks: candidates are scored and judged until the budget ends."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.grading import CHUNK, Clock, Grading
from gyges.audit.mistakes import PAID, Confirm, Mistake, mistakes
from gyges.audit.pilot import Trial
from gyges.audit.records import Candidate, Relation, Score
from gyges.audit.report import FormRate, Tried
from gyges.audit.subject import Subject

HANGS = 2
"""A cause that has hung or broken the worker this often is not tried again: each time costs a time limit."""
MOST = 12
"""The same for all causes together."""
ENOUGH = 4
"""Mistakes of one cause on one task after which the judge is not asked about more of them."""
STALLED = ("hung", "memory", "killed")


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
    known: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Mistakes by cause and task."""
    stalls: Counter[str] = field(default_factory=Counter)
    """Calls that hung or broke the worker, by cause."""
    seen: set[tuple[int, str, Relation]] = field(default_factory=set)

    @property
    def skipped(self) -> set[str]:
        """Causes that were given up since they stalled the grader."""
        return {cause for cause, count in self.stalls.items() if count >= HANGS}

    def wants(self, trial: Trial) -> bool:
        """Whether a trial is new, and worth what it may cost."""
        _, task, candidate = trial
        key = task, candidate.completion, candidate.relation
        if key in self.seen or self.stalls[candidate.cause] >= HANGS or self.stalls.total() >= MOST:
            return False
        self.seen.add(key)
        return True


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


def attack(
    grading: Grading,
    subject: Subject,
    proposed: Iterator[Trial],
    confirm: Confirm,
    clock: Clock,
    outcome: Outcome,
    shown: Callable[[int], None],
) -> None:
    """Scores and judges candidates in chunks until there are no more of them or the time is over.

    **Arguments:**

    - `outcome`: takes in what comes of them.
    - `shown`: told after each chunk how many candidates were tried.
    """
    # A chunk of programs takes as long as hundreds of texts.
    size = CHUNK // 8 if subject.opened.program else CHUNK
    part: list[Trial] = []
    for trial in proposed:
        if clock.over:
            outcome.cut = True
            return
        if not outcome.wants(trial):
            continue
        part.append(trial)
        if len(part) == size:
            _try(grading, subject, part, confirm, outcome)
            shown(len(part))
            part = []
    if part:
        _try(grading, subject, part, confirm, outcome)
        shown(len(part))


def _try(
    grading: Grading,
    subject: Subject,
    part: Sequence[Trial],
    confirm: Confirm,
    outcome: Outcome,
) -> None:
    scores = grading.scores([(task, candidate.completion) for _, task, candidate in part])
    for (family, task, candidate), score in zip(part, scores, strict=True):
        outcome.tried[family] += 1
        outcome.reached[family].add(task)
        outcome.by_cause[candidate.cause].add(task)
        outcome.scored.append((task, candidate, score))
        outcome.stalls[candidate.cause] += score.fault in STALLED
        if candidate.form and task in subject.learned.paid and score.value is not None:
            refused = subject.learned.relative(task, score.value) < PAID
            outcome.forms[candidate.form].append((refused, candidate.completion))
        if outcome.known[candidate.cause, task] < ENOUGH or not score.fine:
            found = list(mistakes(subject, candidate, task, score, confirm))
            outcome.mistakes += found
            outcome.known[candidate.cause, task] += bool(found)


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
