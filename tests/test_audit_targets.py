"""How a spec becomes a grader: what is imported, which protocol is seen, and what errors say."""

import subprocess
import sys
from pathlib import Path

import pytest

from gyges.audit.targets.base import TargetError
from gyges.audit.targets.detecting import protocols

ROWS = [{"prompt": "1 + 41?", "answer": "42"}, {"prompt": "1 + 1?", "answer": "2"}]
EXACT = "def exact_reward(completion, answer):\n    return float(completion == answer)\n"


def scores(opened, *completions):
    target, tasks, _ = opened
    return [target.grade([tasks[0]], [text])[0] for text in completions]


@pytest.mark.parametrize(
    ("signature", "protocol"),
    [
        ("f(prompts, completions, **kwargs)", "trl"),
        ("f(completions, answer, **kwargs)", "trl"),
        ("f(completions)", "trl"),
        ("f(completion_ids, **kwargs)", "trl"),
        ("compute_score(data_source, solution_str, ground_truth, extra_info=None)", "verl"),
        ("compute_score(solution_str, ground_truth, method='strict')", "verl"),
        ("compute_score(data_sources, solution_strs, ground_truths, extra_infos)", "verl"),
        ("f(completion, answer)", "plain"),
        ("f(response, reference)", "plain"),
        ("f(gold, pred)", "plain"),
        ("f(text)", "plain"),
        ("f(model_output, expected_output, question=None)", "plain"),
        ("async_score(state, target)", "inspect"),
        ("f(action, observation)", "openenv"),
        ("f(task, trace)", "verifiers"),
        ("f(completion, answer, parser, state)", "verifiers"),
        ("run(code, tests)", "program"),
        ("check_correctness(problem, completion, timeout, completion_id=None)", "program"),
    ],
)
def test_the_protocol_is_seen_in_the_signature(signature, protocol):
    space = {}
    exec(f"def {signature}: return 0.0", space)
    thing = next(held for name, held in space.items() if name != "__builtins__")
    sure = {name: kind.recognises("mine.py:f", thing) for name, kind in protocols().items()}
    best = max(sure, key=sure.get)
    assert best == protocol, sure
    assert list(sure.values()).count(sure[best]) == 1


FORMS = (
    EXACT
    + """
import functools
class Exact:
    def __call__(self, completion, answer):
        return float(completion == answer)
    def method(self, completion, answer):
        return float(completion == answer)
    @staticmethod
    def static(completion, answer):
        return float(completion == answer)
    @classmethod
    def of_class(cls, completion, answer):
        return float(completion == answer)
instance = Exact()
fixed = functools.partial(lambda completion, answer, pay: pay * (completion == answer), pay=1.0)
async def waits(completion, answer):
    return float(completion == answer)
def decorated(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
wrapped = decorated(exact_reward)
def make(pay=1.0):
    def grade(completion, answer):
        return pay * (completion == answer)
    return grade
def by_place(completion, answer, /):
    return float(completion == answer)
"""
)


@pytest.mark.parametrize(
    "name",
    [
        "exact_reward", "Exact", "Exact.method", "Exact.static", "Exact.of_class", "instance", "fixed", "waits",
        "wrapped",
        "make", "by_place",
    ],
)  # fmt: skip
def test_every_kind_of_callable_is_graded_with(opening, name):
    opened = opening(f"mine.py:{name}", FORMS, ROWS)
    assert scores(opened, "42", "41") == [1.0, 0.0]
    assert opened[2].name == name


def test_options_go_to_the_maker_of_a_grader_or_to_the_grader(opening):
    assert scores(opening("mine.py:make", FORMS, ROWS, bind={"pay": 3}), "42") == [3]
    source = "def score(completion, answer, pay=1.0): return pay * (completion == answer)"
    assert scores(opening("mine.py:score", source, ROWS, bind={"pay": 3}), "42") == [3]


def test_a_maker_of_graders_says_what_it_needs(opening):
    source = "from typing import Callable\ndef get_reward(max_completion_len: int) -> Callable: ..."
    with pytest.raises(TargetError, match=r"needs max_completion_len; say --option max_completion_len=VALUE"):
        opening("mine.py:get_reward", source, ROWS)


def test_a_name_may_be_left_out_where_one_thing_grades(opening):
    source = f"def extract(text):\n    return text[-2:]\n{EXACT}"
    assert opening("mine.py", source, ROWS)[2].name == "exact_reward"


def test_several_graders_are_listed(opening):
    with pytest.raises(
        TargetError, match=r"several graders: exact_reward, other_reward\. Say which: mine\.py:exact_reward"
    ):
        opening("mine.py", EXACT + "def other_reward(response, gold): return 1.0", ROWS)


def test_a_file_of_a_package_is_imported_as_part_of_it(opening, tmp_path):
    package = tmp_path / "src" / "pack" / "deep"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package.parent / "shared.py").write_text("from re import compile\nNUMBER = compile(r'\\d+')\n")
    (package / "rewards.py").write_text(
        "from ..shared import NUMBER\nimport json\n"
        "def score(completion, answer):\n    return float(NUMBER.findall(completion) == [answer])\n"
    )
    opened = opening("src/pack/deep/rewards.py:score", "", ROWS)
    assert scores(opened, "it is 42", "41") == [1.0, 0.0]
    names = [str(Path(file).relative_to(tmp_path)) for file in opened[2].files]
    assert names == ["src/pack/deep/rewards.py", "src/pack/shared.py"]


def test_a_file_whose_package_cannot_load_is_imported_without_it(opening, tmp_path):
    folder = tmp_path / "big" / "scores"
    folder.mkdir(parents=True)
    (tmp_path / "big" / "__init__.py").write_text("import a_library_that_nobody_has\n")
    (folder / "__init__.py").write_text("from .exact import grade\n")
    (folder / "clean.py").write_text("def cleaned(text):\n    return text.strip()\n")
    (folder / "exact.py").write_text(
        "from .clean import cleaned\ndef grade(response, answer):\n    return float(cleaned(response) == answer)\n"
    )
    opened = opening("big/scores/exact.py:grade", "", ROWS)
    assert scores(opened, " 42 ", "41") == [1.0, 0.0]
    assert {Path(file).name for file in opened[2].files} == {"exact.py", "clean.py"}


def test_what_the_file_itself_lacks_is_named_not_what_its_package_lacks(opening, tmp_path):
    folder = tmp_path / "large"
    folder.mkdir()
    (folder / "__init__.py").write_text("import a_library_that_nobody_has\n")
    (folder / "exact.py").write_text("import another_one\ndef grade(response, answer):\n    return 1.0\n")
    with pytest.raises(TargetError, match="needs 'another_one'"):
        opening("large/exact.py:grade", "", ROWS)


@pytest.mark.parametrize("mark", [True, False])
def test_relative_imports_work_without_init_files(opening, tmp_path, mark):
    folder = tmp_path / "src" / "loose"
    folder.mkdir(parents=True)
    if mark:
        (tmp_path / "pyproject.toml").touch()
    (folder / "parts.py").write_text("def same(one, other): return one == other")
    (folder / "loose_rewards.py").write_text(
        "from .parts import same\ndef score(completion, answer): return same(completion, answer)"
    )
    assert scores(opening("src/loose/loose_rewards.py:score", "", ROWS), "42", "1") == [True, False]


def test_neighbours_of_a_file_can_be_imported(opening, tmp_path):
    (tmp_path / "neighbour_of_mine.py").write_text("def same(one, other): return one == other")
    source = "import neighbour_of_mine as n\ndef score(completion, answer): return n.same(completion, answer)"
    opened = opening("mine.py:score", source, ROWS)
    assert [Path(file).name for file in opened[2].files] == ["mine.py", "neighbour_of_mine.py"]


def test_a_file_with_the_name_of_a_known_module_is_still_the_users(opening, tmp_path):
    (tmp_path / "json.py").write_text(EXACT)
    assert scores(opening("json.py:exact_reward", "", ROWS), "42") == [1.0]


def test_only_what_the_grader_uses_is_its_source(opening, tmp_path):
    (tmp_path / "aside.py").write_text("def unused(): ...")
    (tmp_path / "later.py").write_text("def same(one, other): return one == other")
    source = (
        "import aside\ndef score(completion, answer):\n    from later import same\n"
        "    return same(completion, answer)\n"
        "def other(): return aside.unused()\n"
    )
    opened = opening("mine.py:score", source, ROWS)[2]
    assert [Path(file).name for file in opened.files] == ["mine.py", "later.py"]
    assert (Path(opened.file).name, opened.line) == ("mine.py", 2)


def test_opened_says_what_the_target_is(opening):
    source = (
        'def score(response: str, gold: str) -> float:\n    """Returns 1 or 0."""\n    return float(response == gold)\n'
    )
    opened = opening("mine.py:score", source, ROWS)[2]
    assert opened.signature == "score(response: str, gold: str) -> float"
    assert (opened.doc, opened.columns, opened.protocol) == ("Returns 1 or 0.", ("answer",), "plain")
    assert opened.versions["python"].startswith("3.")
    assert len(opened.tasks) == 2


@pytest.mark.parametrize(
    ("spec", "source", "said"),
    [
        ("other.py:f", "", "there is no file other.py"),
        ("no_such_module:f", "", "no file, folder or module 'no_such_module' here"),
        ("mine.py:exact", EXACT, r"nothing called 'exact'. Did you mean exact_reward\?"),
        ("mine.py:f", "def f(:", "SyntaxError"),
        ("mine.py:f", "1 / 0", r"mine.py does not load: ZeroDivisionError: division by zero \(.*mine.py:1\)"),
        ("mine.py:f", "raise SystemExit", "mine.py does not load: SystemExit"),
        ("mine.py:f", "import inspect_ai_tools", "needs 'inspect_ai_tools'.*install it there, or say --python PATH"),
        ("mine.py:f", "import sklearn_is_absent.x", "needs 'sklearn_is_absent'"),
        ("mine.py:f", "import verl", "needs 'verl'.*pip install verl"),
        ("mine.py:f", "f = 3", "it is int, which cannot be called"),
        ("mine.py:f", "def f(a, b, c, d): ...", r"its signature is f\(a, b, c, d\)(.|\n)*plain: (.|\n)*trl: "),
        ("mine.py:F", "class F:\n def __init__(self, scale): ...\n", "needs scale; say --option scale=VALUE"),
        ("mine.py", "def load(a, b, c): ...", "nothing that is certainly a grader"),
        ("mine.py:score", "def score(completion, units): ...", "needs 'units', and row 1 has no such column"),
        ("mine.py:f()", EXACT, "is no name"),
    ],
)
def test_errors_say_what_came_and_how_to_mend_it(opening, spec, source, said):
    rows = [{"prompt": "?", "answer": "1", "extra": "2"}]
    if "units" in source:
        source = "def score(completion, answer, units): ..."
    with pytest.raises(TargetError, match=said):
        opening(spec, source, rows)


def test_equally_likely_protocols_are_shown(opening, monkeypatch):
    kinds = protocols()
    monkeypatch.setattr(kinds["verl"], "recognises", classmethod(lambda cls, spec, thing: 0.7))
    with pytest.raises(TargetError, match=r"fits plain and verl equally well.*Say --protocol NAME"):
        opening("mine.py:exact_reward", EXACT, ROWS)
    assert scores(opening("mine.py:exact_reward", EXACT, ROWS, protocol="plain"), "42") == [1.0]


def test_an_unknown_protocol_lists_the_known(opening):
    with pytest.raises(TargetError, match=r"no protocol is called 'trlx'. Known: .*plain.*verl"):
        opening("mine.py:exact_reward", EXACT, ROWS, protocol="trlx")


def test_a_target_without_tasks_asks_for_them(opening):
    with pytest.raises(TargetError, match=r"no tasks of its own; say --tasks FILE.jsonl"):
        opening("mine.py:exact_reward", EXACT)


def test_an_option_that_the_grader_does_not_take_is_refused(opening):
    with pytest.raises(TargetError, match=r"no parameter 'pays' .* it takes completion, answer"):
        opening("mine.py:exact_reward", EXACT, ROWS, bind={"pays": 1})


def test_the_room_needs_the_standard_library_only():
    room = Path(__file__).parents[1] / "src"
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import gyges.audit.targets.detecting as d, "
        "gyges.audit.targets.loading, gyges.audit.targets.answers; d.protocols(); "
        "bad = [n for n in sys.modules if n.partition('.')[0] not in (*sys.stdlib_module_names, 'gyges', '__main__')]; "
        "print(bad)"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(room)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
