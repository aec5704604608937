"""An audit from the first call to the report."""

import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gyges.audit import attacks
from gyges.audit.box import Limits, Pool
from gyges.audit.drawn import drawn_curve
from gyges.audit.findings.collect import causes, collect
from gyges.audit.findings.early import Early
from gyges.audit.grading import Clock, Grading
from gyges.audit.judges import confirm, load_own
from gyges.audit.measures import measure
from gyges.audit.pilot import pilots, telling, trials
from gyges.audit.records import Candidate, Truth
from gyges.audit.report import Anchor, Budget, Report
from gyges.audit.rollouts import reachable, rollouts
from gyges.audit.searching import searched
from gyges.audit.study import study
from gyges.audit.subject import Subject
from gyges.audit.tasks import read_tasks
from gyges.audit.trial import Outcome, attack, cases, forms, tally
from gyges.audit.untried import untried
from gyges.audit.walls import told
from gyges.audit.watcher import Watcher
from gyges.faults import Fault

TEXTS, PROGRAMS = 5.5, 30.0
"""Seconds for attacks and search unless the user gives some: a program takes as long as hundreds of texts."""
ATTACKS = 0.7
"""Share of the time for attacks; the search has the rest, and what they leave over."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user asked `gyges audit` for."""

    spec: str
    tasks: Path | None = None
    protocol: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    python: str = sys.executable
    seconds: float | None = None
    """Time for attacks and search; reading the grader and measuring it come on top. None: by what is graded."""
    seed: int = 0
    truth: str = ""
    """FILE:FUNCTION of the user's own judge."""
    call_seconds: float = 5.0
    """Time limit of one call of the grader."""
    memory: int = 2 * 1024**3
    """Bytes that a call may take."""
    workers: int | None = None
    most: int = 200
    """Tasks beyond this many are left out."""
    samples: Path | None = None
    policy: Path | None = None

    @property
    def command(self) -> str:
        return shlex.join(["gyges", *sys.argv[1:]])


def audit(wish: Wish, watcher: Watcher | None = None) -> Report:
    """Reads the grader, attacks it, and says what it really accepts.

    Raises `Fault` if the grader or the tasks cannot be loaded; whatever the grader does afterwards is a finding.
    """
    watcher = watcher or Watcher()
    began = time.monotonic()
    rows = None if wish.tasks is None else read_tasks(wish.tasks, wish.most)
    pool = Pool(
        wish.spec,
        protocol=wish.protocol,
        options=wish.options,
        tasks=rows,
        limits=Limits(seconds=wish.call_seconds, memory=wish.memory),
        python=wish.python,
        boxes=wish.workers,
    )
    with pool:
        opened = pool.open()
        if not opened.tasks:
            raise Fault(
                f"{wish.spec} has no tasks of its own: give some with --tasks FILE, one JSON object a line with a "
                "prompt, an answer, and whatever other columns the grader reads"
            )
        grading = Grading(pool)
        own = load_own(wish.truth) if wish.truth else None
        watcher.phase("reading the grader", None)
        subject = study(grading, opened)
        opened = subject.opened
        seconds = wish.seconds or (PROGRAMS if opened.program else TEXTS)
        clock = Clock(seconds)

        def ask(candidate: Candidate, task: int) -> tuple[Truth, str]:
            return confirm(candidate, opened.tasks[task], subject.references.get(task, ""), subject.judges[task], own)

        families, known = attacks.instances(), cases(subject, wish.seed)
        watcher.phase("attacking", None)
        outcome, first = Outcome(), pilots(known, 2 if opened.program else 4)
        rest = [case for case in known if case not in first]
        spell, early = clock.part(0.95 if opened.program else ATTACKS), Early(subject, causes(families), watcher)

        def shown(count: int) -> None:
            watcher.advance(count)
            early.look(outcome)

        attack(grading, subject, trials(families, first), ask, spell, outcome, shown)
        mistaken = {mistake.candidate.cause for mistake in outcome.mistakes}
        attack(grading, subject, telling(trials(families, rest), mistaken), ask, spell, outcome, shown)
        watcher.phase("searching", None)
        trail, hunt = searched(grading, subject, known, outcome, ask, clock.left, wish.seed, watcher.advance)
        watcher.phase("measuring", None)
        measures = measure(grading, subject)
        watcher.phase("making exploits small", None)
        findings = collect(grading, subject, outcome, measures, families, ask, watcher)
        curve, samples = drawn_curve(grading, subject, outcome, wish.seed), None
        if wish.samples is not None:
            watcher.phase("grading the rollouts", None)
            curve, samples = rollouts(grading, subject, wish.samples, ask, wish.seed)
        contained = tuple(told(pool.contained))
    if wish.policy is not None:
        watcher.phase("asking the policy", None)
        findings = reachable(findings, subject, wish.policy, wish.python)
    return Report(
        spec=wish.spec,
        command=wish.command,
        opened=opened,
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        seed=wish.seed,
        budget=Budget(seconds=seconds),
        seconds=time.monotonic() - began,
        calls=grading.calls,
        options=wish.options,
        format=subject.learned.format if subject.learned.found else None,
        format_share=len(subject.learned.paid) / max(1, len(subject.learned.scales)),
        format_tried=subject.learned.tried,
        anchors=_anchors(subject),
        reads=subject.reads,
        occurrence=subject.occurrence,
        findings=findings,
        forms=forms(outcome),
        measures=measures,
        curve=None if curve is None else replace(curve, search=trail),
        samples=samples,
        tried=(*tally(outcome, families), hunt),
        not_tried=tuple(untried(subject, outcome, families, known, wish.policy is not None, samples is not None)),
        contained=contained,
    )


def _anchors(subject: Subject) -> tuple[Anchor, ...]:
    learned = subject.learned
    return tuple(
        Anchor(
            index,
            learned.honest[index],
            scale.reference,
            learned.format.wrap(next(iter(subject.wrong[index]), "")),
            scale.floor,
        )
        for index, scale in learned.scales.items()
    )
