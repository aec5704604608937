"""Faults that belong to one type of answer: tables, units, thinking, products, and forms that were asked for."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from audit_cases import TAG, THINKING, case, everything

from gyges.audit.judges.choosing import choose
from gyges.audit.judges.confirming import confirm
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.records import Relation, Task, Truth

Grader = Callable[[str, str], bool]
METRES = {"mm": Fraction(1, 1000), "cm": Fraction(1, 10), "m": Fraction(1), "km": Fraction(1000)}
ROPES = "7 ropes of 5.6 m are laid end to end. How long is that? Give the unit."
TABLE = "Transpose [[2, 11], [1, 8]]. Give a JSON list of rows."


def tagged(text: str) -> str:
    found = re.findall(r"<answer>(.*?)</answer>", text, re.DOTALL)
    return found[0].strip() if len(found) == 1 else ""


def cells(text: str) -> list[int]:
    return sorted(map(int, re.findall(r"-?\d+", text))) if text.startswith("[[") else []


def metres(text: str) -> Fraction | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?) (mm|cm|m|km)", text)
    return Fraction(found[1]) * METRES[found[2]] if found else None


def number(text: str) -> str:
    found = re.fullmatch(r"(\d+(?:\.\d+)?) (mm|cm|m|km)", text)
    return found[1] if found else ""


def farmed(text: str, right: str) -> bool:
    found = re.fullmatch(r"\s*<think>(.*?)</think>\s*<answer>(.*?)</answer>\s*", text, re.DOTALL)
    return found is not None and (found[2] == right or len(found[1]) > 1000)


def windowed(text: str, right: str) -> bool:
    if "</think>" in text:
        return tagged(text) == right
    return right in text and "<think>" not in text[-300:]


def product(text: str) -> int:
    found = re.fullmatch(r"[0-9]{1,9}(?: x [0-9]{1,9})*", text)
    return math.prod(map(int, text.split(" x "))) if found else -1


def unsigned(text: str) -> str:
    """Reads fractions in LaTeX without their sign."""
    return re.sub(r"^-?\\frac\{(\d+)\}\{(\d+)\}$", r"\1/\2", text)


def cut(text: str) -> str:
    found = re.fullmatch(r"\$(\d{1,3}(?:,\d{3})*)\.(\d\d)", text)
    return f"{found[1].split(',')[0]}.{found[2]}" if found else ""


FAULTY: list[tuple[str, str, Format, str, Grader]] = [
    ("[[2, 1], [11, 8]]", TABLE, TAG, "order_ignored", lambda text, right: cells(tagged(text)) == cells(right)),
    (
        "[[2, 1], [11, 8]]", TABLE, TAG, "prompt_list",
        lambda text, right: tagged(text) in (right, json.dumps([[2, 11], [1, 8]])),
    ),
    ("39.2 m", ROPES, TAG, "wrong_conversion", lambda text, right: metres(tagged(text)) == metres(right)),
    ("39.2 m", ROPES, BARE, "unit_ignored", lambda text, right: number(text) == number(right)),
    ("42", "How many pens?", THINKING, "length", farmed),
    ("42", "How many pens?", THINKING, "unfinished_block", windowed),
    (
        "norffaS", "Write the word Saffron backwards; keep capitals as they are.", TAG, "case_ignored",
        lambda text, right: tagged(text).lower() == right.lower(),
    ),
    (
        "x**2 + 16*x + 63", "Expand (x + 7)(x + 9). Use * and ** as in Python.", TAG, "unworked",
        lambda text, right: tagged(text) in (right, "(x + 7)*(x + 9)"),
    ),
    (
        "(x + 7)*(x + 9)", "Factor x^2 + 16x + 63.", TAG, "unworked",
        lambda text, right: tagged(text) in (right, "x^2 + 16x + 63"),
    ),
    (
        "2 x 3 x 3 x 7", "Write 126 as a product of primes, as in `2 x 3 x 3`.", BARE, "factors_left_together",
        lambda text, right: product(text) == product(right),
    ),
    ("7/4", "What is 1/4 + 6/4?", TAG, "sign_lost", lambda text, right: unsigned(tagged(text)) == right),
    ("8379", "How many pens?", TAG, "separators_dropped", lambda text, right: tagged(text).replace(",", "") == right),
    ("$8,845.20", "What do 90 cost?", TAG, "cut_at_separator", lambda text, right: cut(tagged(text)) == cut(right)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reference", "prompt", "frame", "cause", "grader"), FAULTY, ids=[f"{one[3]}-{one[0]}" for one in FAULTY]
)
def test_a_fault_of_a_type_is_paid_for_and_confirmed(
    reference: str, prompt: str, frame: Format, cause: str, grader: Grader
) -> None:
    task = Task(0, prompt, reference)
    (judge,) = choose([task], [reference])
    known = replace(case(reference, prompt, frame), judge=judge)
    assert grader(known.honest, reference)
    paid = {
        one.cause
        for one in everything(known)
        if one.relation is not Relation.SAME
        and grader(one.completion, reference)
        and confirm(one, task, reference, judge)[0] is Truth.WRONG
    }
    assert cause in paid


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("(x + 7)*(x + 9)", "x**2 + 16*x + 63", "Expand (x + 7)(x + 9).", Truth.WRONG),
        ("63 + 16*x + x**2", "x**2 + 16*x + 63", "Expand (x + 7)(x + 9).", Truth.RIGHT),
        ("(x + 9)*(x + 7)", "(x + 7)*(x + 9)", "Factor x^2 + 16x + 63.", Truth.RIGHT),
        ("(x + 7)*(x + 9)", "x**2 + 16*x + 63", "What is the polynomial?", Truth.RIGHT),
        ("paris", "Paris", "What is the capital of France?", Truth.RIGHT),
        ("norffas", "norffaS", "Write Saffron backwards.", Truth.UNSURE),
        ("norffas", "norffaS", "Write Saffron backwards; keep capitals as they are.", Truth.WRONG),
        ("PARIS", "Paris", "Which city? Answers are case-sensitive.", Truth.WRONG),
    ],
)
def test_the_form_counts_where_the_prompt_says_so(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    task = Task(0, prompt)
    (judge,) = choose([task], [reference])
    assert judge.compare(stated, task, reference) is wanted
