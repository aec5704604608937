"""The page about the audit tells the truth: its examples come out as it says, its options and files are there."""

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from rich.console import Console

from gyges.audit import attacks
from gyges.audit.conduct import Wish, audit
from gyges.audit.output import tests as emitted
from gyges.audit.output.terminal import summarise
from gyges.audit.report import Report
from gyges.cli import app
from gyges.faults import Exit
from gyges.registry import load_file

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLES = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TASKS = EXAMPLES / "audit_tasks.jsonl"
ENOUGH = 120.0
"""Seconds in which any machine tries all that there is, so that the outcome does not depend on its speed."""
SHORT = 1.0


def audited(name: str, folder: Path = EXAMPLES, **more: object) -> Report:
    return audit(Wish(**{"spec": f"{folder / name}.py:accuracy_reward", "tasks": TASKS, "seconds": ENOUGH, **more}))


def summary(report: Report) -> str:
    printed = Console(file=io.StringIO(), width=96)
    summarise(report, printed)
    return "\n".join(line.rstrip() for line in printed.file.getvalue().splitlines())


def console(command: str) -> str:
    """What the page shows below a command."""
    (block,) = (block for block in CONSOLES if block.startswith(f"$ {command}\n") and block.count("\n") > 1)
    return block.split("\n", 1)[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the reward in it, to be mended."""
    folder = tmp_path_factory.mktemp("graded")
    shutil.copy(EXAMPLES / "accuracy_reward.py", folder)
    return folder


@pytest.fixture(scope="module")
def report(folder):
    return audited("accuracy_reward", folder)


@pytest.fixture(scope="module")
def mended():
    return audited("accuracy_reward_mended")


def steady(text: str) -> list[str]:
    """The lines that the machine's speed does not decide, nor the luck of what a finding was shrunk to."""
    changing = re.compile(
        r"contested|calls in|candidates on|time per call|^ +\d+  \d\.\d\d|^Tests:|Windows line end|…|- "
    )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shrunk = {at + 1 for at, line in enumerate(lines) if re.match(r"\d+ (?:hole|contested)  ", line)}
    return [line for at, line in enumerate(lines) if at not in shrunk and not changing.search(line)]


# What the page shows is what comes out.


def test_the_summary_on_the_page_is_the_one_that_is_printed(report):
    shown = console(
        "gyges audit accuracy_reward.py:accuracy_reward --tasks audit_tasks.jsonl --emit-tests test_accuracy_reward.py"
    )
    printed = re.sub(r"\S*accuracy_reward\.py", "accuracy_reward.py", summary(report))
    flat = " ".join(printed.split())
    assert len(steady(shown)) > 30
    for line in steady(shown):
        assert " ".join(line.split()) in flat, line


def test_the_reward_has_the_holes_that_the_page_tells_of(report):
    assert {finding.root_cause for finding in report.bugs} == {"last_number", "number_in_part"}
    assert {(finding.reach, finding.tried) for finding in report.bugs} == {(20, 20)}


def test_the_curve_parts_as_the_page_says(report):
    last = report.curve.points[-1]
    assert last.proxy > 0.99
    assert last.most < 0.95


def test_the_mended_reward_comes_out_clean(mended):
    assert not mended.bugs
    assert [finding.title for finding in mended.contested] == ["It insists on one notation"]
    assert summary(mended).startswith("Nothing found in ")
    refused = {form.form for form in mended.forms if form.refused == form.tried}
    assert {"unit of the prompt", "bold", "in a sentence that ends"} <= refused


def test_the_emitted_tests_fail_and_pass_once_the_reward_is_mended(report, folder):
    emitted.write(report, folder / "test_accuracy_reward.py")
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_accuracy_reward.py"]
    before = subprocess.run(pytest_, cwd=folder, capture_output=True, text=True)
    assert "6 failed" in before.stdout
    assert "passed" not in before.stdout
    shutil.copy(EXAMPLES / "accuracy_reward_mended.py", folder / "accuracy_reward.py")
    after = subprocess.run(pytest_, cwd=folder, capture_output=True, text=True)
    assert "6 passed" in after.stdout, after.stdout


def test_the_given_truth_finds_nothing_in_the_mended_reward():
    found = audited("accuracy_reward_mended", truth=f"{EXAMPLES / 'audit_truth.py'}:is_right", seconds=SHORT)
    assert not found.bugs


def test_the_rollouts_show_what_the_page_says():
    found = audited("accuracy_reward", samples=EXAMPLES / "audit_rollouts.jsonl", seconds=SHORT)
    shown = console(
        "gyges audit accuracy_reward.py:accuracy_reward --tasks audit_tasks.jsonl --samples audit_rollouts.jsonl"
    )
    printed = " ".join(summary(found).replace(f"{EXAMPLES}/", "").split())
    lines = [" ".join(line.split()) for line in shown.splitlines() if "score high" in line or "at step" in line]
    assert len(lines) > 2
    assert all(line in printed for line in lines)


def test_the_attack_finds_what_it_is_for(tmp_path, monkeypatch):
    answers = [json.loads(line)["answer"] for line in TASKS.read_text(encoding="utf-8").splitlines()]
    (tmp_path / "answers.txt").write_text("\n".join(answers))
    grader = tmp_path / "lookup.py"
    grader.write_text(
        "from pathlib import Path\n\n"
        "KNOWN = set(Path(__file__).with_name('answers.txt').read_text().split())\n\n\n"
        "def lookup(completion, answer):\n"
        "    return float(completion.strip() in KNOWN and bool(answer))\n"
    )
    mine = load_file(EXAMPLES / "my_attack.py").AnotherTask
    monkeypatch.setattr(attacks, "instances", lambda: {mine.name: mine()})
    found = audit(Wish(spec=f"{grader}:lookup", tasks=TASKS, seconds=SHORT))
    assert ("false_positive", "another_task") in {(one.kind, one.root_cause) for one in found.bugs}


# What the page names is there.


def test_the_command_fails_on_what_it_is_told_to_fail_on(tmp_path):
    def code(name: str) -> int:
        command = ["audit", f"{EXAMPLES / name}.py:accuracy_reward", "--tasks", str(TASKS), "--budget", "1"]
        written = [option for kind in ("json", "sarif") for option in (f"--{kind}", str(tmp_path / kind))]
        with pytest.raises(SystemExit) as ended:
            app([*command, *written, "--fail-on", "any"])
        return int(ended.value.code)

    assert code("accuracy_reward") == Exit.INCOMPLETE
    assert code("accuracy_reward_mended") == Exit.DONE
    assert all((tmp_path / kind).stat().st_size for kind in ("json", "sarif"))


def test_every_command_has_its_options():
    lines = re.findall(r"^(?:\$ |.*(?:run|entry): )(gyges audit .*)$", PAGE + README, re.MULTILINE)
    assert len(lines) > 8
    options = {name for one in typer.main.get_command(app).commands["audit"].params for name in one.opts}
    for line in lines:
        assert {word for word in line.split() if word.startswith("--")} <= options, line
    for option in re.findall(r"`(--[a-z-]+)", PAGE):
        assert option in options, option


def test_every_exit_code_is_told():
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert told == set(Exit)


def test_every_line_of_json_is_one_of_a_file():
    lines = [body.strip() for body in re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
    files = TASKS.read_text(encoding="utf-8") + (EXAMPLES / "audit_rollouts.jsonl").read_text(encoding="utf-8")
    assert lines
    assert all(line in files.splitlines() for line in lines)
