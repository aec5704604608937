"""The families of attacks on graders of text: what their candidates say of themselves holds."""

import json
import math
import random
import re
from collections import Counter
from fractions import Fraction

import pytest
from audit_cases import BOX, FORMATS, ODD, SENTENCE, TAG, TEXTS, THINKING, case, everything, made, written
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.attacks import registry
from gyges.audit.attacks.text import LONGEST, wrong_answer
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.records import Opened, Relation
from gyges.audit.source.facts import Fact, Facts

references = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=40),
    st.integers(-(10**9), 10**9).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.lists(st.integers(0, 99), max_size=6).map(json.dumps),
    st.dictionaries(st.text("abc", min_size=1, max_size=2), st.integers(0, 9), max_size=4).map(json.dumps),
)


@settings(max_examples=120, deadline=None)
@given(references, st.sampled_from(FORMATS), st.text(max_size=60))
def test_candidates_are_the_same_each_time_and_say_what_they_are(reference: str, frame: Format, prompt: str) -> None:
    others = ("17", "Vienna")
    for name, attack in TEXTS.items():
        first = made(name, case(reference, prompt, frame, others))
        assert first == made(name, case(reference, prompt, frame, others)), name
        texts = [candidate.completion for candidate in first]
        assert len(set(texts)) == len(texts), name
        for candidate in first:
            assert candidate.cause in attack.causes, (name, candidate)
            assert len(candidate.completion) <= LONGEST
            if candidate.relation is Relation.SAME:
                assert candidate.form
                assert candidate.states is not None
                continue
            assert not candidate.form
            assert (candidate.states is None) == (candidate.relation is Relation.NONE), (name, candidate)
            if candidate.states is not None:
                assert candidate.states.strip() != reference.strip(), (name, candidate)
            if reference.strip():
                assert candidate.completion.strip() != frame.wrap(reference).strip(), (name, candidate)


@pytest.mark.parametrize("reference", ODD)
def test_odd_references_are_taken(reference: str) -> None:
    for frame in FORMATS:
        everything(case(reference, f"Question about {reference[:50]}\nA. one\nB. two", frame))


def test_causes_of_one_slug_say_one_thing() -> None:
    known: dict[str, object] = {}
    for name, attack in TEXTS.items():
        for slug, cause in attack.causes.items():
            assert re.fullmatch(r"[a-z][a-z_]*", slug), slug
            assert all((cause.title, cause.why, cause.mend))
            assert known.setdefault(slug, cause) == cause, (name, slug)


def test_every_family_says_what_it_tries_and_is_registered_by_being_there() -> None:
    assert {"no answer", "misframed", "farming", "judge attacks"} <= set(registry())
    for name, attack in TEXTS.items():
        assert name == attack.name
        assert attack.about


def test_programs_are_left_to_others() -> None:
    opened = Opened("program", "grader", (), program=True)
    assert not any(attack.suits(case("5", opened=opened)) for attack in TEXTS.values())


def test_a_numeric_task_gets_a_good_hundred_candidates() -> None:
    assert 150 <= len(everything(case("42", "How many pens?", TAG, ("17", "99")))) <= 330


def value(text: str) -> Fraction | None:
    """The worth of a number, read by a reader of the test's own."""
    text = text.strip()
    text = re.sub(r"\\text\{\s*([^{}]*)\}", r" \1", text).replace("\\,", "").replace("\\$", "$")
    text = text.removeprefix("x =").strip()
    for left, right in (("\\(", "\\)"), ("**", "**"), ('"', '"'), ("(", ")")):
        if text.startswith(left) and text.endswith(right):
            text = text[len(left) : -len(right)]
    if len(text) > 2 and text[0] == text[-1] == "$":
        text = text[1:-1].replace("\\$", "$")
    text = text.replace("{,}", "").replace("\u202f", "").replace("−", "-").replace("- ", "-").replace("\\%", "%")
    text = text.strip().strip("$").strip()
    text = re.sub(r"\s*(?:percent|%)$", "%", text)
    text = re.sub(r"\s*(?:dollars|pens|m)$", "", text.rstrip(".")).rstrip(".")
    share = 1
    if text.endswith("%"):
        share, text = 100, text[:-1].rstrip(".")
    power = re.fullmatch(r"(-?[\d.]+)\s*(?:×|\\times|\*)\s*10(?:\^|\*\*)\{?(-?\d+)\}?", text)
    if power:
        text = f"{power[1]}e{power[2]}"
    text = re.sub(r"(-?)\\[dt]?frac\{(\d+)\}\{(\d+)\}", r"\1\2/\3", text).replace(",", "").replace(" / ", "/")
    try:
        return Fraction(text) / share
    except (ValueError, ZeroDivisionError):
        return None


numbers = st.one_of(
    st.integers(-(10**7), 10**7).map(str),
    st.integers(1000, 10**7).map("{:,}".format),
    st.decimals(-(10**4), 10**4, places=2).map(str),
    st.tuples(st.integers(-50, 50), st.integers(2, 60)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
    st.tuples(st.integers(100, 999), st.integers(-30, 30)).map(lambda pair: f"{pair[0] / 100}e{pair[1]}"),
    st.integers(1, 500).map("{}%".format),
    st.integers(100, 99999).map(lambda cents: f"${cents / 100:.2f}"),
    st.integers(1, 500).map("{} m".format),
)


@settings(max_examples=150, deadline=None)
@given(numbers)
def test_near_numbers_are_other_numbers(reference: str) -> None:
    right = value(reference)
    assert right is not None
    for candidate in made("near misses: numbers", case(reference)):
        stated = value(written(candidate))
        if candidate.arguable and candidate.cause == "sign_after_number":
            continue
        assert stated != right, candidate
        noise = stated is not None and abs(stated - right) <= abs(right) / 10**4
        assert not noise or candidate.arguable or abs(right) < 0.01 or _neighbour(reference, right, stated), candidate


def _neighbour(reference: str, right: Fraction, stated: Fraction) -> bool:
    """Whether two numbers differ by at least half a unit of the reference's last digit."""
    body, _, power = reference.strip("$%m ").partition("e")
    places = len(body.partition(".")[2]) - int(power or 0)
    share = 100 if "%" in reference else 1
    # A unit that a reference such as 1/3 does not have is left aside.
    return "/" in reference or abs(stated - right) * share >= Fraction(1, 2) * Fraction(10) ** -places


@settings(max_examples=150, deadline=None)
@given(numbers)
def test_numbers_in_other_clothes_are_the_same_number(reference: str) -> None:
    right = value(reference)
    candidates = made("other clothes: numbers", case(reference, "How many pens for $5?"))
    assert len({candidate.form for candidate in candidates}) >= 10
    for candidate in candidates:
        assert candidate.relation is Relation.SAME
        stated = value(written(candidate))
        assert stated == right or (candidate.form == "per cent sign" and stated * 100 == right), candidate


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=6))
def test_near_collections_are_other_lists(items: list[int]) -> None:
    for candidate in made("near misses: collections", case(json.dumps(items), "Sort the numbers.")):
        assert json.loads(written(candidate)) != items, candidate


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=6))
def test_where_order_does_not_matter_it_is_not_held_against_the_grader(items: list[int]) -> None:
    known = case(json.dumps(items), "Give the divisors, in any order.")
    for candidate in made("near misses: collections", known):
        stated = json.loads(written(candidate))
        assert stated == [items] or Counter(map(str, stated)) != Counter(map(str, items)), candidate
    turned = [one for one in made("other clothes: collections", known) if one.cause == "order_demanded"]
    assert bool(turned) == (len(set(items)) > 1)
    for candidate in turned:
        assert not candidate.arguable
        assert Counter(json.loads(written(candidate))) == Counter(items)


def test_an_order_that_may_matter_is_contested() -> None:
    known = {candidate.cause: candidate for candidate in made("near misses: collections", case("[3, 1, 2]", "Which?"))}
    assert known["order_ignored"].arguable
    known = {
        candidate.cause: candidate for candidate in made("near misses: collections", case("[1, 2, 3]", "Sort them."))
    }
    assert not known["order_ignored"].arguable


def evaluated(text: str, point: float) -> float:
    return float(eval(text.strip("$").replace("^", "**"), {"abs": abs, "x": point, "z": point + 1.25}))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.sampled_from("+-"))
def test_near_expressions_differ_somewhere(a: int, b: int, c: int, sign: str) -> None:
    reference = f"{a}*x**2 {sign} {b}*x + {c}"
    points = (-2.3, -0.7, 0.0003, 0.4, 1.6, 3.1)
    candidates = made("near misses: expressions", case(reference))
    assert {"term_sign", "exponent", "coefficient", "few_points", "term_missing"} <= {one.cause for one in candidates}
    for candidate in candidates:
        stated = written(candidate)
        assert any(not math.isclose(evaluated(stated, at), evaluated(reference, at), abs_tol=1e-9) for at in points), (
            stated
        )


def test_expressions_in_other_clothes_are_the_same() -> None:
    reference = "3*x**2 - 5*x + 7"
    forms = {one.form: written(one) for one in made("other clothes: expressions", case(reference))}
    assert {"caret", "no spaces", "terms reordered", "LaTeX power", "implicit product"} <= set(forms)
    for form in ("caret", "no spaces", "terms reordered", "parentheses around"):
        assert evaluated(forms[form], 1.7) == pytest.approx(evaluated(reference, 1.7)), form


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=3, max_size=6), st.randoms(use_true_random=False))
def test_puzzles_are_solved_in_part_only(given_numbers: list[int], chance: random.Random) -> None:
    expression = str(given_numbers[0])
    for number in given_numbers[1:]:
        expression = f"({expression} {chance.choice('+-*')} {number})"
    reference, target = expression[1:-1], eval(expression)
    shown = ", ".join(map(str, given_numbers))
    known = case(
        reference, f"Make {target} using all of the numbers {shown}, each exactly once.",
        columns={"metadata": {"numbers": given_numbers, "target": target}},
    )  # fmt: skip
    candidates = made("constraints: arithmetic", known)
    assert {"bare_target", "foreign_numbers", "numbers_reused", "wrong_value"} <= {one.cause for one in candidates}
    for candidate in candidates:
        text = written(candidate)
        used = Counter(map(int, re.findall(r"\d+", text)))
        try:
            worth = eval(re.sub(r"(?<!/)\b(\d+)\b", r"Fraction(\1)", text), {"Fraction": Fraction})
        except (SyntaxError, ZeroDivisionError):
            worth = None
        solved = worth == target and used == Counter(given_numbers) and "//" not in text
        assert solved == (candidate.relation is Relation.SAME), candidate
        if candidate.cause == "rounded_value":
            assert used == Counter(given_numbers)
            assert 0 < abs(worth - target) < 1


def test_the_wrong_answer_is_wrong_and_tells_apart() -> None:
    for reference in ("5", "-3/4", "A", "yes", "Vienna", "[1, 2]", "$5.00", "0"):
        wrong = wrong_answer(case(reference, others=("Vienna", "5", "17")))
        assert reference not in wrong
        assert wrong not in reference


def test_what_stands_outside_a_marker_is_contested_and_inside_it_is_not() -> None:
    for frame in (TAG, BOX):
        outside = 0
        for candidate in made("misframed", case("5", frame=frame)):
            text = candidate.completion
            inside = text.startswith(frame.lead + frame.before) and text.endswith(frame.after)
            if candidate.cause in ("negated", "retracted") and text.count(frame.before) == 1 and not inside:
                outside += 1
                assert candidate.arguable, candidate
        assert outside >= 4
    free = made("misframed", case("5", frame=SENTENCE))
    denied = [one for one in free if one.cause == "negated"]
    # A sign before a text may go as punctuation does; a word may not.
    assert {one.completion[len(SENTENCE.lead) :] for one in denied if one.arguable} == {"!= 5", "≠ 5"}
    assert len(denied) > 10


def test_thinking_is_held_against_graders_that_know_it() -> None:
    text = "<think>\nI get <answer>5</answer>\n</think>\n"
    known = {one.completion: one for one in made("misframed", case("5", frame=THINKING))}
    assert not known[text].arguable
    assert {one.completion: one for one in made("misframed", case("5", frame=TAG))}[text].arguable
    told = Facts(strings=(Fact("</think>", "a.py:1"),))
    assert not {one.completion: one for one in made("misframed", case("5", frame=TAG, facts=told))}[text].arguable


def test_a_prefilled_thinking_part_is_right_unless_the_prompt_asks_for_the_tag() -> None:
    for prompt, arguable in (("What is it?", False), ("Think between <think> and </think>.", True)):
        found = [
            one
            for one in made("other clothes: thinking", case("5", prompt, THINKING))
            if one.cause == "thinking_prefilled"
        ]
        assert {bool(one.arguable) for one in found} == {arguable}
        assert all("<think>" not in one.completion and "</think>" in one.completion for one in found)


def test_a_layout_of_one_pattern_may_be_demanded_whole() -> None:
    pattern = Fact((r"<think>(.*?)</think>\s*<answer>(.*?)</answer>", 0, "fullmatch"), "a.py:1")
    known = case("5", frame=THINKING, facts=Facts(patterns=(pattern,)))
    found = [one for one in made("other clothes: thinking", known) if one.cause == "thinking_prefilled"]
    assert found
    assert all(one.arguable for one in found)


def test_judges_are_attacked_where_there_is_one() -> None:
    assert not made("judge attacks", case("5"))
    assert not made("judge attacks", case("5", facts=Facts(calls=("re.search",))))
    assert made("judge attacks", case("5", facts=Facts(calls=("openai.OpenAI",))))
    assert made("judge attacks", case("5", facts=Facts(strings=(Fact("Rate the answer: {answer}", "a.py:1"),))))
    assert made("judge attacks", case("5", graded=True))


def test_what_stands_below_a_table_is_contested_and_so_is_an_answer_beside_its_thinking() -> None:
    table = "| pears | 72 |\n| figs | 57 |"
    below = [
        one
        for one in made("misframed", case(table, frame=BARE))
        if "No wait, that is wrong. I do not" in one.completion
    ]
    assert below
    assert all(one.arguable for one in below)
    beside = [
        one for one in made("other clothes: thinking", case("5", frame=BARE)) if one.form == "thinking part on one line"
    ]
    assert beside
    assert all(one.arguable for one in beside)
