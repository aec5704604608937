"""Says what the user's rollouts show: which high-scoring ones are wrong, why, and since when."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from gyges.audit.curve import Row
from gyges.audit.output.visible import shown
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.records import Task, Truth
from gyges.audit.report import Cluster, SamplesReport, StepShare
from gyges.audit.samples.likeness import alike
from gyges.audit.samples.rows import Sample, Samples
from gyges.audit.samples.symptoms import Setting, diagnose

HIGH = 0.5
"""High is at least half of the way from a plain wrong answer to the reference."""
BINS = 10
EXAMPLES = 4

Graded = Callable[[Sequence[tuple[int, str]]], Sequence[float | None]]
"""Scores (task, completion) pairs on the relative scale; None where the grader gave no score."""
Judge = Callable[[int, str], Truth]
"""Says whether a completion answers a task rightly."""


@dataclass(frozen=True)
class Judged:
    """A row with what the grader and the judge say of it."""

    sample: Sample
    relative: float | None
    right: bool | None
    """The user's own word, else the judge's; None if neither knows."""

    @property
    def high(self) -> bool:
        return self.relative is not None and self.relative >= HIGH


def judge_samples(samples: Samples, graded: Graded, judge: Judge) -> list[Judged]:
    """Grades all rows, and judges those that the user did not."""
    scores = graded([(sample.task, sample.completion) for sample in samples.rows])
    verdict = {Truth.RIGHT: True, Truth.WRONG: False, Truth.UNSURE: None}
    return [
        Judged(
            sample,
            score,
            verdict[judge(sample.task, sample.completion)] if sample.truth is None else sample.truth,
        )
        for sample, score in zip(samples.rows, scores, strict=True)
    ]


def pool(judged: Sequence[Judged]) -> list[Row]:
    """The rows for a curve; one without a score counts as a plain wrong answer's."""
    return [(one.sample.task, one.relative or 0.0, one.right) for one in judged]


def report_samples(
    samples: Samples,
    judged: Sequence[Judged],
    tasks: Mapping[int, Task],
    references: Mapping[int, str],
    frame: Format | None,
    program: bool = False,
) -> SamplesReport:
    """What the rows show.

    **Arguments:**

    - `judged`: the rows as `judge_samples` gives them.
    - `tasks`, `references`: by task index; bare answers.
    - `frame`: the format that is paid, None if none was found.
    """
    high = [one for one in judged if one.high]
    wrong = [one for one in high if one.right is False]
    lengths = [len(one.sample.completion) for one in judged if one.right] or [
        len(one.sample.completion) for one in judged
    ]
    usual = float(median(lengths)) if lengths else 0.0
    named: dict[str, list[Judged]] = defaultdict(list)
    titles: dict[str, str] = {}
    rest = []
    for one in wrong:
        task = one.sample.task
        text = tasks[task].text if task in tasks else ""
        setting = Setting(references.get(task, ""), text, frame or BARE, usual, program)
        symptom = diagnose(one.sample.completion, setting)
        if symptom is None:
            rest.append(one)
        else:
            named[symptom.root_cause].append(one)
            titles[symptom.root_cause] = symptom.title
    _group(rest, named, titles)
    clusters = [_cluster(cause, titles[cause], group, judged) for cause, group in named.items()]
    failed = sum(one.relative is None for one in judged)
    notes = list(samples.notes)
    if failed:
        notes.append(f"The grader gave no score for {failed:,} of the rows.")
    unjudged = sum(one.right is None for one in high)
    if unjudged:
        notes.append(f"{unjudged:,} high-scoring rows could not be judged: they count neither as right nor as wrong.")
    return SamplesReport(
        file=samples.file,
        rows=len(judged),
        tasks=len({one.sample.task for one in judged}),
        high=len(high),
        wrong=len(wrong),
        unjudged=unjudged,
        clusters=tuple(sorted(clusters, key=lambda cluster: (-cluster.count, cluster.root_cause))),
        steps=by_step(judged, wrong),
        notes=tuple(notes),
    )


def by_step(everyone: Sequence[Judged], some: Sequence[Judged]) -> tuple[StepShare, ...]:
    """The share of `some` among `everyone`, by step, or by ranges of steps with about as many rows each."""
    steps = sorted(one.sample.step for one in everyone if one.sample.step is not None)
    if not steps:
        return ()
    edges = sorted(set(steps))
    if len(edges) > BINS:
        edges = sorted({steps[len(steps) * part // BINS] for part in range(BINS)})
    shares = []
    for at, first in enumerate(edges):
        after = edges[at + 1] if at + 1 < len(edges) else steps[-1] + 1

        def within(rows: Sequence[Judged], low: int = first, high: int = after) -> list[int]:
            return [one.sample.step for one in rows if one.sample.step is not None and low <= one.sample.step < high]

        inside = within(everyone)
        shares.append(StepShare(min(inside), max(inside), len(within(some)), len(inside)))
    return tuple(shares)


def _group(rest: Sequence[Judged], named: dict[str, list[Judged]], titles: dict[str, str]) -> None:
    """Groups what shows no symptom by likeness; what is like nothing else is one group of its own kind."""
    number = 0
    for group in alike([one.sample.completion for one in rest]):
        members = [rest[place] for place in group]
        if len(members) == 1:
            named["other"] += members
            titles["other"] = "wrong in a way that has no name here"
            continue
        number += 1
        named[f"pattern_{number}"] = members
        titles[f"pattern_{number}"] = f"all much like: {shown(members[0].sample.completion, 60)}"


def _cluster(cause: str, title: str, group: Sequence[Judged], everyone: Sequence[Judged]) -> Cluster:
    short = sorted({one.sample.completion for one in group}, key=lambda text: (len(text), text))
    return Cluster(
        root_cause=cause,
        title=title,
        count=len(group),
        examples=tuple(short[:EXAMPLES]),
        relative=mean(one.relative or 0.0 for one in group),
        steps=by_step(everyone, group),
    )
