"""What an audit did not try, in sentences: not measured is not clean."""

from collections.abc import Iterator, Mapping

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.subject import Subject
from gyges.audit.trial import Outcome


def untried(
    subject: Subject, outcome: Outcome, attacks: Mapping[str, Attack], cases: list[Case], policy: bool, samples: bool
) -> Iterator[str]:
    """Everything that was left out, and why."""
    opened = subject.opened
    without = len(opened.tasks) - len(subject.references)
    if without:
        yield f"{without} of {len(opened.tasks)} tasks have no reference, so nothing could be judged on them."
    if not subject.learned.found and subject.references:
        yield (
            f"No format was found that the grader pays for, in {subject.learned.tried} tried. So wrong answers that "
            "are paid, and right ones that are refused, could hardly be looked for. Give tasks whose prompt shows the "
            "format, or an answer in the very form that the grader takes."
        )
    if outcome.cut:
        yield "The budget ended before all candidates were tried; --budget SECONDS gives more time."
    given_up = sum(score.fault == "untried" for _, _, score in outcome.scored)
    if given_up:
        yield f"{given_up} completions were not graded, since the grader had stalled too often."
    mine = {name: attack for name, attack in attacks.items() if name.startswith("programs") is opened.program}
    idle = [name for name, attack in mine.items() if not any(attack.suits(case) for case in cases)]
    if idle:
        yield f"Families without anything to try on this grader: {', '.join(idle)}."
    if outcome.skipped:
        yield f"Given up after they had stalled the grader: {', '.join(sorted(outcome.skipped))}."
    if not opened.files:
        yield "The grader's source could not be read, so nothing was aimed at what it does."
    if not policy:
        yield (
            "How likely a policy is to write these completions, and so when training would find them; --policy DIR "
            "asks a language model."
        )
    if not samples:
        yield "What your own training has found; --samples FILE reads its rollouts."
    yield "Attacks by a language model that reads the grader. Completions of more than 200,000 characters."
