"""Makes one finding of a group of mistakes: the clearest example, made small, with how far it reaches."""

from collections.abc import Callable, Mapping, Sequence

from gyges.audit.attacks.causes import Cause
from gyges.audit.findings.causes import explain
from gyges.audit.mistakes import Mistake
from gyges.audit.records import Exhibit, Finding
from gyges.audit.search.distance import distance
from gyges.audit.subject import Subject

EXAMPLES = 4
FAR = 2_000
"""Completions longer than this are not measured by edit distance, which takes the square of their length."""

Minimise = Callable[[Mistake], Mistake]


def make(
    subject: Subject,
    kind: str,
    slug: str,
    group: Sequence[Mistake],
    known: Mapping[str, Cause],
    minimise: Minimise,
    tried: int,
    blame: Callable[[Mistake], str],
) -> Finding:
    """The finding of a group.

    **Arguments:**

    - `known`: the causes that attacks name.
    - `minimise`: gives the smallest mistake of the same kind that can be had from one.
    - `tried`: on how many tasks candidates of these causes were tried.
    - `blame`: the line of the grader that is responsible for a mistake, or nothing.
    """
    clearest = minimise(min(group, key=_clarity))
    cause = explain(slug, dict(known))
    honest = subject.learned.honest.get(clearest.task, "")
    near = honest and max(len(honest), len(clearest.candidate.completion)) <= FAR
    scale = subject.learned.scales.get(clearest.task)
    return Finding(
        kind=kind,
        root_cause=slug,
        title=cause.title,
        completion=clearest.candidate.completion,
        task=clearest.task,
        score=clearest.score.value,
        reference_score=None if scale is None else scale.reference,
        reach=len({mistake.task for mistake in group}),
        tried=max(tried, len({mistake.task for mistake in group})),
        why=_why(cause, clearest),
        mend=cause.mend,
        line=blame(clearest),
        family=clearest.candidate.family,
        causes=tuple(sorted({mistake.cause for mistake in group})),
        relative=clearest.relative
        if kind in ("false_positive", "false_negative", "contested", "unread_input")
        else None,
        honest=honest,
        distance=distance(honest, clearest.candidate.completion) if near else None,
        examples=tuple(
            dict.fromkeys(
                mistake.candidate.completion for mistake in sorted(group, key=_clarity) if mistake is not clearest
            )
        )[:EXAMPLES],
        detail=clearest.detail,
        exhibits=_exhibits(group),
    )


def _exhibits(group: Sequence[Mistake]) -> tuple[Exhibit, ...]:
    """The clearest example of each task that the group reaches."""
    best: dict[int, Mistake] = {}
    for mistake in sorted(group, key=_clarity):
        best.setdefault(mistake.task, mistake)
    return tuple(
        Exhibit(task, mistake.candidate.completion, mistake.score.value, mistake.relative)
        for task, mistake in sorted(best.items())
    )


def _clarity(mistake: Mistake) -> tuple[bool, float, bool, int, int]:
    """Unarguable before arguable, paid more before paid less, common letters before rare ones, short before long."""
    return (
        bool(mistake.candidate.arguable),
        -round(mistake.relative, 3),
        not mistake.candidate.completion.isascii(),
        len(mistake.candidate.completion),
        mistake.task,
    )


def _why(cause: Cause, mistake: Mistake) -> str:
    parts = [cause.why]
    if mistake.reason and mistake.reason != cause.why:
        parts.append(mistake.reason)
    if mistake.candidate.arguable:
        parts.append(mistake.candidate.arguable)
    return ". ".join(f"{part[:1].upper()}{part[1:]}".rstrip(".") for part in parts) + "."
