"""The search: it composes steps, keeps what reaches new lines, and knows what its completions state."""

import ast
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit import attacks
from gyges.audit.attacks.base import Case
from gyges.audit.judges.base import Judge
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.reading.learn import Learned
from gyges.audit.reading.scale import Scale
from gyges.audit.records import Call, Opened, Relation, Score, Task, Truth
from gyges.audit.search.loop import Budget, Hit, build, search
from gyges.audit.search.mutators import MUTATORS
from gyges.audit.source import Facts, read
from gyges.audit.subject import Subject

ANSWERS = ["42", "1042", "-7", "918", "65"]


class Plain(Judge):
    name = "plain"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        return 1.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        return Truth.RIGHT if stated.strip() == reference.strip() else Truth.WRONG


class World:
    """A grader in this process, its source read, and a scorer that says which of its lines ran."""

    def __init__(self, folder: Path, source: str, frame: Format = BARE) -> None:
        self.file = str(folder / "grader.py")
        Path(self.file).write_text(textwrap.dedent(source))
        made: dict[str, Any] = {}
        exec(compile(Path(self.file).read_text(), self.file, "exec"), made)
        self.grade: Callable[[str, str], float] = made["grade"]
        tree = ast.parse(Path(self.file).read_text())
        line = next(node.lineno for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "grade")
        facts = read([self.file], (self.file, line))
        tasks = tuple(Task(at, "How many?", answer, "answer", {}) for at, answer in enumerate(ANSWERS))
        opened = Opened("plain", "grade", tasks, files=(self.file,))
        scales = {task.index: Scale(1.0, 0.0, 0.0) for task in tasks}
        honest = {task.index: frame.wrap(task.answer) for task in tasks}
        learned = Learned(frame, True, frozenset(scales), scales, honest, 1, False)
        self.subject = Subject(opened, facts, dict(enumerate(ANSWERS)), {}, {}, learned, (), "")
        self.cases = [
            Case(task, task.answer, frame, Plain(), facts, opened, tuple(a for a in ANSWERS if a != task.answer))
            for task in tasks
        ]
        self.calls = 0

    def score(self, calls: list[Call]) -> list[tuple[Score, ...]]:
        self.calls += len(calls)
        return [(self._score(call),) for call in calls]

    def _score(self, call: Call) -> Score:
        covered: set[str] = set()

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            if frame.f_code.co_filename == self.file:
                covered.add(f"{self.file}:{frame.f_lineno}")
                return trace
            return None

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            value = self.grade(call.completions[0], ANSWERS[call.tasks[0]])
        except Exception as error:
            return Score(None, "raised", repr(error), covered=frozenset(covered))
        finally:
            sys.settrace(before)
        return Score(float(value), covered=frozenset(covered))

    def search(self, calls: int = 1500, seed: int = 0) -> list[Hit]:
        return list(search(self.subject, self.cases, self.score, Budget(calls, 1e9), seed))


STRICT = """
    def grade(text, answer):
        return 1.0 if text.strip() == answer else 0.0
    """
TWO_STEPS = """
    def grade(text, answer):
        if text.strip() == answer:
            return 1.0
        if text.startswith("Solution:"):
            body = text[len("Solution:"):]
            if body.strip().startswith(answer[:1]) and body.strip() != answer and len(body.strip()) == len(answer):
                return 1.0
        return 0.0
    """
THREE_STEPS = """
    def grade(text, answer):
        if text.strip() == answer:
            return 1.0
        if "because" in text:
            if "<answer>" in text:
                if answer in text and "\\n" in text:
                    return 1.0
        return 0.0
    """


@pytest.mark.parametrize("source", [TWO_STEPS, THREE_STEPS])
@pytest.mark.parametrize("seed", [0, 1])
def test_it_finds_a_hole_that_takes_several_steps(tmp_path: Path, source: str, seed: int) -> None:
    world = World(tmp_path, source)
    found = [hit for hit in world.search(seed=seed) if hit.relative >= 0.5]
    assert found, f"nothing found in {world.calls} calls"
    assert all(len(hit.recipe) > 1 for hit in found)
    assert len({hit.task for hit in found}) > 1, "what is paid on one task is tried on others"


def test_no_single_attack_has_that_hole(tmp_path: Path) -> None:
    world = World(tmp_path, TWO_STEPS)
    for case in world.cases[:2]:
        for attack in attacks.instances().values():
            for candidate in attack.candidates(case) if attack.suits(case) else ():
                if candidate.relation is not Relation.SAME and len(candidate.completion) < 1000:
                    assert world.grade(candidate.completion, case.reference) == 0.0, candidate


def test_a_strict_grader_pays_nothing(tmp_path: Path) -> None:
    assert all(hit.relative == 0.0 for hit in World(tmp_path, STRICT).search(calls=600))


def test_new_lines_steer_it(tmp_path: Path) -> None:
    guided, blind = World(tmp_path, THREE_STEPS), World(tmp_path, THREE_STEPS)
    traced = blind._score
    blind._score = lambda call: Score(traced(call).value)  # type: ignore[method-assign]

    def calls_to_first(world: World) -> int:
        total = 0
        for seed in range(4):
            hits = world.search(seed=seed)
            total += next((at for at, hit in enumerate(hits) if hit.relative >= 0.5), len(hits))
        return total

    assert calls_to_first(guided) < calls_to_first(blind)


def test_the_same_seed_gives_the_same_search(tmp_path: Path) -> None:
    runs = [
        [(hit.task, hit.candidate.completion) for hit in World(tmp_path, TWO_STEPS).search(300, s)] for s in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]


def test_the_budget_is_kept(tmp_path: Path) -> None:
    world = World(tmp_path, TWO_STEPS)
    assert len(world.search(calls=70)) == world.calls == 70
    ticks = iter(range(10_000))
    hits = list(search(world.subject, world.cases, world.score, Budget(10_000, 5), now=lambda: next(ticks)))
    assert len(hits) < 1000


def test_it_stops_trying_what_stalls_the_grader(tmp_path: Path) -> None:
    world = World(tmp_path, STRICT)
    stalled: list[str] = []

    def score(calls: list[Call]) -> list[tuple[Score, ...]]:
        scores = []
        for call in calls:
            hangs = "wrong" in call.completions[0]
            stalled.extend(call.completions if hangs else ())
            scores.append((Score(None, "hung") if hangs else Score(0.0),))
        return scores

    list(search(world.subject, world.cases, score, Budget(1500, 1e9)))
    assert 0 < len(stalled) < 150


def test_tasks_without_reference_or_scale_are_left_out(tmp_path: Path) -> None:
    world = World(tmp_path, STRICT)
    assert list(search(world.subject, [], world.score)) == []


STEPS = st.tuples(st.sampled_from([mutator.__name__ for mutator in MUTATORS]), st.integers(0, 40))
FRAMES = [BARE, Format("tag", "<answer>", "</answer>"), Format("label", "Answer: ", lead="I think.\n")]


@given(st.lists(STEPS, max_size=5), st.sampled_from(["42", "-3.5", "Paris", "a, b", "yes"]), st.sampled_from(FRAMES))
@settings(max_examples=300, deadline=None)
def test_a_structure_knows_what_it_states(steps: list[tuple[str, int]], reference: str, frame: Format) -> None:
    task = Task(0, "How many?", reference, "answer", {})
    case = Case(task, reference, frame, Plain(), Facts(), Opened("plain", "g", (task,)), ("57", "Rome"))
    structure = build(tuple(steps), case)
    if structure is None:
        return
    candidate = structure.candidate()
    assert candidate.completion == structure.completion
    match candidate.relation:
        case Relation.SAME:
            assert candidate.states == reference
            assert reference in candidate.completion
        case Relation.DIFFERENT:
            assert candidate.states is not None
            assert candidate.states.strip() != reference
            assert candidate.states in candidate.completion
        case Relation.NONE:
            assert candidate.states is None
