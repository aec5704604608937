"""gradecheck: its completion attacks on a stand-in for a verifiers environment, over all tasks; for program graders
its attacks on a workspace, on the first tasks, where an empty solution is what the agent starts from.

The stand-in's parser writes answers in the grader's own format, which is more than gradecheck would find by itself.
Bug-level is FOOLED, what its exit code is 1 for; `answer-leak` is of the tasks and is left out.
"""

import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from gradecheck import runner
from gradecheck.completion_attacks import run_all
from gradecheck.verifiers_env import VerifiersEnv
from shim import Watch, finish, job, one_at_a_time, rows

WORKSPACES = 3
GRADE = """
import json, os, sys
sys.path.insert(0, {here!r})
from shim import one_at_a_time
work, row, folder = json.load(open({job!r})), json.load(open({row!r})), sys.argv[1]
value = one_at_a_time(work)(open(os.path.join(folder, "solution.py")).read(), row)
print("RESULT: PASS" if value > 0.99 else "RESULT: FAIL")
"""


def workspaces(work):
    """What gradecheck finds on the first tasks of a program grader."""
    found = []
    for row in rows(work)[:WORKSPACES]:
        folder = Path(tempfile.mkdtemp())
        (folder / "task").mkdir()
        (folder / "task" / "solution.py").write_text("# write the solution here\n")
        (folder / "job.json").write_text(json.dumps(work))
        (folder / "row.json").write_text(json.dumps(row))
        here = str(Path(__file__).parent)
        grade = GRADE.format(here=here, job=str(folder / "job.json"), row=str(folder / "row.json"))
        (folder / "grade.py").write_text(grade)
        (folder / "gradecheck.toml").write_text(
            f'[env]\nworkspace = "task"\nsource_globs = ["*.py"]\n[grade]\n'
            f'cmd = "{sys.executable} grade.py {{workspace}}"\ntimeout = 30\npass_marker = "RESULT: PASS"\n'
            f'source = ["{work["file"]}"]\n'
        )
        found += runner.run(folder / "gradecheck.toml").findings
    return found


def completions(work):
    """What it finds with completions."""
    tasks = rows(work)
    grader = one_at_a_time(work)

    def reward(completion, **columns):
        row = {name: columns[name] for name in tasks[0] if name in columns}
        return grader(completion, row)

    parser = SimpleNamespace(answer_field="answer", format=lambda answer: work["wrap"].replace("{answer}", answer))
    best = 1.0
    for row in tasks:
        try:
            best = max(best, grader(parser.format(row["answer"].rpartition("####")[2].strip()), row))
        except Exception:
            break
    environment = SimpleNamespace(
        message_type="completion",
        parser=parser,
        pass_threshold=0.5 * best,
        rubric=SimpleNamespace(funcs=[reward], weights=[1.0]),
        get_dataset=lambda: tasks,
    )
    return run_all(VerifiersEnv(environment, sample=len(tasks)))


work = job()
watch = Watch()
findings = workspaces(work) if work["protocol"] == "program" else completions(work)
finish(
    [
        {
            "kind": "false_positive",
            "level": {"fooled": "bug", "warn": "warning"}[finding.verdict],
            "cause": finding.attack,
        }
        for finding in {(found.attack, found.verdict): found for found in findings}.values()
        if finding.verdict in ("fooled", "warn") and finding.attack != "answer-leak"
    ],
    watch.seconds(),
)
