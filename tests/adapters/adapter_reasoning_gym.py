"""reasoning-gym, at three releases: all of its data sets, and scores as the library gives them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src"


def test_every_data_set_opens_and_scores_as_the_library_does(python):
    script = Path(__file__).with_name("every_data_set.py")
    environment = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONHASHSEED": "0"}
    ran = subprocess.run(
        [python, "-W", "ignore", str(script)], capture_output=True, text=True, env=environment, check=True
    )
    found = json.loads(ran.stderr.strip().splitlines()[-1])
    assert found["count"] > 80
    # A data set that is composed of others has to be told which.
    assert set(found["refused"]) <= {"composite"}
    assert all("at least one dataset" in said for said in found["refused"].values())
    assert found["unread"] == []
    assert found["differing"] == []


def test_tasks_and_scores_come_through_the_box(grader):
    graded = grader("reasoning-gym:countdown", size=4)
    opened = graded.opened
    assert (len(opened.tasks), opened.answer_only, opened.low, opened.high) == (4, True, 0.0, 1.0)
    right, wrong = graded.scores(opened.tasks[0].answer, "no idea")
    assert (right, wrong < 0.1) == (1.0, True)
    assert Path(opened.file).name == "countdown.py"


def test_what_a_release_is_known_to_accept(grader):
    graded = grader("reasoning-gym:countdown")
    (paid,) = graded.scores(str(graded.opened.tasks[0].columns["target"]))
    assert (paid == 1.0) == (graded.opened.versions["reasoning-gym"] == "0.1.10")


def test_columns_can_be_given_other_values(grader):
    from gyges.audit.records import Call

    graded = grader("reasoning-gym:power_function")
    answer = graded.opened.tasks[0].answer
    ((moved,),) = graded.box.score([Call((0,), (answer,), {"answer": "1e30"})])
    assert moved.value < graded.scores(answer)[0] == 1.0


@pytest.mark.parametrize("bad", ["reasoning-gym:count_down", "reasoning-gym:nothing_like_it"])
def test_unknown_names_are_refused(grader, bad):
    from gyges.faults import Fault

    with pytest.raises(Fault, match="has no data set"):
        grader(bad)
