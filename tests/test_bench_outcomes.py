"""The audit's benchmarks count what they say: true findings, alarms, kept outcomes, and rows of known bugs."""

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

from corpus import FOLDER, manifest
from known_bugs import judge
from outcomes import Found, Outcome, digest, from_document, kept, limited, true_findings

FAULT = next(entry for entry in manifest(FOLDER / "text" / "manifest.jsonl") if entry.id == "word_exact-window")
PAID = Found("false_positive", "bug", "prefix")


def _said(*findings: Found) -> Outcome:
    return Outcome(findings, 1.0)


def test_a_finding_of_the_kind_counts_and_one_that_the_twin_has_too_does_not() -> None:
    assert true_findings(FAULT, {FAULT.id: _said(PAID), FAULT.twin: _said()}) == [PAID]
    assert true_findings(FAULT, {FAULT.id: _said(PAID), FAULT.twin: _said(PAID)}) == []


def test_another_kind_and_a_warning_do_not_count() -> None:
    others = _said(replace(PAID, kind="crash"), replace(PAID, level="warning"))
    assert true_findings(FAULT, {FAULT.id: others, FAULT.twin: _said()}) == []
    assert len(true_findings(FAULT, {FAULT.id: others, FAULT.twin: _said()}, ("bug", "warning"))) == 1


def test_contested_findings_of_a_document_are_no_bugs() -> None:
    found = [{"kind": "contested", "root_cause": "negated"}, {"kind": "crash", "root_cause": "raises"}]
    assert [one["level"] for one in from_document({"findings": found})] == ["info", "bug"]


def test_an_outcome_is_used_again_until_something_changes_or_if_it_failed(tmp_path: Path) -> None:
    made: list[str] = []

    def make(failed: str = "") -> dict[str, object]:
        made.append(failed)
        return {"findings": [], "seconds": 1.0, "failed": failed}

    for mark in ("a", "a", "b"):
        kept(tmp_path, "one", mark, make)
    assert len(made) == 2
    for _ in range(2):
        kept(tmp_path, "two", "a", lambda: make("broke down"))
    assert len(made) == 4


def test_a_digest_changes_with_the_grader_and_the_tool(tmp_path: Path) -> None:
    assert digest(FAULT, ["1"]) != digest(FAULT, ["2"])
    (tmp_path / "faulty").mkdir()
    (tmp_path / "tasks").mkdir()
    other = replace(FAULT, folder=tmp_path)
    other.file.write_text(FAULT.file.read_text() + "\n")
    other.task_file.write_bytes(FAULT.task_file.read_bytes())
    assert digest(other, ["1"]) != digest(FAULT, ["1"])


def test_a_command_ends_with_all_that_it_started(tmp_path: Path) -> None:
    seconds, failed = limited(["bash", "-c", "sleep 60 & sleep 60"], 0.3, tmp_path)
    assert "not done" in failed
    assert seconds < 30


def test_rows_of_known_bugs() -> None:
    bug = {"id": "b", "label": "bug", "kind": "false_positive", "package": "p==1", "target": "t"}
    fixed = bug | {"id": "f", "label": "fixed", "package": "p==2"}
    rows = [bug, fixed]
    found = {("p==1", "t"): _said(PAID), ("p==2", "t"): _said()}
    assert [judge(row, rows, found).good for row in rows] == [True, True]
    found["p==2", "t"] = _said(PAID)
    assert [judge(row, rows, found).good for row in rows] == [False, False]


def test_a_contested_row_is_good_only_if_it_is_reported_as_contested() -> None:
    row = {"id": "c", "label": "contested", "kind": "false_positive", "package": "p==1", "target": "t"}
    aside = Found("contested", "info", "negated")
    assert judge(row, [row], {("p==1", "t"): _said(aside)}).good
    assert not judge(row, [row], {("p==1", "t"): _said()}).good
    assert not judge(row, [row], {("p==1", "t"): _said(aside, PAID)}).good
