"""The page about adapters tells the truth: its graders are called as it says."""

import json
import re
from pathlib import Path

import pytest

from gyges.audit.targets.answers import bare
from gyges.audit.targets.detecting import protocols

PAGE = (Path(__file__).parents[1] / "docs" / "adapters.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ")[1:]}


def block(section, language):
    return re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[1]


def test_every_protocol_has_its_section():
    assert set(SECTIONS) == set(protocols())


@pytest.mark.parametrize("name", [name for name, section in SECTIONS.items() if "```python" in section])
def test_the_examples_of_the_page_grade(opening, name):
    section = SECTIONS[name]
    spec = re.search(r"gyges audit (\S+)", block(section, "sh"))[1]
    row = json.loads(block(section, "json"))
    target, tasks, opened = opening(re.sub(r"my_\w+\.py", "mine.py", spec), block(section, "python"), [row])
    assert opened.protocol == name
    right, wrong = target.grade(tasks, [bare(tasks[0].answer)])[0], target.grade(tasks, ["41"])[0]
    assert (right, wrong) == (1.0, 0.0)
