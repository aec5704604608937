"""What somebody sees who types `gyges`."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import jsonschema
import pytest
import stand_in
from rich.console import Console
from stand_in_cli import stand_ins

from gyges import cli
from gyges.cell import Cell
from gyges.cli.live import Bars, Lines, gauges
from gyges.cli.pace import Pace, duration, rate
from gyges.cli.tables import measured, ring_table
from gyges.faults import Exit, Fault, unknown
from gyges.store import load
from gyges.watcher import Failure
from gyges.workbench import Progress

HERE = Path(__file__).parent
SCHEMA = HERE.parent / "docs" / "json.md"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a folder of its own, whose name is not a simple one."""
    folder = tmp_path / "a place – élsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def gyges(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    return int(caught.value.code or 0)


def test_help_does_not_wait_for_jax() -> None:
    script = "import sys, gyges.cli; print([m for m in ('jax', 'pandas', 'duckdb', 'ray') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, env=paths())
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("command", ["run", "check", "list", "show", "sql", "report"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert gyges(command, "--help") == 0
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) > 6
    if command != "list":
        assert "gyges " + command in shown


def test_help_gives_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert gyges("--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    for code in Exit:
        assert re.search(rf"\b{int(code)} \w", shown)


def test_a_run_from_the_first_cell_to_the_page(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with stand_ins():
        assert gyges("run", "--quick", "--seeds", "2", "--json", "out.json", "--workers", "100000") == 0
    captured = capsys.readouterr()
    assert "not 100000" in captured.err
    assert "The claims' rules ask for 8 seeds" in captured.err
    assert "SUPPORTED" in captured.out
    assert "they wander in 0.50" in captured.out
    assert "P(V) watched" in captured.out
    page = Path(re.search(r"Page: (.*)", captured.out)[1])
    assert page.is_file()
    content = json.loads((elsewhere / "out.json").read_text())
    jsonschema.validate(content, schema())
    assert content["claims"][0]["low"] is None
    assert content["claims"][0]["high"] is None
    assert content["cells"] == {"total": 3, "failed": 0}
    frame = load(content["run"], elsewhere / "runs")
    row = next(row for row in content["table"] if (row["metric"], row["condition"]) == ("violation", "watched"))
    chosen = frame[(frame["key"] == row["key"]) & (frame["metric"] == "violation") & (frame["condition"] == "watched")]
    assert row["mean"] == pytest.approx(chosen["value"].mean())
    assert row["low"] < row["mean"] < row["high"]
    assert all(row["mean"] is None for row in content["table"] if row["metric"] == "probe_auc")

    assert gyges("show") == 0
    assert "they wander in 0.50" in capsys.readouterr().out
    assert gyges("show", "--all") == 0
    assert content["run"] in capsys.readouterr().out
    assert gyges("sql", "select count(*) as n from cells where stored") == 0
    assert capsys.readouterr().out == "n\n3\n"
    page.unlink()
    assert gyges("report", "--out", str(elsewhere / "runs")) == 0
    assert Path(capsys.readouterr().out.strip()) == page
    assert page.is_file()


@pytest.fixture
def pageless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing pages is tested once; here it only takes time."""
    monkeypatch.setattr("gyges.cli.page.write", lambda store, runs, manifest: runs.folder(manifest.name))


@pytest.mark.usefixtures("pageless")
def test_json_on_the_standard_output_is_nothing_but_json(capsys: pytest.CaptureFixture[str]) -> None:
    with stand_ins():
        assert gyges("run", "walks-wander", "--quick", "--seeds", "1", "--json", "-") == 0
    captured = capsys.readouterr()
    content = json.loads(captured.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    jsonschema.validate(content, schema())
    assert {row["low"] for row in content["table"]} == {None}
    assert "no interval can be had" in captured.err
    assert "SUPPORTED" in captured.err


@pytest.mark.usefixtures("pageless")
def test_a_failed_cell_gives_1_and_leaves_the_claim_open(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with stand_ins(raises="always"):
        assert gyges("run", "7", "--quick", "--seeds", "2", "--json", "out.json") == Exit.INCOMPLETE
    captured = capsys.readouterr()
    assert "1 of its 3 cells are missing" in captured.out
    assert "1 of 3 cells failed" in captured.err
    content = json.loads((elsewhere / "out.json").read_text())
    jsonschema.validate(content, schema())
    assert content["status"] == "incomplete"
    (details,) = (elsewhere / "runs" / content["run"]).glob("failed-*.txt")
    assert "Traceback" in details.read_text()


@pytest.mark.usefixtures("pageless")
def test_a_reward_of_ones_own_runs_beside_the_control(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "my.py").write_text(
        "from gyges.rewards import Reward\n"
        "class Careful(Reward):\n"
        "    def __call__(self, evidence):\n"
        "        return evidence.task - 15.0 * evidence.incident\n"
    )
    with stand_ins():
        assert gyges("run", "--reward", "my.py:Careful", "--quick", "--seeds", "2") == 0
    assert "Careful" in capsys.readouterr().out
    assert set(load(out="runs")["reward_name"]) == {"outcome", f"{elsewhere / 'my.py'}:Careful"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--quick", "--budget", "full"], "leave one out"),
        (["run", "--seeds", "0"], "at least one seed"),
        (["run", "--workers", "0"], "at least one is needed"),
        (["run", "--workers", "1", "--ray", "auto"], "leave one out"),
        (["run", "--limit", "0"], "for example --limit 60"),
        (["run", "--json", "nowhere/out.json"], "there is no folder"),
        (["run", "walks-wonder"], "Did you mean 'walks-wander'"),
        (["run", "--reward", "nowhere.py:Mine"], "there is no file"),
        (["show"], "there are no runs"),
        (["sql", "select 1"], "there are no runs"),
    ],
)
def test_mistakes_get_one_message_and_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with stand_ins():
        assert gyges(*arguments) == Exit.USAGE
    shown = capsys.readouterr().err
    assert message in shown
    assert shown.startswith("gyges: ")
    assert "Traceback" not in shown


@pytest.mark.parametrize("arguments", [["run", "--budget", "ful"], ["rum"], ["run", "--seeds", "many"]])
def test_what_cannot_be_parsed_gives_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert gyges(*arguments) == Exit.USAGE
    assert capsys.readouterr().err


def test_an_unwritable_place_gives_3(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "file").write_text("")
    with stand_ins():
        assert gyges("run", "--quick", "--out", "file/runs") == Exit.DISK
    assert "choose another place with --out" in capsys.readouterr().err


def test_ctrl_c_says_what_is_stored_and_how_to_go_on(elsewhere: Path) -> None:
    log = elsewhere / "log"
    environment = paths() | {"STAND_IN_LOG": str(log), "STAND_IN_PAUSE": "0.05"}
    command = [sys.executable, str(HERE / "stand_in_cli.py"), "run", "--budget", "full", "--seeds", "2"]
    run = subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not log.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == Exit.INTERRUPTED, said
    assert "0 of 3 cells are stored" in said
    assert "gyges run --budget full --seeds 2" in said
    assert "Traceback" not in said
    (manifest,) = (elsewhere / "runs").glob("*/run.json")
    assert json.loads(manifest.read_text())["status"] == "interrupted"


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from gyges.clusters import RayPool

    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(Fault, match=re.escape("pip install 'gyges[ray]'")):
        RayPool("auto")


def test_check_shows_each_line_and_fails_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        SimpleNamespace(status="ok", text="reads evidence"),
        SimpleNamespace(status="fail", text="is not finite"),
    ]
    module = ModuleType("gyges.check")
    module.check = lambda spec: SimpleNamespace(lines=lines, ok=False)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gyges.check", module)
    assert gyges("check", "my.py:Mine") == Exit.INCOMPLETE
    assert capsys.readouterr().out.splitlines() == ["ok   reads evidence", "fail is not finite"]


def test_list_names_what_is_registered(capsys: pytest.CaptureFixture[str]) -> None:
    assert gyges("list") == 0
    shown = capsys.readouterr().out
    for name in ("caught-versus-did", "vault", "seen-theft", "ppo"):
        assert name in shown


def test_the_nearest_names_are_offered() -> None:
    assert "'vault'" in unknown("environment", "Valut", ["vault", "village"]).message
    assert "Known: a, b." in unknown("agent", "zzz", ["a", "b"]).message
    assert "none yet" in unknown("agent", "zzz", []).message


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pace_counts_steps_since_the_first_report_and_foresees_the_end() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.plan(total=3, stored=1, work=200.0)
    assert pace.seconds_left() is None
    cell = Cell(updates=100, seeds=(0,))
    pace.start(0, cell)
    clock.now = 5.0
    pace.progress(0, Progress(40, 4000))  # from a checkpoint: not what was done in these five seconds
    assert pace.steps_per_second() == 0.0
    clock.now = 10.0
    pace.progress(0, Progress(50, 5000))
    assert pace.steps_per_second() == pytest.approx(100.0)
    clock.now = 20.0
    pace.store(cell, 0)
    assert pace.seconds_left() == pytest.approx(20.0)
    assert not pace.places


def test_times_and_rates_are_short() -> None:
    assert [duration(seconds) for seconds in (None, 20, 600, 7200)] == [
        "preparing",
        "20 s left",
        "10 min left",
        "2.0 h left",
    ]
    assert [rate(steps) for steps in (12, 3400, 1.26e6)] == ["12 steps/s", "3.4 k steps/s", "1.3 M steps/s"]


def test_lines_come_every_ten_seconds_and_for_each_mishap() -> None:
    clock, written = Clock(), io.StringIO()
    lines = Lines(Console(file=written, width=200), clock)
    cell = Cell(reward="outcome", updates=60)
    lines.planned(4, 1, 480.0)
    lines.started(0, cell)
    for clock.now in range(25):
        lines.progressed(0, cell, Progress(clock.now, clock.now * 100, (0.934, -0.41) if clock.now else None))
        lines.tick()
    lines.failed(Failure("key", cell, "it fell over [sic]"))
    shown = written.getvalue().splitlines()
    assert shown[0] == "4 cells, 1 of them stored already"
    assert len(shown) == 4
    assert shown[1].startswith("1/4 cells, ")
    assert "vault / outcome / ppo (10/60, reward 0.93, true -0.41)" in shown[1]
    assert shown[3] == "failed: vault / outcome / ppo: it fell over [sic]"


def test_bars_show_each_worker() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=120)
    bars = Bars(console)
    cell = Cell(reward="outcome", label="arm [1]", updates=60)
    with bars.shown():
        bars.planned(2, 0, 960.0)
        for worker in (0, 1):
            bars.started(worker, cell)
        bars.progressed(1, cell, Progress(30, 3000, (0.5, -0.41)))
        bars.tick()
        bars.stored(cell, 1)
        bars.tick()
    shown = written.getvalue()
    for wanted in ("2 cells, 0 of them", "1/2 cells", "worker 1", "worker 2", "arm [1]", "waiting"):
        assert wanted in shown


def test_gauges_are_drawn_where_a_value_lies_between_nothing_and_all() -> None:
    assert gauges(Progress(0, 0)) == ""
    assert gauges(Progress(30, 3000, (0.5, -0.41))) == "reward ███    0.50  true -0.41"
    assert gauges(Progress(30, 3000, (1.0, 0.0))) == "reward ██████ 1.00  true        0.00"


def test_the_ring_table_has_a_dash_for_what_was_not_measured() -> None:
    frame = stand_in.run_cell(next(stand_in.walks(1)), inputs={}, checkpoint=None, progress=lambda *_: None).metrics
    rows = measured(frame.assign(key="k"))
    rows.append(dict(rows[0]) | {"key": "other", "metric": "ring_gap", "condition": ""})
    table = ring_table(rows)
    console = Console(file=io.StringIO(), width=200)
    console.print(table)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert lines[1].rstrip().endswith("-")


def schema() -> Any:
    return json.loads(SCHEMA.read_text().partition("```json\n")[2].partition("```")[0])


def paths() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent / "src")])}
