"""reward-doctor: `audit(function)` on its own cases, which bring their own references.

Bug-level is what it calls exploits, wrong answers accepted and errors; right answers refused count unless it calls
the grader format-strict, which by its own words is no defect. Partial credit: the threshold is set where it asks for
one, at 0.99 of the best score seen. A verl grader is given its first row's data source and extra information.
"""

from collections import defaultdict

from reward_doctor import audit
from shim import Watch, finish, job, load, number, rows

work = job()
if work["protocol"] == "program":
    finish([], 0.0, "takes no program graders")
    raise SystemExit
watch = Watch()
grader, first = load(work), rows(work)[0]
if work["protocol"] == "verl":

    def target(solution_str, ground_truth):
        return number(grader(first["data_source"], solution_str, ground_truth, first.get("extra_info")))

else:
    target = grader
try:
    result = audit(target)
except Exception as problem:
    finish([], watch.seconds(), f"cannot call it: {problem}"[:200])
    raise SystemExit from None
if result.is_graded or any(outcome.score is not None and outcome.score < 0 for outcome in result.outcomes):
    best = max((outcome.score for outcome in result.outcomes if outcome.score is not None), default=0.0)
    result = audit(target, threshold=0.99 * best) if best > 0 else result
if len(result.errors) == len(result.outcomes):
    finish([], watch.seconds(), f"every case raises: {result.errors[0].error}"[:200])
    raise SystemExit
groups = defaultdict(list)
for outcome in result.outcomes:
    if outcome.passed:
        continue
    if outcome.error is not None:
        groups["crash", outcome.error.partition(":")[0]].append(outcome)
    elif outcome.failure_mode == "false positive":
        groups["false_positive", outcome.case.attack or outcome.case.category].append(outcome)
    else:
        groups["false_negative", outcome.case.category].append(outcome)
strict = result.profile == "format_strict"
finish(
    [
        {
            "kind": kind,
            "level": "warning" if strict and kind == "false_negative" else "bug",
            "cause": cause,
            "completion": outcomes[0].case.completion,
        }
        for (kind, cause), outcomes in groups.items()
    ],
    watch.seconds(),
)
