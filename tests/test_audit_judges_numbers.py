"""Numbers: equal values are right, other values are wrong, roundings are neither; and nothing hostile takes long."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.judges.numbers import Numbers
from gyges.audit.judges.quantities import readings
from gyges.audit.judges.rounding import Precision, precision
from gyges.audit.records import Task, Truth

JUDGE = Numbers()
R, W, U = Truth.RIGHT, Truth.WRONG, Truth.UNSURE


def compare(stated: str, reference: str, prompt: str = "What is it?") -> Truth:
    return JUDGE.compare(stated, Task(0, prompt, reference), reference)


@pytest.mark.parametrize(
    ("stated", "reference", "wanted"),
    [
        ("42.0", "42", R), ("42.", "42", R), ("$42$", "42", R), ("\\boxed{42}", "42", R), ("**42**", "42", R),
        ("+42", "42", R), ("−42", "-42", R), ("4.2e1", "42", R), ("4.2 \\times 10^{1}", "42", R),
        ("4.2 × 10¹", "42", R),
        ("1,234,567", "1234567", R), ("1 234 567", "1234567", R), ("1.234.567", "1234567", R),
        ("1234.5", "1,234.50", R),
        ("3/4", "0.75", R), ("\\frac{3}{4}", "0.75", R), ("\\dfrac34", "3/4", R), ("¾", "0.75", R),
        ("1 3/4", "1.75", R),
        ("1\\frac{3}{4}", "7/4", R), ("50%", "0.5", R), ("0x1f", "0x1F", R), ("6/8", "3/4", R),
        ("43", "42", W), ("-42", "42", W), ("420", "42", W), ("4.2", "42", W), ("42.4", "42", W), ("0", "6.5e-18", W),
        ("0.34", "1/3", W), ("1e999999999", "5", W), ("inf", "42", W), ("lorem ipsum", "42", W), ("", "42", W),
        ("2*22", "42", W), ("5 km", "5 m", W), ("$5", "£5", W), ("no", "1", W),
        ("0.33", "1/3", U), ("1/3", "0.333", U), ("042", "42", U), ("forty-two", "42", U), ("about 42", "42", U),
        ("not 42", "42", U), ("42 or 43", "42", U), ("2*21", "42", U), ("1,234", "1.234", U), ("5 km", "5000 m", U),
        ("5 km", "5", U), ("50", "50%", U), ("x = 42", "42", U), ("31", "0x1f", U), ("yes", "1", U),
    ],
)  # fmt: skip
def test_single_comparisons(stated: str, reference: str, wanted: Truth) -> None:
    assert compare(stated, reference) is wanted


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("5 km", "5", "How many km is it?", R),
        ("18 dollars", "18", "How much does she earn, in $?", R),
        ("5 km", "5", "How many km is it? Do not include units.", U),
        ("k = 13", "13", "Solve for k: 840*k = 10920", R),
        ("50%", "50", "What percentage is it?", R),
        ("6640/19420", "332/971", "Simplify the fraction to its lowest terms.", W),
        ("42.3", "42", "Round to the nearest integer.", U),
        ("8.06e-6", "8.05544726166417e-06", "Give 3 significant figures.", R),
        ("232307", "232307.612289", "Return your answer correct to 3 significant figures.", U),
        ("2.32e5", "232307.612289", "Return your answer correct to 3 significant figures.", R),
        ("2.33e5", "232307.612289", "Return your answer correct to 3 significant figures.", W),
        ("4.78", "4.7777", "Give elements correct to 2 decimal places.", R),
        ("4.79", "4.78", "Give elements correct to 2 decimal places.", W),
        ("12", "12.4", "Round to the nearest integer.", R),
        ("2.5", "2.45", "Round to one decimal place.", R),
        ("2.4", "2.45", "Round to one decimal place.", U),
        ("9.06e-6", "8.05544726166417e-06", "Give 3 significant figures.", W),
        ("12e2", "1200", "Convert to base-16.", U),
    ],
)
def test_the_prompt_counts(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    assert compare(stated, reference, prompt) is wanted


@settings(deadline=None)
@given(st.integers())
def test_an_integer_is_itself_and_not_its_neighbours(value: int) -> None:
    assert compare(f"{value:,}", str(value)) is R
    assert compare(f"{value}.00", str(value)) is R
    for other in (value + 1, value - 1, value * 10 + 3):
        assert compare(str(other), str(value)) is W
    if value:
        assert compare(str(-value), str(value)) is W


@settings(deadline=None)
@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6))
def test_rationals_are_equal_if_and_only_if_their_values_are(one: Fraction, other: Fraction) -> None:
    stated, reference = f"{one.numerator}/{one.denominator}", f"{other.numerator}/{other.denominator}"
    assert (compare(stated, reference) is R) == (one == other)
    assert compare(f"{3 * one.numerator}/{3 * one.denominator}", stated) in ((R,) if one.denominator > 1 else (R, U))


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_scale_and_sign_are_never_forgiven(value: object) -> None:
    number = Fraction(str(value))
    if number:
        for factor in (10, 100, 1000, Fraction(1, 10), -1):
            assert compare(str(float(number * factor)), str(value)) is W


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["42", "1/3", "0.25", "$5", "5 km", "50%", "0x1f", "1e-9"]))
def test_any_text_gets_an_answer(text: str, reference: str) -> None:
    assert compare(text, reference) in Truth
    assert compare(reference, reference) is R


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,/-+eE% $xX()^*\\{}", max_size=40))
def test_reading_a_number_never_raises(text: str) -> None:
    for quantity in readings(text):
        assert isinstance(quantity.value, Fraction)


@settings(deadline=None)
@given(
    st.sampled_from(
        ["9**9**9", "9^9^9", "1" * 10**6, "(" * 10**5, "1e9999999", "1," * 10**5, "1/0", "0/0", "-" * 10**5]
    )
)
def test_hostile_text_is_dealt_with_at_once(text: str) -> None:
    assert compare(text, "42") is not R


@given(st.fractions(max_denominator=10**6), st.integers(0, 6))
def test_a_number_rounded_as_asked_is_never_wrong(value: Fraction, places: int) -> None:
    asked_for = Precision(places=places)
    rounded = asked_for.rounded(value)
    assert abs(rounded - value) * 2 <= Fraction(1, 10**places)
    assert asked_for.same(value, rounded)
    assert not asked_for.same(value, rounded + Fraction(2, 10**places))


@given(st.fractions(max_denominator=10**6).filter(bool), st.integers(1, 12))
def test_significant_figures_count_from_the_first_digit(value: Fraction, figures: int) -> None:
    rounded = Precision(figures=figures).rounded(value)
    assert abs(rounded - value) / abs(value) <= Fraction(1, 2 * 10 ** (figures - 1))


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Give it to two decimal places.", Precision(places=2)),
        ("Answer with 4 significant digits.", Precision(figures=4)),
        ("Round to the nearest hundredth.", Precision(places=2)),
        ("Round to the nearest whole number.", Precision(places=0)),
        ("A round table has 3 legs. How many legs have 4 tables?", Precision()),
    ],
)
def test_the_precision_is_read_off_the_prompt(prompt: str, wanted: Precision) -> None:
    assert precision(prompt) == wanted
