"""The words that the summary, the page and the documents share."""

from gyges.audit.records import Finding
from gyges.audit.report import Report, StepShare

NOUNS = {
    # kind: (one, several, what a card is headed with)
    "false_positive": ("hole", "holes", "hole"),
    "false_negative": ("false refusal", "false refusals", "false refusal"),
    "crash": ("crash", "crashes", "crash"),
    "side_effect": ("side effect", "side effects", "side effect"),
    "instability": ("instability", "instabilities", "unstable"),
    "out_of_range": ("score out of range", "scores out of range", "out of range"),
    "unread_input": ("unread input", "unread inputs", "unread input"),
    "contested": ("contested", "contested", "contested"),
}
ABOUT = {
    "false_positive": "a completion that is not right is paid",
    "false_negative": "a right answer is refused",
    "crash": "a completion ends the grader, or keeps it from answering",
    "side_effect": "grading does something beside returning a score",
    "instability": "the same completion does not always get the same score",
    "out_of_range": "a score lies outside what the grader declares",
    "unread_input": "the score does not depend on something that it has to depend on",
    "contested": "arguable: the author may want this, or nobody could judge it",
}
OCCURRENCES = {
    "first": "the first of several answers",
    "last": "the last of several answers",
    "any": "any one of several answers",
    "one": "one answer only: several are refused",
    "whole": "the completion as a whole",
    "marked": "what stands inside the marker",
    "unknown": "not found out",
}


def count(number: int, one: str, several: str = "") -> str:
    """`1 task`, `20 tasks`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def verdict(report: Report) -> str:
    """The first line of every output."""
    kinds = [kind for kind in NOUNS if kind != "contested"]
    numbers = {kind: sum(finding.kind == kind for finding in report.findings) for kind in kinds}
    parts = [count(numbers[kind], *NOUNS[kind][:2]) for kind in kinds if numbers[kind]]
    aside = f"{len(report.contested)} contested" if report.contested else ""
    if parts:
        found = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
        return f"{found} found" + (f"; {aside}" if aside else "")
    tried = f"{count(report.candidates, 'candidate')} on {count(len(report.opened.tasks), 'task')}"
    left = "; what was not tried is listed below" if report.not_tried else ""
    return f"Nothing found in {tried}" + (f"; {aside}" if aside else "") + left


def tone(report: Report) -> str:
    """`bad`, `careful` (only contested, or no format was found) or `good`."""
    if report.bugs:
        return "bad"
    return "careful" if report.contested or report.format is None else "good"


def layout(report: Report) -> str:
    """Which way of writing an answer down it pays for."""
    if report.opened.answer_only:
        return "none: the protocol hands over the bare answer"
    if report.opened.program:
        return "a program"
    if report.format is None:
        return (
            f"not found: none of {count(report.format_tried, 'format')} had its reference paid. "
            "Refused right answers cannot be told from a missing format, so none are reported"
        )
    frame = report.format.wrap("ANSWER")
    return f"{report.format.name}: {frame} (paid on {report.format_share:.0%} of the tasks)"


def figure(value: float | None) -> str:
    """A score for reading."""
    if value is None:
        return "none"
    return f"{value:.4g}".replace("-", "−")


def duration(seconds: float) -> str:
    """A time, short."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


def scores(finding: Finding) -> str:
    """`scores 1 where the reference gets 1`, as far as there are scores."""
    if finding.score is None:
        return "no score came" if finding.kind == "crash" else ""
    if finding.reference_score is None:
        return f"scores {figure(finding.score)}"
    return f"scores {figure(finding.score)} where the reference gets {figure(finding.reference_score)}"


def reach(finding: Finding) -> str:
    """`on 20 of 20 tasks`."""
    return f"on {finding.reach} of {count(finding.tried, 'task')}" if finding.tried else ""


def when(step: StepShare) -> str:
    """`at step 100`, `in steps 100 to 199`."""
    return f"at step {step.first:,}" if step.first == step.last else f"in steps {step.first:,} to {step.last:,}"


def behaviour(report: Report) -> list[tuple[str, str]]:
    """What was measured of the grader as a program: (name, sentence)."""
    measures = report.measures

    def answer(value: bool | None, yes: str, no: str) -> str:
        return "not tried" if value is None else yes if value else no

    rows = [
        ("determinism", answer(measures.deterministic, "the same call, the same score", "scores differ between calls")),
        ("batch order", answer(measures.order, "changes scores", "changes nothing")),
        ("batch size", answer(measures.size, "changes scores", "changes nothing")),
    ]
    if measures.low is not None and measures.high is not None:
        low, high = report.opened.low, report.opened.high
        declared = "no range declared" if low is None and high is None else f"declared {figure(low)} to {figure(high)}"
        rows.append(("scores seen", f"{figure(measures.low)} to {figure(measures.high)} ({declared})"))
    if measures.faults:
        told = ", ".join(f"{name} {times:,}" for name, times in sorted(measures.faults.items()))
        rows.append(("calls without a score", told))
    effects = ", ".join(f"{name} {times:,}" for name, times in sorted(measures.effects.items()))
    rows.append(("side effects", effects or "none seen"))
    if measures.median is not None:
        times = [("median", measures.median), ("95 %", measures.p95), ("longest", measures.longest)]
        told = ", ".join(f"{name} {duration(value)}" for name, value in times if value is not None)
        rows.append(("time per call", told))
    return rows
