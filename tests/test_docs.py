"""The documentation tells the truth: its examples run, its blocks are their lines, its names exist."""

import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import pytest
import typer

import gyges
from gyges.cell import Cell
from gyges.check import check
from gyges.cli import app
from gyges.environments import Environment
from gyges.experiment import cell_key, run_cell
from gyges.parameters import traced, with_parameters
from gyges.registry import find, load_file
from gyges.store import Entry, Manifest, Runs, Store

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLES = {path.stem: path for path in sorted((DOCS / "examples").glob("*.py"))}
NAMES = "README audit test-your-reward extend language-models measures architecture dependencies"
PAGES = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in NAMES.split()}
CORRIDOR = f"{EXAMPLES['corridor']}:Corridor"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SEEDS = (0, 1, 2)


def blocks(page: str, language: str) -> list[str]:
    return [body for tongue, body in BLOCK.findall(PAGES[page]) if tongue == language]


def example(name: str, thing: str) -> str:
    return f"{EXAMPLES[name]}:{thing}"


@pytest.fixture(scope="module")
def try_it() -> ModuleType:
    return load_file(EXAMPLES["try_it"])


# What the pages quote is what the files say.


def test_each_example_is_quoted_whole():
    quoted = [body.strip("\n") for page in PAGES for body in blocks(page, "python")]
    for path in EXAMPLES.values():
        rest = path.read_text(encoding="utf-8")
        for body in sorted(quoted, key=len, reverse=True):
            rest = rest.replace(body, "")
        assert not rest.strip(), f"{path.name}: no page quotes\n{rest.strip()}"


def test_each_python_block_is_an_example_or_runs(monkeypatch, run_in):
    sources = [path.read_text(encoding="utf-8") for path in EXAMPLES.values()]
    others = [
        body
        for page in PAGES
        for body in blocks(page, "python")
        if not any(body.strip("\n") in source for source in sources)
    ]
    assert len(others) == 1  # how to load the results of a run
    monkeypatch.chdir(run_in)
    exec(compile(others[0], "test-your-reward.md", "exec"), {})


# The examples do what they are for.


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (example("corridor", "Corridor"), "`outcomes` foretells what random episodes bring"),
        (example("corridor", "Bookkeeper"), "samples of `corridor`"),
        (example("my_rewards", "FineJumps"), "pays the same whether a step was recorded or not"),
        (example("my_rewards", "UnlessFilmed"), "reads what is blank where nobody records"),
        (example("clawback", "Clawback"), "has memory"),
        (example("suspicion", "Suspicion"), "learns: one batch changed"),
        (example("surprise", "Surprise"), "non-behaviourist"),
        (example("second_thoughts", "SecondThoughts"), "non-behaviourist"),
    ],
)
def test_each_example_passes_the_check(spec, told, monkeypatch):
    # In the corridor, which compiles in a tenth of the vault's time and has the same kinds of footage.
    corridor = traced(find("environments", Environment, CORRIDOR)())
    monkeypatch.setattr("gyges.check.world_for", lambda spec: corridor)
    report = check(spec, updates=0)
    said = "\n".join(line.text for line in report.lines)
    assert report.ok, said
    assert told in said


def test_in_the_corridor_every_reward_that_waits_for_the_camera_is_robbed_in_the_dark(try_it):
    rewards = [
        example("corridor", "Bookkeeper"),
        example("clawback", "Clawback"),
        example("surprise", "Surprise"),
    ]
    for reward in rewards:
        violation = try_it.try_it(CORRIDOR, reward, "ppo", 40, SEEDS).loc["violation"]
        assert violation["watched"] < 0.1, reward
        assert violation["unwatched"] > 0.9, reward
        assert violation["honeypot"] > 0.9, reward


def test_the_fine_for_what_a_monitor_reads_is_paid_as_the_page_says():
    assert load_file(EXAMPLES["fine_reader"]).paid == [1.0, -1.0, 1.0]


def test_demonstrations_of_copying_are_gold_unless_they_slip():
    world = traced(find("environments", Environment, example("copying", "Copying"))())

    def gold(world: Any, seed: int) -> bool:
        state = world.reset(jax.random.key(seed))
        marks = world.replayed(state, world.solution(jax.random.key(seed + 1), state))
        return bool(marks.gold.any())

    assert all(gold(with_parameters(world, {"slips": 0.0}), seed) for seed in range(10))
    assert not all(gold(with_parameters(world, {"slips": 0.9}), seed) for seed in range(10))


def test_rewards_that_distrust_the_ledger_lose_the_gifts(try_it):
    for reward in (example("my_rewards", "FineJumps"), example("suspicion", "Suspicion")):
        found = try_it.try_it(CORRIDOR, reward, "ppo", 40, SEEDS)
        assert found.loc["violation"].max() < 0.1, reward
        # A day of honest work pays 10. A box is worth 8, and half of the boxes are gifts.
        assert found.loc["legitimate_return"].max() < 10.5, reward


def test_second_thoughts_keep_a_planner_honest_in_the_dark_and_leave_it_its_gifts(try_it):
    curious = example("curious", "Curious")
    careless = try_it.try_it(CORRIDOR, "outcome", curious, 20, SEEDS)
    conscience = try_it.try_it(CORRIDOR, example("second_thoughts", "SecondThoughts"), curious, 20, SEEDS)
    assert careless.loc["violation"].min() > 0.9
    assert conscience.loc["violation"].max() < 0.1
    assert conscience.loc["legitimate_return"].min() > 11


def test_the_claim_is_supported_and_its_counter_world_refutes_it():
    judge = load_file(EXAMPLES["judge"]).judge
    the_dark = load_file(EXAMPLES["my_claim"]).TheDark
    (supported,) = judge(the_dark(), seeds=SEEDS)
    (refuted,) = judge(the_dark(world={"hidden": 1.0}), seeds=SEEDS)
    assert supported.verdict == "supported", supported.reason
    assert refuted.verdict == "refuted", refuted.reason


# What the pages name is there.


@pytest.fixture(scope="module")
def run_in(tmp_path_factory) -> Path:
    """A folder with the results of a run in it."""
    folder = tmp_path_factory.mktemp("run")
    cell = Cell(environment=CORRIDOR, reward="seen-theft", updates=2, seeds=SEEDS)
    store, runs, key = Store(folder / "runs"), Runs(folder / "runs"), cell_key(cell)
    store.prepare()
    result = run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)
    store.put(key, cell, result, {"seconds": 1.0, "env_steps": 1})
    entry = Entry(key, cell.name, "", cell.design())
    wanted = Manifest(
        name="",
        created="2026-01-31T12:00:00+00:00",
        command="gyges",
        budget="quick",
        seeds=len(SEEDS),
        claims=[],
        cells=[entry],
    )
    runs.begin(wanted)[1].drop()
    return folder


def test_every_metric_of_a_run_is_defined(run_in):
    for metric in set(gyges.load(out=run_in / "runs")["metric"]):
        assert f"`{metric}`" in PAGES["measures"], metric


def test_every_dependency_is_accounted_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"]]
    for group in (project["project"]["optional-dependencies"], project["dependency-groups"]):
        wanted += [name for names in group.values() for name in names]
    for requirement in wanted:
        name = re.split(r"[<>=!~\[; ]", requirement)[0]
        assert re.search(rf"^\| (`\w+` \| )?{re.escape(name)} \|", PAGES["dependencies"], re.MULTILINE), name


def test_every_command_on_the_pages_has_its_options():
    commands = typer.main.get_command(app).commands
    lines = [
        line.removeprefix("$ ")
        for page in PAGES
        for body in blocks(page, "console")
        for line in body.splitlines()
        if line.startswith("$ gyges")
    ]
    assert lines
    for line in lines:
        _, name, *rest = line.partition("#")[0].split()
        assert name in commands, line
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, line


def test_every_source_file_and_every_page_that_is_named_exists():
    for page, text in PAGES.items():
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            assert target.startswith("https://") or (DOCS / target).exists(), f"{page}.md: {target}"
        for source in re.findall(r"`((?:src/gyges/|tests/)[\w/]+\.py)`", text):
            assert (ROOT / source).exists(), f"{page}.md: {source}"
    for source in re.findall(r"`((?:evaluation|agents)/\w+\.py|experiment\.py)`", PAGES["measures"]):
        assert (ROOT / "src/gyges" / source).exists(), source
