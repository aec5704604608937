"""Asking a language model, without one: what is refused, and what is said then."""

import sys
from pathlib import Path

import pytest

from gyges.audit.policy import log_probabilities
from gyges.faults import Fault

STAND_IN = """#!{python}
import json, sys
asked = json.loads(sys.stdin.read())
print("loading weights")
print(json.dumps([-float(len(completion)) for _, completion in asked["pairs"]]))
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"no config\.json"):
        log_probabilities(tmp_path, [("a", "b")])


def test_missing_libraries_are_named_with_what_to_install(model: Path) -> None:
    with pytest.raises(Fault, match="pip install torch transformers"):
        log_probabilities(model, [("a", "b")], sys.executable)


def test_the_values_are_those_of_the_last_line(model: Path, tmp_path: Path) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(STAND_IN.format(python=sys.executable))
    stand_in.chmod(0o755)
    assert log_probabilities(model, [("a", "bc"), ("a", "bcd")], str(stand_in)) == [-2.0, -3.0]
