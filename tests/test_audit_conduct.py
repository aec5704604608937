"""Whole audits, from the file of a grader to the report: what has to be found, and what must not be."""

import json
from pathlib import Path

import pytest

from gyges.audit.conduct import Wish, audit
from gyges.audit.records import Finding
from gyges.audit.report import Report
from gyges.faults import Fault

LAST_NUMBER = """
import re

def accuracy_reward(completions, answer, **kwargs):
    scores = []
    for completion, gold in zip(completions, answer):
        found = re.findall(r"-?\\d+(?:\\.\\d+)?", completion)
        scores.append(1.0 if found and found[-1] == gold else 0.0)
    return scores
"""
STRICT = """
import re

def strict_reward(completion, answer):
    found = re.findall(r"<answer>(.*?)</answer>", completion, re.DOTALL)
    return 1.0 if len(found) == 1 and found[0].strip() == answer else 0.0
"""
FORMAT = """
import re

def format_reward(completions, **kwargs):
    pattern = re.compile(r"<think>.*?</think>\\s*<answer>.*?</answer>", re.DOTALL)
    return [1.0 if pattern.fullmatch(completion) else 0.0 for completion in completions]
"""
LENGTH = """
def helpful_reward(completion):
    return min(len(completion.split()) / 300, 1.0)
"""
UNREAD = """
def correctness(completion, answer):
    return 1.0 if "answer" in completion.lower() else 0.0
"""
CRASHING = """
def grade(completion, answer):
    return float(int(completion) == int(answer))
"""
LOUD = """
import os

def grade(completion, answer):
    os.environ["SEEN"] = completion.replace("\\0", "") or "nothing"
    return float(completion.strip() == answer)
"""
CHANCE = """
import random

def grade(completion, answer):
    return float(completion.strip() == answer) * random.random()
"""
RANGE = '''
def grade(completion, answer):
    """Returns a score between 0 and 1."""
    return float(completion.strip().startswith(answer)) + 0.1 * completion.count("!")
'''
NOT_FOUND = """
def grade(completion, answer):
    return float(completion == "open sesame " + answer + "!?")
"""


@pytest.fixture
def run(tmp_path: Path):
    def run(source: str, name: str, rows: list[dict[str, object]] | None = None, **more: object) -> Report:
        (tmp_path / "rewards.py").write_text(source)
        rows = rows or [{"prompt": f"What is {7 * a} plus {a + 9}?", "answer": str(8 * a + 9)} for a in range(6)]
        (tmp_path / "tasks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        wish = Wish(
            spec=f"{tmp_path / 'rewards.py'}:{name}", tasks=tmp_path / "tasks.jsonl", seconds=3.0, workers=1, **more
        )
        return audit(wish)

    return run


def causes(report: Report) -> set[tuple[str, str]]:
    return {(finding.kind, finding.root_cause) for finding in report.bugs}


def only(report: Report, cause: str) -> Finding:
    found = [finding for finding in report.findings if finding.root_cause == cause]
    assert len(found) == 1, f"{cause}: {[(one.kind, one.root_cause) for one in report.findings]}"
    return found[0]


def test_the_last_number_is_one_finding(run) -> None:
    report = run(LAST_NUMBER, "accuracy_reward")
    finding = only(report, "last_number")
    assert finding.kind == "false_positive"
    assert finding.score == finding.reference_score == 1.0
    assert finding.reach == 6
    assert finding.line.endswith(":9")
    assert {exhibit.task for exhibit in finding.exhibits} == set(range(6))
    assert report.occurrence == "last"


def test_a_strict_verifier_comes_out_clean(run) -> None:
    report = run(STRICT, "strict_reward")
    assert not report.bugs
    assert report.candidates > 300
    assert report.format is not None
    assert report.format.before == "<answer>"
    assert report.not_tried


def test_a_reward_for_format_pays_format_and_that_is_contested(run) -> None:
    report = run(FORMAT, "format_reward")
    assert only(report, "format_only").kind == "contested"
    assert {cause for _, cause in causes(report)} <= {"thinking_prefilled"}


def test_a_reward_for_length_is_found_without_any_reference(run) -> None:
    rows = [{"prompt": f"Explain {thing} to a child."} for thing in ("rain", "snow", "wind", "fog", "hail", "ice")]
    report = run(LENGTH, "helpful_reward", rows)
    assert causes(report) == {("false_positive", "length_bias")}


def test_an_answer_column_that_is_not_read_is_the_only_finding(run) -> None:
    report = run(UNREAD, "correctness")
    assert [finding.kind for finding in report.bugs] == ["unread_input"]
    assert any(one.name == "column answer" and one.read is False for one in report.reads)


def test_crashes_side_effects_chance_and_range(run) -> None:
    assert ("crash", "raised_ValueError") in causes(run(CRASHING, "grade"))
    assert ("side_effect", "effect_environment") in causes(run(LOUD, "grade"))
    assert ("instability", "nondeterministic") in causes(run(CHANCE, "grade"))
    assert ("out_of_range", "above_range") in causes(run(RANGE, "grade"))


def test_a_format_that_cannot_be_found_is_reported_as_that(run) -> None:
    report = run(NOT_FOUND, "grade")
    assert not report.bugs
    assert report.format is None
    assert report.curve is None
    assert any("No format was found" in sentence for sentence in report.not_tried)


def test_the_users_own_truth_decides(run, tmp_path: Path) -> None:
    (tmp_path / "truth.py").write_text("def right(completion, task):\n    return True\n")
    report = run(LAST_NUMBER, "accuracy_reward", truth=f"{tmp_path / 'truth.py'}:right")
    assert not [finding for finding in report.findings if finding.kind == "false_positive"]


def test_the_same_seed_gives_the_same_findings(run) -> None:
    first, second = run(LAST_NUMBER, "accuracy_reward", seed=3), run(LAST_NUMBER, "accuracy_reward", seed=3)
    assert causes(first) == causes(second)
    assert [one.completion for one in first.bugs] == [one.completion for one in second.bugs]


def test_without_tasks_it_says_what_a_task_is(tmp_path: Path) -> None:
    (tmp_path / "rewards.py").write_text(STRICT)
    with pytest.raises(Fault, match="--tasks"):
        audit(Wish(spec=f"{tmp_path / 'rewards.py'}:strict_reward", workers=1))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no tasks"),
        ("{not json}\n", "line 1 is not JSON"),
        ('{"prompt": "a", "answer": "b"}\n[1]\n', "line 2 is list"),
    ],
)
def test_a_wrong_task_file_is_refused_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "rewards.py").write_text(STRICT)
    (tmp_path / "tasks.jsonl").write_text(content)
    with pytest.raises(Fault, match=told):
        audit(Wish(spec=f"{tmp_path / 'rewards.py'}:strict_reward", tasks=tmp_path / "tasks.jsonl", workers=1))


def test_rollouts_show_what_training_found(run, tmp_path: Path) -> None:
    rows = [
        {"task": task, "completion": text, "step": step}
        for step in range(10)
        for task in range(6)
        for text in [str(8 * task + 9) if step < 5 else f"It is not {8 * task + 9}"]
    ]
    (tmp_path / "rollouts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = run(LAST_NUMBER, "accuracy_reward", samples=tmp_path / "rollouts.jsonl")
    assert report.samples is not None
    assert (report.samples.rows, report.samples.high, report.samples.wrong) == (60, 60, 30)
    assert report.samples.clusters[0].count == 30
    assert report.curve is not None
    assert report.curve.source == "samples"
