"""Words, choices, and which judge is chosen for what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.judges import choose
from gyges.audit.judges.choices import closed_set
from gyges.audit.judges.strings import Strings
from gyges.audit.records import Task, Truth

R, W, U = Truth.RIGHT, Truth.WRONG, Truth.UNSURE
OPTIONS = "Which one?\nA) red\nB) green\nC) blue"


def tasks(references: list[str], prompt: str = "What is it?") -> list[Task]:
    return [Task(index, prompt, reference, "answer") for index, reference in enumerate(references)]


def verdict(stated: str, reference: str, prompt: str = "What is it?", others: tuple[str, ...] = ()) -> Truth:
    rows = tasks([reference, *others], prompt)
    judge = choose(rows, [reference, *others])[0]
    return judge.compare(stated, rows[0], reference)


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("  paris. ", "Paris", "Which city?", R), ('"Paris"', "Paris", "Which city?", R), ("**Paris**", "Paris", "", R),
        ("London", "Paris", "Which city?", W), ("lorem ipsum", "Paris", "Which city?", W), ("", "Paris", "", W),
        ("...", "Paris", "", W), ("Parisxyz", "Paris", "", W), ("tuobnrtu", "tuobnrut", "Spell it backward.", W),
        ("not Paris", "Paris", "", U), ("Paris, France", "Paris", "", U), ("colour", "color", "", U), ("USA",
        "United States America", "", U),
        ("PARIS", "Paris", "Answer exactly, upper and lower case count.", W), ("Paris?", "Paris", "", U),
        ("kvybbyvk", "ykbvvbky", "Form any valid palindrome.", U), ("right down", "up",
        "Find a path of right, down, up.", U),
        ("Sometimes a good day, really", "On a good day nobody would ever do such a thing", "", U),
        ("zzz", "On a good day nobody would ever do such a thing", "", W),
    ],
)  # fmt: skip
def test_texts(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    task = tasks([reference], prompt)[0]
    assert Strings().compare(stated, task, reference) is wanted


def test_the_answer_of_another_task_is_wrong_unless_many_are_right() -> None:
    one, other = "Lily is a knight and Tom is a knave, they say", "Lily is a knave and Tom is a knight for once"
    assert verdict(other, one, "Who is what?", (other,)) is W
    assert verdict(other, one, "Who is what?") is U
    assert verdict(other, one, "Give an example of a sentence.", (other,)) is U


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("B", "B", OPTIONS, R), ("(b)", "B", OPTIONS, R), ("B) green", "B", OPTIONS, R), ("option B", "B", OPTIONS, R),
        ("A", "B", OPTIONS, W), ("A) red", "B", OPTIONS, W), ("red", "B", OPTIONS, W), ("lorem ipsum", "B", OPTIONS, W),
        ("green", "B", OPTIONS, U), ("B or C", "B", OPTIONS, U), ("B) red", "B", OPTIONS, U),
        ("true", "True", "", R), ("False", "True", "", W), ("maybe", "True", "", W), ("yes", "True", "", U),
        ("not True", "True", "", U),
        ("No", "No", "", R), ("Yes", "No", "", W), ("nope", "No", "", W),
    ],
)  # fmt: skip
def test_choices(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    assert verdict(stated, reference, prompt) is wanted


def test_a_closed_set_is_inferred_from_many_references() -> None:
    references = ["on", "off", "undetermined"] * 4
    assert closed_set(references) == ("off", "on", "undetermined")
    assert closed_set(["on", "off", "undetermined"]) == ()
    assert closed_set(["1", "2"] * 6) == ()
    rows = tasks(references)
    judge = choose(rows, references)[0]
    assert judge.name == "choice"
    assert [judge.compare(text, rows[0], "on") for text in ("On.", "off", "bright", "on or off")] == [R, W, W, U]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("42", "number"), ("$1,234.50", "number"), ("\\frac{1}{2}", "number"), ("x**2 + 1", "expression"),
        ("2\\sqrt{3}", "expression"), ("y = 2x", "expression"), ("[1, 2]", "collection"), ("(1, 2]", "collection"),
        ("1 2\n3 4", "collection"), ('{"a": 1}', "collection"), ("Paris", "string"), ("No", "choice"),
        ("2020-01-02", "moment"), ("12:30", "string"), ("Well, he said, it is late.",
        "string"), ("def f(x):\n    return x", "program"),
    ],
)  # fmt: skip
def test_the_type_of_answer_chooses_the_judge(reference: str, name: str) -> None:
    (judge,) = choose(tasks([reference]), [reference])
    assert judge.name == name
    assert name == "program" or judge.compare(reference, tasks([reference])[0], reference) is R


def test_references_can_be_given_by_task_index() -> None:
    rows = [Task(7, "?", "4"), Task(9, "?", "Oslo"), Task(11, "?")]
    assert [judge.name for judge in choose(rows, {9: "Oslo", 7: "4"})][:2] == ["number", "string"]


@settings(deadline=None)
@given(
    st.text(max_size=80), st.sampled_from(["Paris", "True", "B", "a longer sentence of seven words, see", "x\ny", "→"])
)
def test_any_text_gets_an_answer(text: str, reference: str) -> None:
    assert verdict(text, reference, OPTIONS) in Truth
    assert verdict(reference, reference, OPTIONS) is R


@pytest.mark.parametrize("text", ["a" * 10**6, "a " * 10**5, "\n" * 10**5, "\x00" * 1000, "🙂" * 10**5])
def test_long_texts_are_dealt_with(text: str) -> None:
    for reference in ("Paris", "True", "B", "[1, 2]", "x + 1", "42"):
        assert verdict(text, reference, OPTIONS) is not R


def test_a_key_given_twice_with_its_own_value_is_not_called_wrong() -> None:
    assert verdict('{"a": 1, "b": 2, "b": 2}', '{"a": 1, "b": 2}') is U
    assert verdict('{"a": 1, "b": 2, "b": 3}', '{"a": 1, "b": 2}') is W


CLAUSES = "Dora is a knight, Emil is a knave, Farah is a knave"
COLOURS = '{"P": "red", "Q": "blue"}'


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("Dora is a knight", CLAUSES, "Who is what? Name everybody.", Truth.WRONG),
        ("Dora is a knight, Emil is a knight, Farah is a knave", CLAUSES, "Who is what?", Truth.WRONG),
        ("Emil is a knave, Dora is a knight and Farah is a knave.", CLAUSES, "Who is what?", Truth.RIGHT),
        ("Dora is the knight, Emil and Farah are knaves", CLAUSES, "Who is what?", Truth.UNSURE),
        ("Only Dora is a knight", CLAUSES, "Who is what?", Truth.UNSURE),
        ('{"P": "mauve", "Q": "blue"}', COLOURS, "Colour the nodes P, Q red, green or blue: P-Q.", Truth.WRONG),
        ('{"P": "green", "Q": "blue"}', COLOURS, "Colour the nodes P, Q red, green or blue: P-Q.", Truth.UNSURE),
        ("[[2, 11], [1, 8]]", "[[2, 1], [11, 8]]", "Transpose [[2, 11], [1, 8]].", Truth.WRONG),
    ],
)
def test_answers_of_several_parts(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    task = Task(0, prompt)
    (judge,) = choose([task], [reference])
    assert judge.name == "collection"
    assert judge.compare(stated, task, reference) is wanted


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ("[12, 19, 10, 18, 34]", Truth.UNSURE),
        ("[93]", Truth.WRONG),
        ("[54, 19, 10, 10]", Truth.WRONG),
        ("[10, 18, 19]", Truth.WRONG),
        ("[10, 18, 19, 46]", Truth.RIGHT),
    ],
)
def test_another_selection_with_the_sum_is_not_called_wrong(stated: str, wanted: Truth) -> None:
    task = Task(0, "Choose from [10, 18, 34, 19, 12, 46, 54] some numbers that add up to 93. Give a JSON list.")
    assert choose([task], ["[10, 18, 19, 46]"])[0].compare(stated, task, "[10, 18, 19, 46]") is wanted


@pytest.mark.parametrize("empty", ["{}", "[]", "()"])
def test_nothing_between_brackets_is_an_answer_too(empty: str) -> None:
    assert verdict(empty, empty) is R
    assert verdict(empty, "[1, 2]") is not R
