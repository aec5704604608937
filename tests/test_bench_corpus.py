"""The audit's corpus holds what its manifests say, and the proof of that can fail."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent / "bench"
sys.path.insert(0, str(BENCH))

from corpus import FOLDER, Entry, manifest  # noqa: E402
from corpus_check import problems  # noqa: E402

TEXT = manifest(FOLDER / "text" / "manifest.jsonl")


@pytest.mark.parametrize("folder", [path.parent.name for path in sorted(FOLDER.glob("*/manifest.jsonl"))])
def test_every_witness_proves_its_fault_and_every_correct_grader_is_correct(folder: str) -> None:
    assert list(problems(manifest(FOLDER / folder / "manifest.jsonl"))) == []


def test_the_corpus_is_as_large_as_the_issue_asks() -> None:
    faults = [entry for entry in TEXT if entry.label == "bug"]
    assert sum(entry.label == "clean" for entry in TEXT) >= 34
    assert len(faults) >= 70
    assert len({entry.operator for entry in faults}) >= 9
    assert len({entry.answers for entry in TEXT}) >= 8
    assert all(entry.file.exists() for entry in TEXT)
    assert all(len(entry.rows()) == 20 for entry in TEXT)


def test_a_fault_called_clean_is_noticed() -> None:
    fault = next(entry for entry in TEXT if entry.id == "countdown-exception_paid")
    assert list(problems([replace(fault, label="clean")]))


def test_a_correct_grader_called_faulty_is_noticed() -> None:
    fault = next(entry for entry in TEXT if entry.id == "word_exact-window")
    twin = _named(fault.twin)
    assert list(problems([replace(fault, target=twin.target), twin]))


def _named(name: str) -> Entry:
    return next(entry for entry in TEXT if entry.id == name)
