"""The user's own rollouts and policy: what training has found, and what it would find."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gyges.audit.curve import best_of_n
from gyges.audit.grading import Grading
from gyges.audit.mistakes import Confirm
from gyges.audit.policy import log_probabilities
from gyges.audit.records import Candidate, Finding, Relation, Truth
from gyges.audit.report import Curve, SamplesReport
from gyges.audit.samples import judge_samples, pool, read_samples, report_samples
from gyges.audit.subject import Subject


def rollouts(
    grading: Grading, subject: Subject, path: Path, confirm: Confirm, seed: int
) -> tuple[Curve | None, SamplesReport]:
    """What the user's own rollouts show, and the curve that is drawn of them."""
    tasks = {task.index: task for task in subject.opened.tasks}
    samples = read_samples(path, subject.opened.tasks)

    def graded(pairs: Sequence[tuple[int, str]]) -> list[float | None]:
        scores = grading.scores(pairs)
        return [
            subject.learned.relative(task, score.value)
            if score.value is not None and task in subject.learned.scales
            else None
            for (task, _), score in zip(pairs, scores, strict=True)
        ]

    def judge(task: int, completion: str) -> Truth:
        return confirm(Candidate(completion, Relation.UNKNOWN, "rollout"), task)[0]

    judged = judge_samples(samples, graded, judge)
    report = report_samples(samples, judged, tasks, subject.references, subject.learned.format, subject.opened.program)
    return best_of_n(pool(judged), "samples", f"Drawn of the rollouts in {path.name}.", seed), report


def reachable(findings: Sequence[Finding], subject: Subject, policy: Path, python: str) -> tuple[Finding, ...]:
    """Findings with the log-probability that a language model gives their completion."""
    tasks = {task.index: task for task in subject.opened.tasks}
    values = log_probabilities(
        policy, [(tasks[finding.task].prompt, finding.completion) for finding in findings], python
    )
    return tuple(replace(finding, log_probability=value) for finding, value in zip(findings, values, strict=True))
