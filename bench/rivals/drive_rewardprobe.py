"""rewardprobe: `Probe().test_fn(function, tasks)`, its quick check; the deep modes need a paid model.

Bug-level is `critical`, what its `--ci` fails on. `state_leak` says that a task's answer stands in another column: that
is of the tasks, not of the grader, and is left out. verl graders are passed with the two names that it knows first.
"""

from rewardprobe import Probe
from shim import Watch, finish, job, load, number, rows

KINDS = {"schema": "out_of_range", "stateful": "instability"}
"""Families whose findings are not of a wrong answer paid."""

work = job()
if work["protocol"] == "program":
    finish([], 0.0, "takes no program graders")
    raise SystemExit
watch = Watch()
grader, tasks = load(work), rows(work)
if work["protocol"] == "verl":

    def compute_score(solution_str, ground_truth, data_source="", extra_info=None):
        return number(grader(data_source, solution_str, ground_truth, extra_info))

    target = compute_score
else:
    target = grader
try:
    report = Probe(num_tasks=len(tasks)).test_fn(target, tasks, name=work["function"])
except Exception as problem:
    finish([], watch.seconds(), f"cannot call it: {type(problem).__name__}: {problem}"[:200])
    raise SystemExit from None


def kind(finding):
    if finding.error:
        return "crash"
    if finding.family in KINDS:
        return KINDS[finding.family]
    if finding.expected_reward is not None and finding.actual_reward is not None:
        return "false_negative" if finding.actual_reward < finding.expected_reward else "false_positive"
    return "false_positive"


finish(
    [
        {
            "kind": kind(finding),
            "level": {"critical": "bug", "warning": "warning"}.get(finding.severity.value, "info"),
            "cause": finding.attack,
            "completion": finding.input,
        }
        for finding in report.findings
        if finding.attack != "state_leak"
    ],
    watch.seconds(),
)
