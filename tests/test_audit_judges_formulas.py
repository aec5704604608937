"""Expressions, collections and puzzles: what differs anywhere is wrong, what is equal is proved."""

import contextlib
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.judges import formulas
from gyges.audit.judges.brackets import group
from gyges.audit.judges.collection import Collections
from gyges.audit.judges.expressions import Expressions
from gyges.audit.judges.puzzle import Puzzles, read
from gyges.audit.records import Task, Truth

R, W, U = Truth.RIGHT, Truth.WRONG, Truth.UNSURE


def task(prompt: str, reference: str, **columns: object) -> Task:
    return Task(0, prompt, reference, "answer", columns)


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("2x", "2*x", "", R), ("x^2+2x+1", "(x+1)^2", "", R), ("\\frac{x}{2}", "0.5*x", "", R),
        ("e^{x}", "exp(x)", "", R),
        ("2\\sqrt{3}", "\\sqrt{12}", "", R), ("1+x", "sin(x)^2+cos(x)^2+x", "", R), ("y=1+2x", "y = 2*x + 1", "", R),
        ("2y = 4x + 2", "y = 2x + 1", "", R), ("3 < x", "x > 3", "", R), ("37 × 3 × 3", "3 × 3 × 37", "", R),
        ("3^2 * 37", "3 × 3 × 37", "Find the prime factorization of 333.", R),
        ("x^2+2x", "(x+1)^2", "", W), ("-2x", "2*x", "", W), ("3.5", "2\\sqrt{3}", "", W), ("x >= 3", "x > 3", "", W),
        ("y=2x+2", "y=2x+1", "", W), ("lorem ipsum", "x^2", "", W), ("4+7i", "4 - 7i", "complex", W),
        ("", "x+1", "", W),
        ("9*37", "3 × 3 × 37", "Find the prime factorization of 333.", W), ("x**3 + C", "x**2 + C", "Integrate.", W),
        ("0.333x", "x/3", "", U), ("3.46", "2\\sqrt{3}", "", U), ("2X", "2*x", "", U),
        ("x**2", "x**2 + C", "Integrate.", U),
        ("(x+1)*(x-1)", "x^2-1", "Work out (x+1)*(x-1).", U), ("9**9**9", "x^2", "", U), ("333", "3 × 3 × 37", "", U),
    ],
)  # fmt: skip
def test_expressions(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    assert Expressions().compare(stated, task(prompt, reference), reference) is wanted


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=5), st.integers(1, 9))
def test_a_polynomial_is_itself_in_any_order_and_no_other(numbers: list[int], more: int) -> None:
    terms = [f"({number})*x**{power}" for power, number in enumerate(numbers)]
    reference = " + ".join(terms)
    shuffled = random.Random(0).sample(terms, len(terms))
    judge = Expressions()
    assert judge.compare("+".join(shuffled), task("", reference), reference) is R
    assert judge.compare(f"{reference} + {more}", task("", reference), reference) is W


@settings(deadline=None)
@given(st.text(alphabet="xyz0123456789+-*/^()[]{}|\\ .,=<>!πabcdefrqtsin", max_size=50))
def test_no_text_breaks_the_parser(text: str) -> None:
    with contextlib.suppress(formulas.Unreadable):
        formulas.parse(text, known=("x", "y"))
    assert Expressions().compare(text, task("", "x**2 + 1"), "x**2 + 1") in Truth
    assert Collections().compare(text, task("", "[1, 2]"), "[1, 2]") in Truth


@settings(deadline=None)
@given(st.fractions(max_denominator=99), st.fractions(max_denominator=99), st.sampled_from("+-*/"))
def test_arithmetic_is_exact(one: Fraction, other: Fraction, sign: str) -> None:
    wanted = {"+": one + other, "-": one - other, "*": one * other}.get(sign) or (
        one / other if other and sign == "/" else 0
    )
    value = formulas.exact(f"(({one})) {sign} (({other}))")
    assert value == (None if sign == "/" and not other else wanted)


@pytest.mark.parametrize(
    "hostile", ["(" * 5000, "x" * 10**6, "x^" * 500 + "2", "9**9**9**9", "[" * 10**5, "-" * 5000 + "1"]
)
def test_hostile_formulas_are_refused(hostile: str) -> None:
    for judge, reference in ((Expressions(), "x+1"), (Collections(), "[1, 2]")):
        assert judge.compare(hostile, task("", reference), reference) is not R


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("[1,2,3]", "[1, 2, 3]", "", R), ("{3, 1, 2}", "{1, 2, 3}", "", R), ("(1.0, 2)", "(1, 2)", "", R),
        ("3, 2, 1", "1, 2, 3", "Give all solutions in any order.", R), ('{"b": 2, "a": 1}', '{"a": 1, "b": 2}', "", R),
        ("1  2\n3  4", "1 2\n3 4", "", R), ("\\begin{pmatrix}1 & 2\\\\3 & 4\\end{pmatrix}", "1 2\n3 4", "", R),
        ("[1, 2]", "[1, 2, 3]", "", W), ("[1, 2, 3, 3]", "[1, 2, 3]", "", W), ("[1, 2, 4]", "[1, 2, 3]", "", W),
        ("[3, 2, 1]", "[1, 2, 3]", "Sort the numbers.", W), ("(0, 5)", "(0, 5]", "", W), ("5", "[1, 2]", "", W),
        ("[0, 5]", "(0, 5)", "On which interval?", W), ("1 2\n3 5", "1 2\n3 4", "Rotate the matrix.", W),
        ("lorem ipsum", "[1, 2]", "", W), ("a, b", "a, c", "", W), ("A → C", "A → B", "", W),
        ("[3, 2, 1]", "[1, 2, 3]", "", U), ("not [1, 2]", "[1, 2]", "", U), ("(1, 2)", "[1, 2]", "", U),
        ("2 1\n1 2", "1 2\n2 1", "Solve this puzzle.", U), ('["fill B"]', '["fill A"]', "List the moves.", U),
        ("1 2 3\n2 1 3", "1 2\n2 1", "Solve this puzzle.", W),
    ],
)  # fmt: skip
def test_collections(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    assert Collections().compare(stated, task(prompt, reference), reference) is wanted


@settings(deadline=None)
@given(st.lists(st.integers(-99, 99), min_size=2, max_size=6), st.data())
def test_a_list_without_one_item_or_with_another_is_wrong(numbers: list[int], data: st.DataObject) -> None:
    reference = str(numbers)
    place = data.draw(st.integers(0, len(numbers) - 1))
    judge, asked = Collections(), task("Which numbers?", reference)
    assert judge.compare(str(numbers[:place] + numbers[place + 1 :]), asked, reference) is W
    assert judge.compare(str([*numbers[:place], numbers[place] + 200, *numbers[place + 1 :]]), asked, reference) is W
    assert judge.compare(str([*numbers, numbers[place]]), asked, reference) is W
    assert judge.compare(reference.replace(" ", ""), asked, reference) is R


def test_groups_keep_their_kind() -> None:
    kinds = {text: found.kind if (found := group(text)) else "" for text in ("[1]", "(1, 2]", "1, 2", "a -> b", "word")}
    assert kinds == {"[1]": "[", "(1, 2]": "interval", "1, 2": ",", "a -> b": "→", "word": ""}


COUNTDOWN = "Find a way to make 169 using all of these numbers: 83, 94, 74, 90, 40."
SOLVED = "40*(94 - 90) + 83 - 74"


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        (SOLVED, R), ("83 − 74 + (94 − 90) × 40", R), ("169", W), ("83 + 94 - 8", W), ("83 + 86", W),
        (f"{SOLVED} + 0", W), ("40*(94 - 90) + 83 - 75", W), ("40*4 + 9", W), ("lorem ipsum", W), ("1/0", W),
        (f"{SOLVED} = 169", U), (f"{SOLVED} = 170", W), ("9**9**9**9", U), ("not " + SOLVED, U), ("", W),
    ],
)  # fmt: skip
def test_a_puzzle_is_solved_by_its_numbers_alone(stated: str, wanted: Truth) -> None:
    assert Puzzles().compare(stated, task(COUNTDOWN, SOLVED), SOLVED) is wanted


def test_a_quotient_is_not_cut_off() -> None:
    asked = task("Make 6 using the numbers 7, 2, 3.", "", numbers=[7, 2, 3], target=6)
    assert Puzzles().compare("7*2/3 + 2", asked, "") is W
    assert Puzzles().compare("7*2/3", asked, "") is W
    assert Puzzles().compare("7 + 2 - 3", asked, "") is R


def test_numbers_may_be_left_out_only_if_that_is_said() -> None:
    columns = {"nums": [2, 3, 5], "target": 5}
    exactly = task("Create an expression that equals 5 using all numbers [2, 3, 5].", "", **columns)
    some = task("Create an expression that equals 5 using some of the numbers [2, 3, 5].", "", **columns)
    unsaid = task("Create an expression that equals 5 using the numbers [2, 3, 5], each only once.", "", **columns)
    assert [Puzzles().compare("2 + 3", one, "") for one in (exactly, some, unsaid)] == [W, R, U]
    assert [Puzzles().compare("5 + 5 - 5", one, "") for one in (exactly, some, unsaid)] == [W, W, W]


def test_a_puzzle_that_the_reference_does_not_solve_was_not_understood() -> None:
    assert read(task(COUNTDOWN, "1 + 2"), "1 + 2") is None
    assert Puzzles.suits(task("What is 2 + 3?", "5"), "5") == 0.0
