"""An audit from the first call to the report."""

import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gyges.audit import attacks
from gyges.audit.box import Limits, Pool
from gyges.audit.drawn import drawn_curve
from gyges.audit.findings.collect import collect
from gyges.audit.grading import Clock, Grading
from gyges.audit.judges import choose, confirm
from gyges.audit.judges.own import load_own
from gyges.audit.measures import measure
from gyges.audit.reading.inputs import inputs
from gyges.audit.reading.learn import learn_format
from gyges.audit.reading.occurrence import occurrence
from gyges.audit.reading.wrong import wrong_answers
from gyges.audit.records import Candidate, Opened, Truth
from gyges.audit.report import Anchor, Budget, Report
from gyges.audit.source import read
from gyges.audit.subject import Subject
from gyges.audit.targets.answers import bare
from gyges.audit.tasks import read_tasks
from gyges.audit.trial import attack, cases, forms, tally, trials
from gyges.audit.watcher import Watcher
from gyges.faults import Fault


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user asked `gyges audit` for."""

    spec: str
    tasks: Path | None = None
    protocol: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    python: str = sys.executable
    seconds: float = 6.0
    """Time for attacks and search; reading the grader and measuring it come on top."""
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
        subject = study(grading, opened, watcher)
        clock = Clock(wish.seconds)

        def ask(candidate: Candidate, task: int) -> tuple[Truth, str]:
            return confirm(candidate, opened.tasks[task], subject.references.get(task, ""), subject.judges[task], own)

        known = attacks.instances()
        watcher.phase("attacking", None)
        outcome = attack(
            grading,
            subject,
            trials(known, cases(subject, wish.seed)),
            ask,
            clock,
            lambda count, _: watcher.advance(count),
        )
        watcher.phase("measuring", None)
        measures = measure(grading, subject)
        watcher.phase("making exploits small", None)
        findings = collect(grading, subject, outcome, measures, known, ask, watcher)
        curve = drawn_curve(grading, subject, outcome, wish.seed)
        contained = pool.contained
    return Report(
        spec=wish.spec,
        command=wish.command,
        opened=opened,
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        seed=wish.seed,
        budget=Budget(seconds=wish.seconds),
        seconds=time.monotonic() - began,
        calls=grading.calls,
        options=wish.options,
        format=subject.learned.format if subject.learned.found else None,
        format_share=len(subject.learned.paid) / max(1, len(subject.references)),
        format_tried=subject.learned.tried,
        anchors=_anchors(subject),
        reads=subject.reads,
        occurrence=subject.occurrence,
        findings=findings,
        forms=forms(outcome),
        measures=measures,
        curve=curve,
        tried=tally(outcome, known),
        not_tried=(),
        contained=contained,
    )


def study(grading: Grading, opened: Opened, watcher: Watcher) -> Subject:
    """Reads the grader: its source, the format that it pays for, the inputs that it looks at."""
    watcher.phase("reading the grader", None)
    facts = read(opened.files, (opened.file, opened.line))
    texts = {task.index: bare(task.answer) for task in opened.tasks if task.answer is not None}
    references = {index: text for index, text in texts.items() if text}
    judges = dict(
        zip(
            (task.index for task in opened.tasks),
            choose(opened.tasks, [references.get(task.index, "") for task in opened.tasks]),
            strict=True,
        )
    )
    wrong = wrong_answers(opened.tasks, references, judges, opened.program)
    learned = learn_format(grading, opened, references, wrong, facts)
    return Subject(
        opened=opened,
        facts=facts,
        references=references,
        wrong=wrong,
        judges=judges,
        learned=learned,
        reads=inputs(grading, learned, opened, references, wrong),
        occurrence=occurrence(grading, learned, references, wrong),
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
