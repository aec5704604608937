"""Adapters against the real libraries: each in an environment of its own, in which Gyges is not installed.

`make test-adapters` makes the environments and names the interpreter; the ordinary run collects none of these files.
"""

import os
from pathlib import Path

import pytest

from gyges.audit.box.host import Box
from gyges.audit.box.limits import Limits
from gyges.audit.records import Call

LIMITS = Limits(seconds=60, opening=300)


@pytest.fixture(scope="session")
def python():
    """The interpreter of the library under test."""
    path = os.environ.get("GYGES_ADAPTER_PYTHON", "")
    assert Path(path).is_file(), "GYGES_ADAPTER_PYTHON names no interpreter; run `make test-adapters`"
    return path


class Graded:
    """A grader in its box."""

    def __init__(self, box):
        self.box, self.opened = box, box.open()

    def scores(self, *completions, task=0):
        """The score of each completion on one task."""
        calls = [Call((task,), (text,)) for text in completions]
        results = [score for (score,) in self.box.score(calls)]
        assert not any(score.fault for score in results), [(score.fault, score.detail) for score in results]
        return [score.value for score in results]

    def fault(self, completion, task=0):
        """The score of a completion that the grader does not survive."""
        ((score,),) = self.box.score([Call((task,), (completion,))])
        return score


@pytest.fixture
def grader(python, tmp_path):
    """`grader(spec, source, rows, **options)`; the source is `mine.py` in a folder of its own."""
    boxes = []

    def opened(spec, source="", rows=None, **options):
        (tmp_path / "mine.py").write_text(source)
        place = spec.replace("mine.py", str(tmp_path / "mine.py"))
        box = Box(place, tasks=rows, python=python, options={"bind": options}, limits=LIMITS)
        boxes.append(box)
        return Graded(box)

    yield opened
    for box in boxes:
        box.close()
