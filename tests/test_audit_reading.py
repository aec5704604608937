"""What the audit learns of a grader before it attacks: its format, its inputs, which answer it takes."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gyges.audit.grading import Grading
from gyges.audit.reading.catalogue import formats, read_off
from gyges.audit.reading.formats import Format
from gyges.audit.reading.scale import Scale, scale
from gyges.audit.records import Call, Opened, Score, Task
from gyges.audit.source.facts import Fact, Facts
from gyges.audit.study import study
from gyges.audit.subject import Subject

Grader = Callable[[str, dict[str, Any]], float]


class Fake:
    """Scores calls in this process."""

    def __init__(self, grader: Grader, tasks: Sequence[Task]) -> None:
        self.grader, self.tasks, self.asked = grader, tasks, 0

    def score(self, calls: Sequence[Call]) -> list[tuple[Score, ...]]:
        self.asked += sum(len(call.completions) for call in calls)
        return [
            tuple(
                Score(self.grader(text, dict(self.tasks[task].columns) | dict(call.overrides or {})))
                for task, text in zip(call.tasks, call.completions, strict=True)
            )
            for call in calls
        ]


def sums(count: int = 8, **more: Any) -> list[Task]:
    rows = [{"prompt": f"What is {a} plus {3 * a + 2}?", "answer": str(4 * a + 2), **more} for a in range(3, 3 + count)]
    return [Task(index, row["prompt"], row["answer"], "answer", row) for index, row in enumerate(rows)]


def studied(grader: Grader, tasks: Sequence[Task] | None = None, **more: Any) -> Subject:
    tasks = sums() if tasks is None else tasks
    opened = Opened(protocol="plain", name=more.pop("name", "reward"), tasks=tuple(tasks), **more)
    return study(Grading(Fake(grader, tasks)), opened)


def bare(text: str, row: dict[str, Any]) -> float:
    return float(text.strip() == row["answer"])


def boxed(text: str, row: dict[str, Any]) -> float:
    found = re.findall(r"\\boxed\{([^{}]*)\}", text)
    return float(bool(found) and found[-1] == row["answer"])


def tagged(text: str, row: dict[str, Any]) -> float:
    found = re.fullmatch(r"(?s)<think>.*?</think>\s*<answer>(.*?)</answer>", text)
    return float(found is not None and found[1].strip() == row["answer"])


def last(text: str, row: dict[str, Any]) -> float:
    found = re.findall(r"-?\d+", text)
    return float(bool(found) and found[-1] == row["answer"])


def first(text: str, row: dict[str, Any]) -> float:
    found = re.findall(r"-?\d+", text)
    return float(bool(found) and found[0] == row["answer"])


@pytest.mark.parametrize(("grader", "marked"), [(bare, False), (boxed, True), (tagged, True), (last, False)])
def test_the_format_that_is_paid_is_found_for_every_task(grader: Grader, marked: bool) -> None:
    subject = studied(grader)
    assert subject.learned.found
    assert subject.learned.format.marked is marked
    assert subject.learned.paid == frozenset(range(8))
    assert all(grader(text, dict(sums()[task].columns)) == 1.0 for task, text in subject.learned.honest.items())


def test_the_plainest_format_wins() -> None:
    assert studied(last).learned.format == Format("bare")


def test_a_format_that_only_the_source_names_is_found() -> None:
    def odd(text: str, row: dict[str, Any]) -> float:
        found = re.search(r"VERDICT<<(.*?)>>", text)
        return float(found is not None and found[1] == row["answer"])

    facts = Facts(patterns=(Fact((r"VERDICT<<(.*?)>>", 0, "search"), "f.py:1"),))
    named = {frame.core("5") for frame in read_off(facts, [])}
    assert "VERDICT<<5>>" in named
    assert any(odd(frame.wrap("5"), {"answer": "5"}) for frame in formats(facts, []))


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        (r"\[([0-9.]+)\]", "[5]"),
        (r"\|(\d+)\|", "|5|"),
        (r"\\boxed\{(.*?)\}", "\\boxed{5}"),
        (r"Result:\s*(\d+)", "Result:5"),
    ],
)
def test_brackets_and_bars_of_a_pattern_are_a_frame_where_they_are_escaped(pattern: str, shown: str) -> None:
    facts = Facts(patterns=(Fact((pattern, 0, "findall"), "f.py:1"),))
    assert shown in {frame.core("5") for frame in read_off(facts, [])}


def test_a_format_that_the_prompt_names_is_found() -> None:
    def labelled(text: str, row: dict[str, Any]) -> float:
        return float(text.rpartition("<result>")[2] == f"{row['answer']}</result>")

    tasks = [
        Task(t.index, f"{t.prompt} Write <result>N</result>.", t.answer, "answer", dict(t.columns)) for t in sums()
    ]
    assert studied(labelled, tasks).learned.format.before == "<result>"


def test_a_format_that_cannot_be_found_is_said_so_and_is_no_false_negative() -> None:
    subject = studied(lambda text, row: float(text == "open sesame " + row["answer"] + "!?"))
    assert not subject.learned.found
    assert not subject.learned.paid


def test_another_column_is_tried_as_the_reference() -> None:
    tasks = [
        Task(task.index, task.prompt, "a note", "answer", {**task.columns, "answer": "a note", "solution": task.answer})
        for task in sums()
    ]
    subject = studied(lambda text, row: float(text.strip() == row["solution"]), tasks)
    assert subject.learned.found
    assert {task.answer_column for task in subject.opened.tasks} == {"solution"}


def test_a_puzzle_without_a_reference_is_solved() -> None:
    tasks = [
        Task(index, "Make the target.", None, "", {"numbers": [a, a + 1, 3], "target": a * 3 + a + 1})
        for index, a in enumerate(range(4, 10))
    ]

    def grader(text: str, row: dict[str, Any]) -> float:
        used = sorted(int(number) for number in re.findall(r"\d+", text))
        if re.fullmatch(r"[\d+*()][\d+\-*/() ]*", text) is None or used != sorted(row["numbers"]):
            return 0.0
        try:
            return float(eval(text) == row["target"])
        except SyntaxError:
            return 0.0

    subject = studied(grader, tasks)
    assert subject.learned.found
    assert len(subject.references) == len(tasks)


@pytest.mark.parametrize(
    ("grader", "which"),
    [
        (last, "last"),
        (first, "first"),
        (bare, "one"),
        (boxed, "last"),
        (lambda text, row: float(row["answer"] in text), "any"),
    ],
)
def test_which_of_several_answers_is_graded(grader: Grader, which: str) -> None:
    assert studied(grader).occurrence == which


def test_inputs_that_are_read_and_that_are_not() -> None:
    def partly(text: str, row: dict[str, Any]) -> float:
        return float(text.strip() == row["answer"]) * (2.0 if row["level"] == "hard" else 1.0)

    tasks = sums(level="hard", source="book")
    tasks[0] = Task(0, tasks[0].prompt, tasks[0].answer, "answer", {**tasks[0].columns, "level": "easy"})
    reads = {one.name: one.read for one in studied(partly, tasks).reads}
    assert reads["column answer"]
    assert reads["column level"]
    assert reads["column source"] is False
    assert reads["column prompt"] is False
    assert reads["completion: the answer itself"]


def test_a_grader_that_does_not_read_the_answer_is_known_for_it() -> None:
    def format_alone(text: str, row: dict[str, Any]) -> float:
        return float(re.fullmatch(r"(?s)<think>.*</think>\s*<answer>.*</answer>", text) is not None)

    subject = studied(format_alone)
    assert not subject.reads_answer
    assert subject.learned.found
    assert studied(tagged).reads_answer


def test_claims_follow_from_the_signature_and_the_name() -> None:
    def always(text: str, row: dict[str, Any]) -> float:
        return 1.0

    assert studied(always, columns=("answer",)).claims_answer
    assert not studied(always, columns=()).claims_answer
    assert studied(always, columns=(), name="accuracy_reward").claims_answer
    assert not studied(always, columns=(), name="answer_format_reward").claims_answer


@pytest.mark.parametrize(
    ("doc", "declared"),
    [
        ("Returns a reward between 0 and 1.", (0.0, 1.0)),
        ("Score in [-1, 1].", (-1.0, 1.0)),
        ("Uses between 2 and 5 examples.", (None, None)),
        ("", (None, None)),
    ],
)
def test_a_declared_range_is_read_off_the_documentation(doc: str, declared: tuple[float, float]) -> None:
    assert studied(bare, doc=doc).declared == declared


def test_relative_scores_have_their_anchors() -> None:
    anchored = scale(Score(3.0), [Score(1.0), Score(2.0)], [Score(0.0)])
    assert anchored.contrast
    assert (anchored.relative(1.0), anchored.relative(3.0), anchored.relative(5.0)) == (0.0, 1.0, 2.0)


def test_without_contrast_junk_is_the_zero() -> None:
    flat = Scale(reference=1.0, floor=1.0, lowest=0.0)
    assert not flat.contrast
    assert (flat.relative(1.0), flat.relative(0.0)) == (1.0, 0.0)
    nothing = Scale(reference=0.0, floor=0.0, lowest=0.0)
    assert nothing.relative(-1.0) == 0.0


def test_nothing_is_graded_twice() -> None:
    tasks = sums(3)
    fake = Fake(bare, tasks)
    grading = Grading(fake)
    grading.scores([(0, "a"), (0, "a"), (1, "a")])
    grading.scores([(0, "a")])
    assert fake.asked == 2


def test_an_answer_is_found_after_the_header_of_a_dialogue(tmp_path) -> None:
    source = tmp_path / "dialogue.py"
    source.write_text(
        "import re\n"
        "def grade(completion, answer):\n"
        "    if 'Model:' not in completion:\n        return 0.0\n"
        "    said = completion.split('Model:', 1)[1]\n"
        "    found = re.findall(r'<answer>(.*?)</answer>', said)\n"
        "    return float(bool(found) and found[-1] == answer)\n"
    )

    def grader(text: str, row: dict[str, Any]) -> float:
        found = re.findall(r"<answer>(.*?)</answer>", text.split("Model:", 1)[1]) if "Model:" in text else []
        return float(bool(found) and found[-1] == row["answer"])

    subject = studied(grader, files=(str(source),), file=str(source), line=2)
    assert subject.learned.format.header == "Model: "
    assert subject.learned.format.before == "<answer>"
    assert len(subject.learned.paid) == 8


def test_an_answer_is_found_where_the_first_marker_is_the_prompts_example() -> None:
    def second(text: str, row: dict[str, Any]) -> float:
        found = re.findall(r"<answer>(.*?)</answer>", text)
        return float(len(found) > 1 and found[-1] == row["answer"])

    subject = studied(second)
    assert len(subject.learned.paid) == 8
    assert second(subject.learned.honest[0], {"answer": subject.references[0]}) == 1.0


def test_dialogues_are_tried_only_where_plain_frames_fail() -> None:
    plain = studied(boxed).learned.tried
    assert studied(lambda text, row: 0.0).learned.tried > plain
