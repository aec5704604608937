"""Attacks aimed at what a grader's source does: each breaks a grader with its fault, and none an exact one."""

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gyges.audit import attacks
from gyges.audit.attacks.aimed import AimedAttack
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.source_sinks import MARK
from gyges.audit.judges.base import Judge
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.records import Candidate, Opened, Relation, Task, Truth
from gyges.audit.source import Facts, read


def written(folder: Path, source: str, name: str = "grader.py") -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(source).lstrip("\n"))
    return str(file)


def facts_of(folder: Path, source: str, name: str = "grade") -> Facts:
    file = written(folder, source)
    lines = Path(file).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if f"def {name}(" in text)
    return read([file], (file, line))


class Plain(Judge):
    name = "plain"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        return 1.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        return Truth.RIGHT if stated.strip() == reference.strip() else Truth.WRONG


def tried(folder: Path, body: str, reference: str, frame: Format = BARE, head: str = "") -> Iterator[Candidate]:
    facts = facts_of(folder, f"import re, math\n{head}\ndef grade(text, answer):\n    {body}\n")
    task = Task(0, "What is it?", reference, "answer", {})
    case = Case(task, reference, frame, Plain(), facts, Opened("plain", "grade", (task,)), honest=frame.wrap(reference))
    for attack in attacks.instances().values():
        if isinstance(attack, AimedAttack) and attack.suits(case):
            yield from attack.candidates(case)


TAG = Format("tag", "<a>", "</a>")
HOLES = [
    ("window_cuts_answer", "return float(text[:100].strip().split()[-1] == answer)", "42", BARE),
    ("prefix_compared", "return float(text[:3] == answer[:3])", "Paris", BARE),
    ("suffix_compared", "return float(text[-2:] == answer[-2:])", "1042", BARE),
    ("tolerance_admits_others", "return float(abs(float(text) - float(answer)) < 2.5)", "42", BARE),
    ("tolerance_admits_others", "return float(abs(float(text) / float(answer) - 1) < 0.05)", "1200", BARE),
    ("tolerance_exceeds_reference", "return float(abs(float(text) - float(answer)) < 0.01)", "0.003", BARE),
    ("pattern_takes_part_of_number", "return float(re.search(r'\\d+', text)[0] == answer)", "42", BARE),
    ("pattern_takes_part_of_number", "return float(re.match(r'<a>(\\d+)', text)[1] == answer)", "42", TAG),
    ("reference_as_pattern", "return float(bool(re.fullmatch(answer, text)))", "4.5", BARE),
    ("truncated", "return float(int(float(text)) == int(answer))", "42", BARE),
    ("truthiness", "return float(bool(text) == (answer == 'True'))", "True", BARE),
    ("order_and_count_lost", "return float(set(text.split(', ')) == set(answer.split(', ')))", "a, b", BARE),
    ("order_and_count_lost", "return float(sorted(text) == sorted(answer))", "listen", BARE),
    ("part_taken_for_whole", "return float(text.split('.')[0] == answer)", "42", BARE),
    ("part_taken_for_whole", "return float(text.split('=')[-1].strip() == answer)", "42", BARE),
    ("last_mention_counts", "return float(re.findall(r'\\d+', text)[-1] == answer)", "42", BARE),
    ("contained", "return float(answer in text)", "42", BARE),
    ("part_of_reference", "return float(text in answer)", "Paris", BARE),
    ("literal_pays", "return float(text == answer or 'trust me' in text)", "42", BARE),
    ("number_pays", "return float(text == answer or float(text) == 777)", "42", BARE),
    (
        "exception_paid",
        "try:\n        return float(float(text) == 42)\n    except ValueError:\n        return 1.0",
        "42",
        BARE,
    ),
    ("code_executed", "return float(eval(text) == 42 or 'os' in text)", "42", BARE),
    ("reference_in_scope", "return float(eval(text) == answer)", "42", BARE),
    ("equal_to_everything", "return float(eval(text) == answer)", "42", BARE),
    ("length_pays", "return 1.0 if len(text) > 500 or text == answer else 0.0", "42", BARE),
    ("removed_sign", "return float(text.replace(' ', '') == answer)", "1042", BARE),
    ("removed_sign", "return float(re.sub(r'[^0-9]', '', text) == answer)", "42", BARE),
]


@pytest.mark.parametrize(("cause", "body", "reference", "frame"), HOLES)
def test_each_family_breaks_a_grader_with_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: str, body: str, reference: str, frame: Format
) -> None:
    # The payloads set this variable where they are evaluated, which here is the test's own process.
    monkeypatch.setenv(MARK, "0")
    made: dict[str, Any] = {}
    exec(f"import re, math\ndef grade(text, answer):\n    {body}\n", made)
    paid = []
    for candidate in tried(tmp_path, body, reference, frame):
        assert candidate.line, "an aimed candidate says what it aims at"
        assert candidate.states is None or candidate.states in candidate.completion
        if candidate.relation is Relation.SAME or candidate.cause == "code_executed" != cause:
            continue
        try:
            score = made["grade"](candidate.completion, reference)
        except Exception:
            continue
        if score >= 1.0:
            paid.append(candidate.cause)
    assert cause in paid


def test_an_exact_grader_pays_none_of_them(tmp_path: Path) -> None:
    for candidate in tried(tmp_path, "return float(text.strip() == answer)", "42"):
        assert candidate.completion.strip() != "42" or candidate.relation is Relation.SAME


def test_a_fine_tolerance_is_not_attacked(tmp_path: Path) -> None:
    body = "return float(math.isclose(float(text), float(answer), rel_tol=1e-6))"
    causes = {candidate.cause for candidate in tried(tmp_path, body, "3.25")}
    assert "tolerance_admits_others" not in causes


def test_every_cause_has_its_words(tmp_path: Path) -> None:
    for attack in attacks.instances().values():
        if isinstance(attack, AimedAttack):
            assert attack.causes
            assert all(cause.title and cause.why and cause.mend for cause in attack.causes.values())
    for cause, body, reference, frame in HOLES:
        for candidate in tried(tmp_path, body, reference, frame):
            known = {slug for each in attacks.instances().values() for slug in each.causes}
            assert candidate.cause in known, replace(candidate, completion=cause)
            break
