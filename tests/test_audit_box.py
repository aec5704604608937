"""The box: whatever a grader does inside, the audit gets a score or a reason, and nothing outside is harmed."""

import math
import os
import sys
import textwrap
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.audit.box import Box, Limits, Pool
from gyges.audit.box.answers import scores
from gyges.audit.box.conversion import convert, number
from gyges.audit.box.wire import CALL, RESULT, Frames, frame
from gyges.audit.records import Call, Score
from gyges.faults import Fault

LIMITS = Limits(seconds=1.0, opening=20.0, memory=256 * 2**20, processes=16)
TASKS = [{"prompt": f"What is {n} + 1?", "answer": str(n + 1), "tests": [n, {"in": n}]} for n in range(4)]

Make = Callable[..., Box]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes boxes around a grader given by its body, and closes them."""
    boxes: list[Box] = []

    def make(body: str, signature: str = "completion, answer, tests", before: str = "", **options: Any) -> Box:
        path = tmp_path / f"grader_{len(boxes)}.py"
        path.write_text(f"{before}\ndef reward({signature}):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n")
        boxes.append(Box(f"{path}:reward", tasks=TASKS, **{"limits": LIMITS, **options}))
        return boxes[-1]

    yield make
    for box in boxes:
        box.close()


def one(box: Box, completion: str = "1", task: int = 0, **options: Any) -> Score:
    """The score of one completion."""
    return box.score([Call((task,), (completion,), **options)])[0][0]


def line_of(box: Box, text: str) -> str:
    """FILE:LINE of the first line that holds `text` in the grader of a box."""
    path = box.spec.rpartition(":")[0]
    lines = Path(path).read_text().splitlines()
    return f"{path}:{next(place for place, line in enumerate(lines, 1) if text in line)}"


def kinds(score: Score) -> set[str]:
    return {effect.kind for effect in score.effects}


def test_scores_come_back_in_order(make: Make) -> None:
    box = make("return float(completion)")
    assert [score.value for (score,) in box.score([Call((0,), (str(n),)) for n in range(2000)])] == list(range(2000))


def test_a_batch_is_one_call(make: Make) -> None:
    box = make("return [len(completions) + float(a) for a in answer]", "completions, answer, **kwargs")
    assert [score.value for score in box.score([Call((0, 2), ("x", "y"))])[0]] == [3.0, 5.0]


def test_overridden_columns_reach_the_grader(make: Make) -> None:
    box = make("return float(answer) + len(tests)")
    assert one(box).value == 3.0
    assert one(box, overrides={"answer": "7", "tests": []}).value == 7.0
    assert one(box).value == 3.0


@pytest.mark.parametrize(
    ("body", "fault", "detail"),
    [
        ("raise ValueError('odd')", "raised", "ValueError: odd"),
        ("raise SystemExit(0)", "raised", "SystemExit"),
        ("raise KeyboardInterrupt", "raised", "KeyboardInterrupt"),
        ("def f(n):\n    return f(n + 1)\nf(0)", "raised", "RecursionError"),
        ("return len(bytearray(10**11))", "memory", "MemoryError"),
        ("while True:\n    pass", "hung", "1 s"),
        ("import re\nre.match(r'(a+)+$', 'a' * 50 + 'b')", "hung", "1 s"),
        ("import os\nos._exit(3)", "killed", "exit code 3"),
        ("import os\nos.kill(os.getpid(), 9)", "killed", "SIGKILL"),
        ("import ctypes\nctypes.string_at(0)", "killed", "SIGSEGV"),
        ("import os\nos.closerange(3, 3000)", "killed", "descriptors"),
        ("return None", "type", "None"),
        ("return 'one'", "type", "one"),
        ("return float('nan')", "nan", "nan"),
        ("return 10**400", "nan", "too large"),
        ("return [1.0, 2.0]", "type", "list"),
        ("class Bad:\n    def __float__(self):\n        raise RuntimeError('no')\nreturn Bad()", "raised", "no"),
        ("class Slow:\n    def __float__(self):\n        while 1:\n            pass\nreturn Slow()", "hung", "1 s"),
    ],
)
def test_a_call_that_fails_says_how_and_the_next_is_served(make: Make, body: str, fault: str, detail: str) -> None:
    box = make(f"if completion == 'bad':\n{textwrap.indent(body, '    ')}\nreturn 1.0")
    first, second = (score for (score,) in box.score([Call((0,), ("bad",)), Call((0,), ("good",))]))
    assert (first.value, first.fault) == (None, fault)
    assert detail in first.detail
    assert second.fine


def test_an_exception_names_the_graders_own_line(make: Make) -> None:
    box = make("import json\nreturn json.loads(completion)")
    assert one(box, "{").line == line_of(box, "json.loads")


def test_wrong_counts_and_abstentions(make: Make) -> None:
    box = make("return [1.0] * (len(completions) + 1)", "completions, answer, **kwargs")
    assert [score.fault for score in box.score([Call((0, 1), ("a", "b"))])[0]] == ["shape", "shape"]
    assert one(make("return [None for _ in completions]", "completions, **kwargs")).fault == "abstained"


def test_a_new_worker_does_not_import_again(make: Make) -> None:
    body = "if completion == 'die':\n    os._exit(1)\nreturn BORN"
    box = make(body, before="import os, random\nBORN = random.SystemRandom().random()")
    before, _, after = (score for (score,) in box.score([Call((0,), (text,)) for text in ("a", "die", "b")]))
    assert before.value == after.value


def test_patience_with_hanging_calls_ends(make: Make) -> None:
    limits = Limits(seconds=0.5, patience=0.4, impatient=0.1, opening=20.0)
    box = make("while True:\n    pass", limits=limits)
    assert "0.5 s" in one(box).detail
    assert "0.1 s" in one(box).detail


@pytest.mark.parametrize("body", ["while True:\n    pass", "raise MemoryError"])
def test_calls_behind_a_row_of_lost_ones_are_not_made(make: Make, body: str) -> None:
    limits = Limits(seconds=0.3, patience=0.5, impatient=0.3, opening=20.0)
    slow = "import time\ntime.sleep(0.2)\n"
    box = make(f"if completion == 'bad':\n{textwrap.indent(slow + body, '    ')}\nreturn 1.0", limits=limits)
    faults = [score.fault for (score,) in box.score([Call((0,), ("bad",))] * 40)]
    made = faults.index("untried")
    assert 1 < made < 10
    assert set(faults[made:]) == {"untried"}
    assert [score.fault for (score,) in box.score([Call((0,), ("good",))] * 3)] == ["", "", ""]


def test_inputs_are_fresh_each_time_and_changes_are_seen(make: Make) -> None:
    box = make("tests[1]['in'] += 1\nreturn tests[1]['in']")
    scores = [one(box), one(box)]
    assert [score.value for score in scores] == [1.0, 1.0]
    assert all(kinds(score) == {"input"} for score in scores)
    assert not one(make("return len(sorted(tests, key=str))")).effects


def test_the_environment_is_put_back_and_the_line_named(make: Make) -> None:
    box = make("old = os.environ.get('MARK')\nos.environ['MARK'] = 'x'\nreturn float(old is None)", before="import os")
    for score in (one(box), one(box)):
        assert score.value == 1.0
        assert [(e.kind, e.detail, e.line) for e in score.effects] == [
            ("environment", "MARK", line_of(box, "os.environ['MARK']"))
        ]


@pytest.mark.parametrize(
    "body",
    [
        "open({out!r} + '/new', 'w')",
        "open({out!r} + '/victim', 'a')",
        "import os\nos.remove({out!r} + '/victim')",
        "import os\nos.mkdir({out!r} + '/folder')",
        "import shutil\nshutil.rmtree({out!r})",
        "import os\nos.rename({out!r} + '/victim', {out!r} + '/gone')",
    ],
)
@pytest.mark.parametrize("walls", [True, False])
def test_nothing_is_written_outside(make: Make, tmp_path: Path, body: str, walls: bool) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("whole")
    score = one(make(body.format(out=str(outside)), walls=walls))
    assert [effect.blocked for effect in score.effects if effect.kind == "file"] == [True]
    assert score.effects[0].line
    assert [path.name for path in outside.iterdir()] == ["victim"]
    assert (outside / "victim").read_text() == "whole"


def test_a_grader_that_keeps_a_log_can_still_be_scored(make: Make, tmp_path: Path) -> None:
    (tmp_path / "old.log").write_text("first\n")
    body = f"""
        os.makedirs({str(tmp_path)!r} + "/logs", exist_ok=True)
        for name in ("logs/new.log", "old.log"):
            with open({str(tmp_path)!r} + "/" + name, "a") as file:
                file.write(completion)
        return float(len(open({str(tmp_path)!r} + "/old.log").read()))
        """
    box = make(body, before="import os")
    first, second = one(box), one(box)
    assert (first.value, second.value) == (7.0, 8.0), first.detail
    assert all(effect.kind == "file" and effect.blocked and effect.line for effect in first.effects)
    assert (tmp_path / "old.log").read_text() == "first\n"
    assert not (tmp_path / "logs").exists()


def test_programs_cannot_write_outside_either(make: Make, tmp_path: Path) -> None:
    box = make(f"import os\nreturn os.system('echo x > {tmp_path}/new')")
    box.open()
    if "files" not in box.contained:
        pytest.skip("this system has no Landlock")
    score = one(box)
    assert score.value != 0.0
    assert not (tmp_path / "new").exists()


def test_scratch_files_and_reads_are_no_effects(make: Make) -> None:
    body = """
        import multiprocessing, os, tempfile
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("x")
        open(os.path.expanduser("~/mine"), "w").close()
        open("/dev/null", "w").close()
        multiprocessing.get_context("fork").Lock()
        return len(open(__file__).read()) > 0
        """
    score = one(make(body))
    assert score.value == 1.0, score.detail
    assert not score.effects


def test_the_network_is_out_of_reach(make: Make) -> None:
    score = one(make("import socket\nsocket.create_connection(('192.0.2.1', 80), 1)"))
    assert (score.fault, kinds(score)) == ("raised", {"network"})
    assert score.effects[0].detail == "192.0.2.1:80"


def test_what_is_printed_is_counted_and_does_not_get_into_the_answers(make: Make) -> None:
    box = make("print('x' * 10)\nreturn 1.0")
    assert (one(box).value, one(box).printed) == (1.0, 11)
    much = one(make("import os\nfor _ in range(40):\n    os.write(1, b'x' * 65536)\nreturn 0.5"))
    assert (much.value, much.fault, much.printed) == (0.5, "output", 40 * 65536)


def test_a_fork_bomb_is_stopped_early(make: Make) -> None:
    score = one(make("import os\nos.system('f() { f | f & }; f; sleep 100')"))
    assert score.fault in ("killed", "hung")


def test_processes_that_python_starts_are_refused_beyond_the_limit(make: Make) -> None:
    body = "import subprocess\nheld = [subprocess.Popen(['sleep', '99']) for _ in range(60)]\nreturn 1.0"
    score = one(make(body))
    assert score.fault in ("raised", "killed")
    assert any(effect.kind == "process" and effect.blocked for effect in score.effects) or score.fault == "killed"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("walls", [True, False])
def test_daemons_end_with_the_box(make: Make, walls: bool) -> None:
    mark = f"777.{os.getpid()}"
    body = f"import os\nif os.fork() == 0:\n    os.setsid()\n    os.execvp('sleep', ['sleep', '{mark}'])\nreturn 1.0"
    box = make(body, walls=walls)
    assert one(box).value == 1.0
    box.close()
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(mark.encode() in command for command in commands)


@pytest.mark.parametrize(
    "body",
    [
        "import builtins\nbuiltins.len = builtins.isinstance = builtins.type = None",
        "import json\njson.loads = json.dumps = None",
        "import sys\nsys.setrecursionlimit(50)",
        "import sys\nsys.stdout = None",
        "import os\nos.chdir('/')",
        "import sys\nsys.settrace(lambda *a: None)",
        "import os\nos.close(1)",
        "import sys\nsys.modules.clear()",
    ],
)
def test_the_interpreter_is_put_back(make: Make, body: str) -> None:
    box = make(f"if completion == 'bad':\n{textwrap.indent(body, '    ')}\nreturn float(len(answer))")
    bad, good = (score for (score,) in box.score([Call((0,), ("bad",)), Call((0,), ("good",))]))
    assert bad.fault in ("", "raised")
    assert kinds(bad) == {"state"}
    assert (good.value, good.effects) == (1.0, ())


def test_a_copy_of_the_worker_does_not_answer(make: Make) -> None:
    box = make("import os\nos.fork()\nreturn float(completion)")
    assert [score.value for (score,) in box.score([Call((0,), (str(n),)) for n in range(20)])] == list(range(20))


def test_lines_that_ran_are_recorded_when_asked_for(make: Make) -> None:
    box = make("if completion == 'a':\n    x = 1\nelse:\n    x = 2\nreturn x")
    first, second = one(box, "a", trace=True), one(box, "b", trace=True)
    assert line_of(box, "x = 1") in first.covered - second.covered
    assert line_of(box, "x = 2") in second.covered - first.covered
    assert not one(box, "a").covered


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import no_such_module", "no_such_module"),
        ("def reward(:", "SyntaxError"),
        ("raise SystemExit('bye')", "bye"),
        ("import os\nos._exit(3)", "ended while importing"),
        ("other = 1", "reward"),
        ("import time\ntime.sleep(60)", "longer than 1 s"),
    ],
)
def test_a_target_that_does_not_load_is_a_fault_with_a_reason(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "grader.py").write_text(source)
    limits = Limits(opening=1.0 if "sleep" in source else 20.0)
    box = Box(f"{tmp_path / 'grader.py'}:reward", tasks=TASKS, limits=limits)
    with pytest.raises(Fault, match=said):
        box.open()


def test_no_such_interpreter_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="--python"):
        Box("grader.py:reward", tasks=TASKS, python=str(tmp_path / "python")).open()


def test_another_interpreter_does_not_see_the_libraries_of_this_one(make: Make, tmp_path: Path) -> None:
    venv.create(tmp_path / "other", with_pip=False, symlinks=True)
    body = "import importlib.util, sys\nreturn float(importlib.util.find_spec('jax') is None and 'other' in sys.prefix)"
    assert one(make(body, python=str(tmp_path / "other" / "bin" / "python"))).value == 1.0


def test_the_box_is_started_again_if_it_is_killed_from_inside(make: Make) -> None:
    body = "import ctypes, os\nif completion == 'bad':\n    ctypes.CDLL(None).kill(os.getppid(), 9)\nreturn 1.0"
    box = make(body, walls=False)
    results = [score for (score,) in box.score([Call((0,), (text,)) for text in ("good", "bad", "good")])]
    assert [score.fault for score in results] == ["", "killed", ""]


def test_a_grader_that_always_ends_the_box_ends_with_a_report(make: Make) -> None:
    box = make("import ctypes, os\nctypes.CDLL(None).kill(os.getppid(), 9)\nreturn 1.0", walls=False)
    results = box.score([Call((0,), ("x",))] * 20)
    assert [score.fault for (score,) in results] == ["killed"] * 20


def test_a_pool_gives_what_a_box_gives(make: Make) -> None:
    box = make("if completion == '13':\n    raise ValueError\nreturn float(completion) + float(answer)")
    calls = [Call((n % 4,), (str(n % 50),)) for n in range(300)]
    alone = [[(score.value, score.fault) for score in given] for given in box.score(calls)]
    with Pool(box.spec, tasks=TASKS, limits=LIMITS, boxes=2) as pool:
        assert [[(score.value, score.fault) for score in given] for given in pool.score(calls)] == alone


@given(st.lists(st.tuples(st.sampled_from([CALL, RESULT]), st.integers(0, 9), st.binary(max_size=60))), st.data())
def test_frames_do_not_depend_on_how_they_arrive(sent: list[tuple[bytes, int, bytes]], data: st.DataObject) -> None:
    stream = b"".join(frame(tag, body, number) for tag, number, body in sent)
    frames, came, place = Frames(), [], 0
    while place < len(stream):
        step = data.draw(st.integers(1, 40))
        came += list(frames.feed(stream[place : place + step]))
        place += step
    assert came == sent


@given(st.floats() | st.integers() | st.booleans() | st.none() | st.text() | st.lists(st.floats()) | st.fractions())
def test_a_score_is_a_finite_number_or_has_a_fault(value: Any) -> None:
    found, fault, _ = number(value)
    assert (found is None) == bool(fault)
    if found is not None:
        assert math.isfinite(found)
        assert found == pytest.approx(float(value))


@given(st.lists(st.floats(0, 1), max_size=6), st.integers(1, 5))
def test_a_wrong_number_of_scores_is_no_score(given_scores: list[float], wanted: int) -> None:
    outcomes = convert(given_scores, wanted)
    assert len(outcomes) == wanted
    assert all((fault == "shape") == (len(given_scores) != wanted) for _, fault, _ in outcomes)


@given(
    st.dictionaries(
        st.sampled_from(["values", "seconds", "printed", "faults", "effects", "covered", "line"]),
        st.recursive(st.none() | st.integers() | st.text() | st.floats(), lambda inner: st.lists(inner, max_size=4)),
    )
)
def test_no_message_breaks_the_audit(said: dict[str, Any]) -> None:
    given_scores = scores(said, Call((0, 1), ("a", "b")))
    assert len(given_scores) == 2
    assert all(score.fault or math.isfinite(score.value or 0.0) for score in given_scores)
