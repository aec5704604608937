"""The tests that an audit writes: they fail on the grader as it is, pass on the mended one, and need nothing else."""

import ast
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from audit_samples import HOSTILE, OPENED, TASKS, finding, hostile_report, sample_report
from hypothesis import given
from hypothesis import strategies as st

from gyges.audit.output.calls.base import read_signature
from gyges.audit.output.literals import docstring, literal, remark
from gyges.audit.output.tests import emitted, write
from gyges.audit.records import Exhibit, Finding, Opened, Task
from gyges.audit.report import Anchor, Report
from gyges.faults import Fault

BUGGY = """
import re
def grade(text, answer):
    found = re.findall(r"\\\\boxed\\{([^}]*)\\}", text)
    if not found:
        return 0.0
    float(found[-1])                                  # an empty box ends it
    if found[-1].endswith("."):
        return 0.0                                    # a right answer with a full stop is refused
    return 1.0 if answer in found[-1] else 0.0        # 144 is paid where 4 is right
"""
MENDED = """
import re
def grade(text, answer):
    found = re.findall(r"\\\\boxed\\{([^}]*)\\}", text)
    try:
        return 1.0 if found and float(found[-1].strip(".")) == float(answer) else 0.0
    except ValueError:
        return 0.0
"""
SHAPES = {
    "plain": """
def reward(completion, answer, scale=1.0):
    return scale * grade(completion, answer)
""",
    "async plain": """
async def reward(response: str, *, gold: str) -> dict:
    return {"score": grade(response, gold)}
""",
    "trl": """
def reward(completions, answer, **kwargs):
    assert "prompts" in kwargs and len(kwargs["level"]) == len(completions)
    return [grade(text, gold) for text, gold in zip(completions, answer)]
""",
    "trl chat": """
def reward(prompts, completions, answer):
    assert prompts[0][0]["role"] == "user"
    return [grade(text[0]["content"], gold) for text, gold in zip(completions, answer)]
""",
    "verl": """
def reward(data_source, solution_str, ground_truth, extra_info=None):
    assert extra_info is not None
    return {"score": grade(solution_str, ground_truth), "acc": 2}
""",
    "verl batch": """
def reward(data_sources, solution_strs, ground_truths, extra_infos):
    return [grade(*pair) for pair in zip(solution_strs, ground_truths)]
""",
}


def tasks(count: int = 6) -> tuple[Task, ...]:
    rows = [{"question": f"What is {at} + {at}?", "answer": str(2 * at), "level": at} for at in range(2, 2 + count)]
    return tuple(Task(at, row["question"], row["answer"], "answer", row) for at, row in enumerate(rows))


def box(task: Task, form: str) -> str:
    return form.replace("?", str(task.answer))


def example(task: int, form: str) -> Exhibit:
    return Exhibit(task, box(tasks()[task], form))


def found(kind: str, cause: str, form: str, **fields: Any) -> Finding:
    exhibits = tuple(example(at, form) for at in range(6))
    return finding(kind, cause, **{"task": 1, "completion": exhibits[1].completion, "exhibits": exhibits, **fields})


FOUND = (
    found("false_positive", "answer_inside_another", "\\boxed{1?4}", score=1.0),
    found("false_negative", "trailing_full_stop", "\\boxed{?.}", score=0.0),
    found("crash", "raised_ValueError", "\\boxed{}", score=None),
    found("contested", "notation", "\\boxed{?e0}"),
)


def report_on(
    file: Path, protocol: str, signature: str, findings: tuple[Finding, ...] = FOUND, **fields: Any
) -> Report:
    opened = Opened(protocol, "reward", tasks(), signature=f"reward{signature}", file=str(file), line=2)
    anchors = tuple(Anchor(task.index, box(task, "\\boxed{?}"), 1.0, "\\boxed{-77}", 0.0) for task in tasks())
    return sample_report(spec=f"{file}:reward", opened=replace(opened, **fields), findings=findings, anchors=anchors)


def pytested(file: Path) -> dict[str, str]:
    """Outcome of each test of a file, in a process of its own that knows nothing of gyges."""
    alone = file.parent / "pytest.ini"
    alone.write_text("[pytest]\n")
    options = ["-rA", "-q", "--tb=short", "-p", "no:cacheprovider", "-c", str(alone)]
    command = [sys.executable, "-I", "-m", "pytest", str(file), *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=file.parent, timeout=120)
    outcomes: dict[str, str] = {}
    for line in done.stdout.splitlines():
        outcome, _, name = line.partition(" ")
        if outcome in ("PASSED", "FAILED", "ERROR"):
            name = name.partition("::")[2].partition("[")[0]
            outcomes[name] = outcome if outcomes.get(name, outcome) == outcome else "MIXED"
    assert outcomes, done.stdout + done.stderr
    return outcomes


def run(file: Path) -> dict[str, str]:
    """The same without the process, which takes a second: calls each test with each of its cases."""
    path, modules = list(sys.path), dict(sys.modules)
    outcomes: dict[str, str] = {}
    try:
        held = runpy.run_path(str(file))
        for name, function in held.items():
            for mark in getattr(function, "pytestmark", ()) if name.startswith("test_") else ():
                for case in mark.args[1]:
                    try:
                        function(*case)
                        outcome = "PASSED"
                    except Exception:
                        outcome = "FAILED"
                    outcomes[name] = outcome if outcomes.get(name, outcome) == outcome else "MIXED"
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - set(modules):
            del sys.modules[name]
    return outcomes


@pytest.mark.parametrize("shape", SHAPES)
def test_they_fail_today_and_pass_once_the_grader_is_mended(shape: str, tmp_path: Path) -> None:
    source = SHAPES[shape]
    signature = source.partition("def reward")[2].partition(":\n")[0]
    protocol, folder = shape.split()[-1] if shape.startswith("async") else shape.split()[0], tmp_path / "src pack"
    folder.mkdir()
    (tmp_path / "tests").mkdir()
    grader, target = folder / "my-rewards.py", tmp_path / "tests" / "test_reward.py"
    report = report_on(grader, protocol, signature, notes=("handed over as chat messages",) if "chat" in shape else ())
    grader.write_text(BUGGY + source)
    write(report, target)
    names = {"test_answer_inside_another", "test_trailing_full_stop", "test_raised_valueerror"}
    tried = pytested if shape == "trl" else run
    assert tried(target) == dict.fromkeys(names, "FAILED")
    grader.write_text(MENDED + source)
    assert tried(target) == dict.fromkeys(names, "PASSED")
    text = target.read_text()
    assert "gyges" not in text.replace("`gyges audit`", "")
    assert str(tmp_path) not in text.replace(f"{grader}:reward", "")


def both(tmp_path: Path, buggy: str, mended: str, findings: tuple[Finding, ...], **fields: Any) -> None:
    """Every test fails on `buggy` and passes on `mended`."""
    grader, target = tmp_path / "rewards.py", tmp_path / "test_reward.py"
    signature = fields.pop("signature", "(completion, answer)")
    grader.write_text(buggy)
    write(report_on(grader, fields.pop("protocol", "plain"), signature, findings, **fields), target)
    assert set(run(target).values()) == {"FAILED"}
    grader.write_text(mended)
    assert set(run(target).values()) == {"PASSED"}


EXACT = "def reward(completion, answer):\n    return float(completion == '\\\\boxed{%s}' % answer)\n"


def test_an_answer_that_is_not_read(tmp_path: Path) -> None:
    buggy = "def reward(completion, answer):\n    return float('boxed' in completion)\n"
    both(tmp_path, buggy, EXACT, (found("unread_input", "answer_unread", "\\boxed{3}"),))


def test_a_reference_that_is_refused(tmp_path: Path) -> None:
    buggy = "def reward(completion, answer):\n    return 0.0\n"
    both(tmp_path, buggy, EXACT, (found("false_negative", "reference_rejected", "\\boxed{?}", score=0.0),))


def test_a_score_out_of_range_and_one_that_is_no_number(tmp_path: Path) -> None:
    buggy = "def reward(completion, answer):\n    return float('nan') if '#' in completion else len(completion) - 4\n"
    findings = (
        found("out_of_range", "above_range", "\\boxed{?} " * 9, score=99.0),
        found("out_of_range", "below_range", "a", score=-3.0),
        found("out_of_range", "not_finite", "#", score=None),
    )
    both(tmp_path, buggy, EXACT, findings, low=0.0, high=1.0)


def test_chance_and_the_batch(tmp_path: Path) -> None:
    buggy = """
import random
def reward(completions, answer):
    return [random.random() + at for at, _ in enumerate(completions)]
"""
    mended = "def reward(completions, answer):\n    return [float(b in a) for a, b in zip(completions, answer)]\n"
    findings = (
        found("instability", "nondeterministic", "\\boxed{?}"),
        found("instability", "batch_order", "\\boxed{?}"),
    )
    both(tmp_path, buggy, mended, findings, protocol="trl", signature="(completions, answer)")


def test_graders_that_die_or_act_do_so_apart(tmp_path: Path) -> None:
    buggy = """
import os
def reward(completion, answer):
    if 'die' in completion:
        os._exit(0)
    if 'write' in completion:
        open('log.txt', 'a').write(completion)
    if 'print' in completion:
        print('x' * 2_000_000)
    return float(completion == '\\\\boxed{%s}' % answer)
"""
    findings = (
        found("crash", "killed", "die", score=None, exhibits=()),
        found("side_effect", "effect_file", "write", exhibits=()),
        found("side_effect", "output", "print", exhibits=()),
    )
    both(tmp_path, buggy, EXACT, findings)


def test_programs_are_graded_apart_and_with_their_tests(tmp_path: Path) -> None:
    buggy = """
def reward(problem, completion, timeout):
    space = {}
    try:
        exec(completion, space)
        exec(problem["test"], space)
    except SystemExit:
        return {"passed": True}
    except Exception:
        return {"passed": False}
    return {"passed": True}
"""
    grader, target = tmp_path / "rewards.py", tmp_path / "test_reward.py"
    rows = [{"prompt": "double", "test": f"assert double({at}) == {2 * at}"} for at in (2, 3)]
    problems = tuple(Task(at, row["prompt"], None, "", row) for at, row in enumerate(rows))
    honest, wrong = "def double(x):\n    return 2 * x\n", "def double(x):\n    return None\n"
    one = finding("false_positive", "early_exit", completion="import sys\nsys.exit(0)\n", task=1, exhibits=())
    report = report_on(grader, "program", "(problem, completion, timeout)", (one,), tasks=problems, program=True)
    report = replace(report, anchors=tuple(Anchor(at, honest, 1.0, wrong, 0.0) for at in (0, 1)))
    grader.write_text(buggy)
    write(report, target)
    assert run(target) == {"test_early_exit": "FAILED"}
    grader.write_text(
        buggy.replace('SystemExit:\n        return {"passed": True}', 'SystemExit:\n        return {"passed": False}')
    )
    assert run(target) == {"test_early_exit": "PASSED"}


@pytest.mark.parametrize("protocol", ["inspect", "reasoning-gym"])
def test_what_calls_an_outside_library_is_python(protocol: str, tmp_path: Path) -> None:
    report = report_on(tmp_path / "rewards.py", protocol, "(state, target)")
    spec = "reasoning-gym:basic-arithmetic" if protocol == "reasoning-gym" else report.spec
    text = emitted(replace(report, spec=spec, options={"bind": {"size": 3}}), tmp_path)
    compile(text, "test_reward.py", "exec")
    assert "def grades(rows, completions):" in text


def test_a_grader_that_hangs_fails_its_test_and_does_not_hold_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grader, target = tmp_path / "rewards.py", tmp_path / "test_reward.py"
    report = report_on(grader, "plain", "(completion, answer)", (found("crash", "hung", "", score=None, exhibits=()),))
    grader.write_text("import time\n\ndef reward(completion, answer):\n    time.sleep(600)\n")
    monkeypatch.setattr("gyges.audit.output.child.SECONDS", 2)
    write(report, target)
    assert run(target) == {"test_hung": "FAILED"}
    grader.write_text(EXACT)
    monkeypatch.setattr("gyges.audit.output.child.SECONDS", 60)
    write(report, target)
    assert run(target) == {"test_hung": "PASSED"}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "Grader",
            "class Grader:\n    def __init__(self, weight=1):\n        self.weight = weight\n"
            "    def __call__(self, completion, answer):\n        return self.weight * {}\n",
        ),
        ("Grader.score", "class Grader:\n    def score(self, completion, answer):\n        return {}\n"),
        (
            "make",
            "def make(weight=1):\n    def grader(completion, answer):\n        return {}\n    return grader\n",
        ),
    ],
)
def test_objects_methods_and_factories_are_loaded(name: str, source: str, tmp_path: Path) -> None:
    grader, target = tmp_path / "rewards.py", tmp_path / "test_reward.py"
    one = found("false_positive", "substring", "\\boxed{1?}")
    report = replace(report_on(grader, "plain", "(completion, answer)", (one,)), spec=f"{grader}:{name}")
    grader.write_text(source.format("float(answer in completion)"))
    write(report, target)
    assert run(target) == {"test_substring": "FAILED"}
    grader.write_text(source.format("float(completion == '\\\\boxed{%s}' % answer)"))
    assert run(target) == {"test_substring": "PASSED"}


def test_a_grader_in_a_package_keeps_its_relative_imports(tmp_path: Path) -> None:
    package = tmp_path / "mine" / "inner"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    (package / "how.py").write_text("def how(a, b):\n    return float(b in a)\n")
    grader, target = package / "rewards.py", tmp_path / "test_reward.py"
    grader.write_text("from .how import how\n\ndef reward(completion, answer):\n    return how(completion, answer)\n")
    write(
        report_on(grader, "plain", "(completion, answer)", (found("false_positive", "substring", "\\boxed{1?}"),)),
        target,
    )
    assert run(target) == {"test_substring": "FAILED"}
    (package / "how.py").write_text("def how(a, b):\n    return float(a == '\\\\boxed{%s}' % b)\n")
    assert run(target) == {"test_substring": "PASSED"}


def test_what_the_user_set_is_set_again(tmp_path: Path) -> None:
    grader, target = tmp_path / "rewards.py", tmp_path / "test_reward.py"
    report = report_on(
        grader, "plain", "(completion, answer, *, mode)", (found("false_positive", "substring", "\\boxed{1?}"),)
    )
    grader.write_text(
        "def reward(completion, answer, *, mode):\n"
        "    return float(answer in completion if mode == 'lax' else completion == '\\\\boxed{%s}' % answer)\n"
    )
    for mode, outcome in (("lax", "FAILED"), ("strict", "PASSED")):
        write(replace(report, options={"bind": {"mode": mode}}), target)
        assert run(target) == {"test_substring": outcome}


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    text = emitted(replace(hostile_report(), spec="rewards.py:reward"), tmp_path)
    assert text.isascii()
    tree = ast.parse(text)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Call) and "img" in ast.dump(node.func)]
    held = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert HOSTILE in held


def test_a_clean_audit_writes_a_file_that_says_so(tmp_path: Path) -> None:
    text = emitted(sample_report(findings=()), tmp_path)
    ast.parse(text)
    assert "found nothing that a test could hold on to" in text


def test_a_protocol_that_cannot_be_called_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="'telepathy'"):
        emitted(sample_report(opened=replace(OPENED, protocol="telepathy", tasks=TASKS)), tmp_path)


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 400))
def test_a_literal_is_its_value(text: str, times: int) -> None:
    for value in (text, text * times, {"a": [text, None, 1.5, {"b": (text,)}]}):
        source = literal(value)
        assert source.isascii()
        assert eval(source) == value


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_docstring_is_a_docstring(text: str) -> None:
    for source in (f"def f():\n{docstring(text)}\n    return 1\n", f'"""{remark(" ".join(text.split()))}"""'):
        tree = ast.parse(source.replace("\x00", ""))
        assert len(tree.body) == 1


@pytest.mark.parametrize(
    ("text", "names", "required", "is_open"),
    [
        ("f(a, b=1, *, c, d=<object object at 0x7f>)", ("a", "b", "c", "d"), {"a", "c"}, False),
        ("f(a: list[str], /, **rest: Any) -> float", ("a",), {"a"}, True),
        ("", (), set(), True),
        ("f(what is this", (), set(), True),
    ],
)
def test_signatures_are_read(text: str, names: tuple[str, ...], required: set[str], is_open: bool) -> None:
    read = read_signature(text)
    assert (read.names, read.required, read.open) == (names, required, is_open)
