"""Made-up audits for the tests of the outputs."""

from dataclasses import replace
from typing import Any

from gyges.audit.curve import best_of_n
from gyges.audit.reading.formats import Format
from gyges.audit.records import Exhibit, Finding, Opened, Task
from gyges.audit.report import (
    Anchor,
    Budget,
    Cluster,
    FormRate,
    InputRead,
    Measures,
    Report,
    SamplesReport,
    SearchPoint,
    StepShare,
    Tried,
    ranked,
)

HOSTILE = (
    '</script><img src=x onerror="document.title=1">\x1b[2J\x1b]0;owned\x07\u202eevil\u2066'
    " [bold red]x[/] \ud800\x00 & 'q'"
)
"""Drives a browser, a terminal, rich and a reader's eye, and is not valid Unicode."""
BOX = Format("box", before="\\boxed{", after="}")
TASKS = tuple(
    Task(at, f"What is {at} + {at}?", str(2 * at), "answer", {"prompt": f"What is {at} + {at}?", "answer": str(2 * at)})
    for at in range(20)
)
OPENED = Opened(
    protocol="plain",
    name="accuracy_reward",
    tasks=TASKS,
    signature="(completion, answer)",
    file="my_rewards.py",
    files=("my_rewards.py",),
    line=3,
    columns=("answer",),
    versions={"python": "3.12.1"},
)


def finding(kind: str, cause: str, **fields: Any) -> Finding:
    """A finding with what every finding has."""
    usual: dict[str, Any] = {
        "title": f"{cause.replace('_', ' ')} is paid",
        "completion": "The answer is not \\boxed{6}.",
        "task": 3,
        "score": 1.0,
        "reference_score": 1.0,
        "reach": 20,
        "tried": 20,
        "why": "number: the completion denies the reference",
        "mend": "read the sentence that the answer stands in",
        "line": "my_rewards.py:7",
        "family": "framing",
        "relative": 1.0,
        "honest": "\\boxed{6}",
        "distance": 18,
        "exhibits": tuple(Exhibit(at, f"The answer is not \\boxed{{{2 * at}}}.", 1.0, 1.0) for at in range(20)),
    }
    return Finding(kind, cause, **{**usual, **fields})


FINDINGS = ranked(
    (
        finding("contested", "other_notation", title="a fraction is refused where the reference is a decimal"),
        finding("false_positive", "negated_answer", title="an answer that the completion denies is paid"),
        finding(
            "false_negative",
            "trailing_period",
            title="a full stop after the answer has it refused",
            completion="\\boxed{6.}",
            score=0.0,
            relative=0.0,
            reach=9,
            exhibits=tuple(Exhibit(at, f"\\boxed{{{2 * at}.}}", 0.0, 0.0) for at in range(9)),
        ),
        finding(
            "crash",
            "raised_ValueError",
            title="an empty box ends the grader",
            completion="\\boxed{}",
            score=None,
            relative=None,
            reach=20,
            detail="ValueError: could not convert string to float: ''",
            exhibits=tuple(Exhibit(at, "\\boxed{}") for at in range(20)),
        ),
    )
)


def sample_report(**fields: Any) -> Report:
    """An audit that found something of most kinds."""
    pool = [
        (task, proxy, truth)
        for task in range(20)
        for proxy, truth in [(1.0, True)] * 6 + [(0.0, False)] * 24 + [(1.0 + task / 40, False)] + [(0.5, None)]
    ]
    curve = best_of_n(pool, "generator", "a mixture of honest and attacking completions")
    search = tuple(SearchPoint(calls, min(1.2, calls / 800), 0.2, 0.3) for calls in (1, 10, 100, 400, 1200))
    steps = tuple(StepShare(at * 100, at * 100 + 99, at * 3, 40) for at in range(6))
    usual: dict[str, Any] = {
        "spec": "my_rewards.py:accuracy_reward",
        "command": "gyges audit my_rewards.py:accuracy_reward --tasks tasks.jsonl",
        "opened": OPENED,
        "created": "2026-03-01 12:00 UTC",
        "budget": Budget("default", 4000, 10.0),
        "seconds": 6.14,
        "calls": 2345,
        "format": BOX,
        "format_share": 1.0,
        "format_tried": 12,
        "anchors": tuple(Anchor(at, f"\\boxed{{{2 * at}}}", 1.0, f"\\boxed{{{2 * at + 1}}}", 0.0) for at in range(20)),
        "reads": (
            InputRead("column answer", True, changed=5, tried=5, detail="the reference"),
            InputRead("completion: the text after the answer", False, changed=0, tried=5),
            InputRead("column prompt", None),
        ),
        "occurrence": "last",
        "findings": FINDINGS,
        "forms": (
            FormRate("trailing full stop", 9, 20, "\\boxed{6.}"),
            FormRate("thousands separator", 0, 12, "\\boxed{1,000}"),
            FormRate("scientific notation", 3, 4, "\\boxed{6e0}"),
        ),
        "measures": Measures(True, False, False, 0.0, 1.0, {"raised": 20}, {}, 0.00004, 0.0002, 0.003),
        "curve": None if curve is None else replace(curve, search=search),
        "samples": SamplesReport(
            "rollouts.jsonl",
            240,
            20,
            90,
            45,
            2,
            (Cluster("negated_answer", "an answer that is denied", 45, ("It is not \\boxed{6}.",), 1.0, steps),),
            steps,
            ("3 rows name no task and were left out",),
        ),
        "tried": (Tried("framing", 320, 20, "the answer wrongly framed"), Tried("no-answer", 80, 20, "no answer")),
        "not_tried": ("No policy was given (--policy), so how likely a model is to write an exploit is not known.",),
        "contained": ("Time, memory and processes are limited.", "The network is closed.", "Reading files is open."),
    }
    return Report(**{**usual, **fields})


def hostile_report() -> Report:
    """An audit in which every text is hostile."""
    bad = finding(
        "false_positive",
        "negated_answer",
        title=HOSTILE,
        completion=HOSTILE,
        why=HOSTILE,
        mend=HOSTILE,
        line=f"{HOSTILE}:7",
        detail=HOSTILE,
        honest=HOSTILE,
        examples=(HOSTILE,),
        exhibits=(Exhibit(3, HOSTILE, 1.0, 1.0),),
        family=HOSTILE,
    )
    task = Task(3, HOSTILE, HOSTILE, "answer", {"prompt": HOSTILE, "answer": HOSTILE, HOSTILE: HOSTILE})
    return sample_report(
        spec=HOSTILE,
        command=HOSTILE,
        opened=replace(OPENED, name=HOSTILE, tasks=(task,), doc=HOSTILE, notes=(HOSTILE,), versions={HOSTILE: HOSTILE}),
        format=Format(HOSTILE, before=HOSTILE),
        anchors=(Anchor(3, HOSTILE, 1.0, HOSTILE, 0.0),),
        findings=(bad, replace(bad, kind="contested")),
        reads=(InputRead(HOSTILE, True, detail=HOSTILE, changed=1, tried=1),),
        forms=(FormRate(HOSTILE, 1, 2, HOSTILE),),
        measures=Measures(details=(HOSTILE,), faults={HOSTILE: 1}, effects={HOSTILE: 1}),
        samples=SamplesReport(HOSTILE, 1, 1, 1, 1, 0, (Cluster(HOSTILE, HOSTILE, 1, (HOSTILE,), 1.0),), (), (HOSTILE,)),
        tried=(Tried(HOSTILE, 1, 1, HOSTILE),),
        not_tried=(HOSTILE,),
        contained=(HOSTILE,),
    )


def clean_report() -> Report:
    """An audit that found nothing."""
    return sample_report(findings=(), samples=None, curve=None, forms=())
