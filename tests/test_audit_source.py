"""Reading a grader's source: facts of each kind, from what the grader reaches and from nothing else."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.source import Facts, read, responsible
from gyges.audit.source.samples import samples


def written(folder: Path, source: str, name: str = "grader.py") -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(source).lstrip("\n"))
    return str(file)


def facts_of(folder: Path, source: str, name: str = "grade") -> Facts:
    file = written(folder, source)
    lines = Path(file).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if f"def {name}(" in text)
    return read([file], (file, line))


def values(facts: tuple[Any, ...]) -> list[object]:
    return [fact.value for fact in facts]


KINDS = [
    ("strings", "return 1.0 if text == 'yes' else 0.0", "yes"),
    ("strings", "return float(any(w in text for w in ['thus', 'hence']))", "hence"),
    ("strings", "return float(text.startswith('Answer:'))", "Answer:"),
    ("numbers", "return float(int(text) == 17)", 17),
    ("tolerances", "return float(abs(float(text) - answer) < 1e-3)", ("abs", 1e-3)),
    ("tolerances", "gap = abs(float(text) - answer)\n    return 1.0 if gap <= LIMIT else 0.0", ("abs", 0.5)),
    ("tolerances", "return float(abs(float(text) - answer) <= 0.05 * abs(answer))", ("rel", 0.05)),
    ("tolerances", "return float(abs(float(text) - answer) / abs(answer) < 0.01)", ("rel", 0.01)),
    ("tolerances", "return float(math.isclose(float(text), answer))", ("rel", 1e-9)),
    ("tolerances", "return float(math.isclose(float(text), answer, abs_tol=0.1))", ("abs", 0.1)),
    ("tolerances", "return float(round(float(text), 2) == round(answer, 2))", ("round", 2.0)),
    ("tolerances", "return float(f'{float(text):.3f}' == answer)", ("round", 3.0)),
    ("slices", "return float(answer in text[-300:])", (-300, None)),
    ("slices", "return float(text[:5] == answer[:5])", (None, 5)),
    ("slices", "return float(text[0] == answer[0])", (0, 1)),
    ("patterns", "return float(re.search(r'#### (\\d+)', text)[1] == answer)", ("#### (\\d+)", 0, "search")),
    ("patterns", "return float(bool(TAG.fullmatch(text)))", ("<a>(.*)</a>", 16, "fullmatch")),
    ("patterns", "return float(bool(re.search(rf'\\b{answer}\\b', text)))", ("\\b\ue000\\b", 0, "search")),
    ("patterns", "return float(bool(re.search(MARK + r'(\\w+)', text, re.I | re.S)))", ("Final: (\\w+)", 18, "search")),
    ("replacements", "return float(text.replace(',', '') == answer)", (",", "", False)),
    ("replacements", "return float(re.sub(r'[^0-9]', '', text) == answer)", ("[^0-9]", "", True)),
    ("coercions", "return float(set(text.split()) == set(answer))", "set"),
    ("coercions", "return float(text.lower() == answer)", "lower"),
    ("splits", "return float(text.split('####')[-1] == answer)", ("####", -1)),
    ("splits", "parts = text.split(MARK)\n    return float(parts[0] == answer)", ("Final: ", 0)),
    ("splits", "return float(re.findall(r'\\d+', text)[-1] == answer)", (None, -1)),
    ("splits", "head, _, tail = text.partition('=')\n    return float(tail == answer)", ("=", -1)),
    ("memberships", "return float(answer in text)", ("in", None)),
    ("memberships", "return float(text.endswith(answer))", ("endswith", None)),
    (
        "swallowed",
        "try:\n        return float(text)\n    except ValueError:\n        return 1.0",
        (("ValueError",), 1.0),
    ),
    ("swallowed", "try:\n        x = text\n    except:\n        x = 0\n    return x", (("BaseException",), 0)),
    ("sinks", "return float(eval(text) == answer)", "eval"),
    ("sinks", "return float(sub.run(text).returncode)", "subprocess.run"),
    ("lengths", "return 1.0 if len(text) > 200 else 0.0", (">", 200, "characters")),
    ("lengths", "return min(len(text.split()) / 50, 1.0)", ("/", 50, "words")),
    ("lengths", "return 1.0 if 10 <= len(text) else 0.0", (">=", 10, "characters")),
    ("returns", "return 0.25 if answer in text else 0.0", 0.25),
]


@pytest.mark.parametrize(("field", "body", "value"), KINDS)
def test_each_kind_of_fact_is_found_with_its_line(tmp_path: Path, field: str, body: str, value: object) -> None:
    source = (
        "import re, math\nimport subprocess as sub\n\nLIMIT = 0.5\nMARK = 'Final: '\n"
        "TAG = re.compile('<a>(.*)</a>', re.DOTALL)\n\n\ndef grade(text, answer):\n    " + body + "\n"
    )
    found = getattr(facts_of(tmp_path, source), field)
    assert value in values(found)
    fact = next(fact for fact in found if fact.value == value)
    file, _, line = fact.line.rpartition(":")
    assert file.endswith("grader.py")
    assert int(line) >= 9
    assert fact.code or field == "strings"


def test_only_what_the_grader_reaches_is_read(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """
        import re
        USED = re.compile("used")
        UNUSED = re.compile("unused")

        def other(text):
            return text[:7] == "never" and eval(text)

        def helper(text, mark="by default"):
            return text.split(mark)[-1]

        def grade(text, answer):
            return float(USED.search(helper(text)) is not None)
        """,
    )
    assert values(facts.patterns) == [("used", 0, "search"), ("used", 0, "compile")]
    assert values(facts.splits) == [("by default", -1)]
    assert not facts.slices
    assert not facts.sinks
    assert "never" not in values(facts.strings)


def test_calls_are_followed_over_files_classes_closures_and_tables(tmp_path: Path) -> None:
    written(tmp_path, "", "pack/__init__.py")
    helpers = written(
        tmp_path,
        """
        from .deep import clean

        LIMIT = 3

        def first(text):
            return clean(text)[:LIMIT]
        """,
        "pack/helpers.py",
    )
    deep = written(tmp_path, "def clean(text):\n    return text.replace('$', '')\n", "pack/deep.py")
    main = written(
        tmp_path,
        """
        from pack.helpers import first
        import pack.helpers as tools

        class Base:
            tolerance: float = 0.25
            def near(self, a, b):
                return abs(a - b) < self.tolerance

        def by_words(text, answer):
            return text.split(" | ")[0] == answer

        def by_lines(text, answer):
            return text.splitlines()[-1] == answer

        TABLE = {"words": by_words, "lines": by_lines}

        class Grader(Base):
            def __call__(self, text, answer, kind="words"):
                return self.near(len(first(text)), 1) and TABLE[kind](text, answer)
        """,
        "main.py",
    )
    line = next(n for n, text in enumerate(Path(main).read_text().splitlines(), 1) if "class Grader" in text)
    facts = read([main, helpers, deep], (main, line))
    assert ("abs", 0.25) in values(facts.tolerances)
    assert (None, 3) in values(facts.slices)
    assert ("$", "", False) in values(facts.replacements)
    assert {(" | ", 0), ("\n", -1)} <= set(values(facts.splits))


def test_a_name_of_the_standard_library_is_not_a_file_of_the_project(tmp_path: Path) -> None:
    written(tmp_path, "", "pack/__init__.py")
    namesake = written(tmp_path, "def choice(text):\n    return text[:77]\n", "pack/random.py")
    main = written(tmp_path, "import random\n\ndef grade(text):\n    return random.choice(text)\n", "pack/main.py")
    facts = read([main, namesake], (main, 3))
    assert not facts.slices
    assert "random.choice" in facts.calls


def test_a_factory_s_defaults_are_seen_from_inside(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """
        def make(size=0.125, marks=("A:", "B:")):
            def grade(text, answer):
                for mark in marks:
                    text = text.split(mark)[-1]
                return abs(float(text) - answer) < size
            return grade
        """,
    )
    assert ("abs", 0.125) in values(facts.tolerances)
    assert values(facts.splits) == [("A:", -1), ("B:", -1)]


def test_arguments_given_at_the_call_are_known_in_the_callee(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """
        import re
        def tagged(text, tag):
            return re.findall(f"<{tag}>(.*?)</{tag}>", text)[-1]

        def grade(text, answer):
            return tagged(text, "final") == answer
        """,
    )
    assert ("<final>(.*?)</final>", 0, "findall") in values(facts.patterns)


def test_docstrings_annotations_and_messages_are_not_facts(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """
        def grade(text: "secret" = "", answer: "other" = "") -> "kind":
            '''if text == "documented": pay'''
            if answer is None:
                raise ValueError("no answer" == text)
            return 1.0 if text == answer else 0.0
        """,
    )
    assert not facts.strings


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    broken = written(
        tmp_path,
        """
        def old(text):
            print "python 2"

        def grade(text, answer):
            return text[:9] == answer
        """,
        "broken.py",
    )
    latin = tmp_path / "latin.py"
    latin.write_bytes("# -*- coding: latin-1 -*-\ndef grade(text, answer):\n    return 'é' in text\n".encode("latin-1"))
    nul = tmp_path / "nul.py"
    nul.write_bytes(b"def grade(text):\n    return 1\x00\n\xff\xfe")
    deep = written(tmp_path, f"def grade(text):\n    return {'(' * 3000}1{')' * 3000}\n", "deep.py")
    assert values(read([broken], (broken, 4)).slices) == [(None, 9)]
    assert "é" in values(read([str(latin)], (str(latin), 2)).strings)
    for file in (str(nul), deep, str(tmp_path / "missing.py"), str(tmp_path), ""):
        read([file], (file, 1))
    assert not read([], ("", 0))
    assert not read([str(tmp_path / "missing.py")], (str(tmp_path / "missing.py"), 3))


@given(st.text(max_size=300), st.integers(-1, 50))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_reading_raise(tmp_path_factory: pytest.TempPathFactory, text: str, line: int) -> None:
    file = tmp_path_factory.getbasetemp() / "any.py"
    file.write_text(text, encoding="utf-8", errors="replace")
    read([str(file)], (str(file), line))


def test_reading_never_runs_the_source(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    facts_of(tmp_path, f"open({str(mark)!r}, 'w').close()\ndef grade(text, answer):\n    return text == 'x'\n")
    assert not mark.exists()


def test_the_line_to_blame_is_the_condition_that_let_it_through(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        def grade(text, answer):
            if text == answer:
                return 1.0
            if "trust me" in text:
                return 1.0
            return 0.0
        """,
    )
    wrong = [f"{file}:{line}" for line in (2, 4, 6)]
    exploit = [f"{file}:{line}" for line in (2, 4, 5)]
    assert responsible([file], exploit, wrong) == f"{file}:4"
    assert responsible([file], [f"{file}:2->4", f"{file}:4->5"], [f"{file}:2->4", f"{file}:4->6"]) == f"{file}:4"
    assert responsible([file], exploit, wrong, aimed=f"{file}:2") == f"{file}:2"
    assert responsible([file], exploit, wrong, aimed=f"{file}:6") == f"{file}:4"
    assert responsible([file], wrong, wrong) == f"{file}:6"
    assert responsible([file], [], []) == ""


def test_a_swallowed_exception_is_blamed_on_its_handler(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        def grade(text, answer):
            try:
                return float(float(text) == answer)
            except ValueError:
                return 1.0
        """,
    )
    assert responsible([file], [f"{file}:{n}" for n in (2, 3, 4, 5)], [f"{file}:{n}" for n in (2, 3)]) == f"{file}:4"


@pytest.mark.parametrize(
    ("pattern", "content", "text"),
    [
        (r"####\s*(-?\d+)", "42", "#### 42"),
        (r"<answer>(.*?)</answer>", "42", "<answer>42</answer>"),
        (r"(?:final )?answer is:?\s*(\w+)", "42", "final answer is 42"),
        (r"\\boxed\{([^}]*)\}", "42", "\\boxed{42}"),
        (r"therefore|thus|so", "42", "thus"),
    ],
)
def test_patterns_are_sampled(pattern: str, content: str, text: str) -> None:
    assert text.replace(" ", "") in {sample.text(content).replace(" ", "") for sample in samples(pattern)}


@given(st.text(alphabet="ab()[]|*+?{}1,\\.^$<>:P=!d", max_size=25))
@settings(max_examples=200, deadline=None)
def test_sampling_takes_any_pattern(pattern: str) -> None:
    assert len(samples(pattern)) <= 12
