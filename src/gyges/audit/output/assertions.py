"""What a test of one finding demands: it fails while the finding stands, and holds once the grader is mended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gyges.audit.records import Exhibit, Finding
from gyges.audit.report import Report

STALLED = ("hung", "memory", "killed", "timeout")


@dataclass(frozen=True)
class Demand:
    """The body of a test that is given `task` and `completion`, as source without its indentation."""

    lines: Sequence[str]
    sentence: str
    """What it demands, for the docstring."""
    apart: bool = False
    """Whether the grader has to run in a process of its own."""


def demand(finding: Finding, report: Report) -> Demand | None:
    """What to demand for a finding; None where no test can say it."""
    maker = _MAKERS.get(finding.kind)
    return None if maker is None else maker(finding, report)


def exhibits(finding: Finding, report: Report, most: int = 3) -> list[Exhibit]:
    """The tasks and completions of a test: the finding's own, then the shortest others."""
    known = {task.index for task in report.opened.tasks}
    first = Exhibit(finding.task, finding.completion, finding.score, finding.relative)
    others = sorted(
        (one for one in finding.exhibits if one.task != finding.task and one.task in known),
        key=lambda one: (len(one.completion), one.task),
    )
    return [one for one in (first, *others[: most - 1]) if one.task in known]


def _paid(finding: Finding, report: Report) -> Demand:
    if any(anchor.task == finding.task for anchor in report.anchors):
        lines = ["assert score(task, completion) < middle(task)"]
        return Demand(lines, "It has to earn less than half of what the right answer earns above a plain wrong one.")
    lines = [f"assert score(task, completion) < {finding.score!r}"]
    return Demand(lines, "It has to earn less than it did when the audit ran.")


def _refused(finding: Finding, report: Report) -> Demand:
    if any(finding.completion == anchor.honest for anchor in report.anchors if anchor.task == finding.task):
        lines = ["assert score(task, completion) > score(task, WRONG[task])"]
        return Demand(lines, "It is right, and has to earn more than a plain wrong answer.")
    lines = ["assert score(task, completion) == pytest.approx(score(task, HONEST[task]))"]
    return Demand(lines, "It is right, and has to earn what the reference earns.")


def _crashed(finding: Finding, report: Report) -> Demand:
    stalled = finding.root_cause.startswith(STALLED)
    call = "apart" if stalled else "score"
    return Demand([f"assert math.isfinite({call}(task, completion))"], "It has to earn some number.", apart=stalled)


def _outside(finding: Finding, report: Report) -> Demand:
    low, high = report.opened.low, report.opened.high
    if finding.score is None:
        return Demand(["assert math.isfinite(score(task, completion))"], "The score has to be a finite number.")
    if finding.root_cause.startswith("below"):
        bound = f"{low!r}" if low is not None else "min(score(task, WRONG[task]) for task in WRONG)"
        return Demand([f"assert score(task, completion) >= {bound}"], "The score has to keep to its range.")
    bound = f"{high!r}" if high is not None else "max(score(task, HONEST[task]) for task in HONEST)"
    return Demand([f"assert score(task, completion) <= {bound}"], "The score has to keep to its range.")


def _unread(finding: Finding, report: Report) -> Demand:
    anchored = [task for task in report.opened.tasks if any(task.index == anchor.task for anchor in report.anchors)]
    if len({repr(task.answer) for task in anchored}) > 1:
        lines = [
            "other = next(other for other in HONEST if TASKS[other][ANSWER] != TASKS[task][ANSWER])",
            "swapped = {**TASKS[task], ANSWER: TASKS[other][ANSWER]}",
            "assert score(task, HONEST[task], swapped) < score(task, HONEST[task])",
        ]
        return Demand(lines, "The right answer has to earn less where the reference is another one.")
    return Demand(["assert score(task, WRONG[task]) < score(task, HONEST[task])"], "A wrong answer has to earn less.")


def _unstable(finding: Finding, report: Report) -> Demand:
    if finding.root_cause.startswith("batch"):
        lines = [
            "tasks = [one for one in HONEST for _ in range(2)]",
            "completions = [text for one in HONEST for text in (HONEST[one], WRONG[one])]",
            "alone = [score(one, text) for one, text in zip(tasks, completions)]",
            "rows = [TASKS[one] for one in tasks]",
            "assert grades(rows, completions) == alone",
            "assert grades(rows[::-1], completions[::-1]) == alone[::-1]",
        ]
        return Demand(lines, "A completion has to earn the same in any batch.")
    lines = ["assert len({score(task, completion) for _ in range(20)}) == 1"]
    return Demand(lines, "The same completion has to earn the same each time.")


def _acted(finding: Finding, report: Report) -> Demand | None:
    kind = finding.root_cause.removeprefix("effect_")
    if kind == "state":
        return None
    lines = [f"assert effects(task, completion, {kind!r}) == []"]
    return Demand(lines, "Grading it has to leave nothing behind.", apart=True)


_MAKERS: dict[str, Callable[[Finding, Report], Demand | None]] = {
    "false_positive": _paid,
    "false_negative": _refused,
    "crash": _crashed,
    "out_of_range": _outside,
    "unread_input": _unread,
    "instability": _unstable,
    "side_effect": _acted,
}
