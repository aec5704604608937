"""All findings of an audit, from what was read, tried and measured."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from gyges.audit.attacks.base import Attack
from gyges.audit.attacks.causes import Cause
from gyges.audit.findings.absorbing import absorb
from gyges.audit.findings.grouping import grouped
from gyges.audit.findings.making import make
from gyges.audit.findings.minimal import blame, minimise
from gyges.audit.findings.programs import gathered
from gyges.audit.findings.whole import prefilled, rejected, unread, unstable
from gyges.audit.grading import Grading
from gyges.audit.mistakes import Confirm, Mistake
from gyges.audit.records import Finding
from gyges.audit.report import Measures, ranked
from gyges.audit.search.causes import CAUSES
from gyges.audit.subject import Subject
from gyges.audit.trial import Outcome
from gyges.audit.watcher import Watcher


def collect(
    grading: Grading,
    subject: Subject,
    outcome: Outcome,
    measures: Measures,
    attacks: Mapping[str, Attack],
    confirm: Confirm,
    watcher: Watcher,
) -> tuple[Finding, ...]:
    """One finding per kind and root cause, the worst first."""
    groups: dict[tuple[str, str], list[Mistake]] = defaultdict(list)
    whole = list(unread(subject, outcome.mistakes, grading))
    for kind, slug, group in whole:
        groups[kind, slug] += group
    scores = [(task, score.value) for (task, _), score in grading.known.items() if score.value is not None]
    for key, group in grouped(subject, gathered(_explained(outcome.mistakes, bool(whole))), scores).items():
        groups[key] += group
    groups = absorb(
        groups,
        subject.learned.format.marked,
        bool(subject.facts.memberships),
        measures.deterministic is not False,
    )
    whole_grader = [*prefilled(subject, grading), *unstable(subject, measures)]
    if measures.deterministic is not False:
        whole_grader += rejected(subject, grading)
    for mistake in whole_grader:
        groups.setdefault((mistake.kind, mistake.cause), []).append(mistake)
    known = causes(attacks)
    findings = []
    for (kind, slug), group in groups.items():
        tried = {task for mistake in group for task in outcome.by_cause.get(mistake.candidate.cause, ())}
        finding = make(
            subject,
            kind,
            slug,
            group,
            known,
            lambda mistake: minimise(grading, subject, mistake, confirm),
            len(tried) or len(subject.learned.scales),
            lambda mistake: blame(grading, subject, mistake),
        )
        watcher.found(finding)
        findings.append(finding)
    return ranked(tuple(findings))


def _explained(found: Sequence[Mistake], whole: bool) -> list[Mistake]:
    """Mistakes that a finding on the grader as a whole, or one of an attack, does not explain already."""
    paid = {mistake.task for mistake in found if mistake.kind == "false_positive" and mistake.cause not in CAUSES}
    return [
        mistake
        for mistake in found
        if mistake.kind not in ("false_positive", "false_negative")
        or (mistake.kind == "false_positive" and not whole and not (mistake.cause in CAUSES and paid))
        or (mistake.kind == "false_negative" and not (whole and mistake.candidate.arguable))
    ]


def causes(attacks: Mapping[str, Attack]) -> dict[str, Cause]:
    """What all attacks, and the search, say of their causes."""
    return {slug: cause for attack in attacks.values() for slug, cause in attack.causes.items()} | CAUSES
