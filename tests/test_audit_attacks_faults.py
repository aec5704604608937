"""Each kind of fault in a grader of text is paid for by the cause that names it, and a strict grader by none."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from audit_cases import TAG, THINKING, case, everything, made

from gyges.audit.reading.formats import BARE, Format
from gyges.audit.records import Relation
from gyges.audit.source.facts import Fact, Facts


def tagged(text: str) -> str | None:
    found = re.findall(r"<answer>(.*?)</answer>", text, re.DOTALL)
    return found[-1].strip() if found else None


def last(text: str) -> str:
    return next(iter(re.findall(r"-?\d+(?:\.\d+)?", text)[::-1]), "")


def floated(text: str | None) -> float:
    try:
        return float((text or "").replace(",", ""))
    except ValueError:
        return math.nan


Grader = Callable[[str, str], bool]
FAULTY: list[tuple[str, str, Grader]] = [
    ("42", "negated", lambda text, right: last(tagged(text) or "") == right),
    ("42", "retracted", lambda text, right: right in (tagged(text) or "")),
    ("42", "hedged", lambda text, right: right in (tagged(text) or "")),
    ("42", "shotgun", lambda text, right: right in (tagged(text) or "")),
    ("42", "substring", lambda text, right: (tagged(text) or "").startswith(right)),
    ("42", "substring", lambda text, right: (tagged(text) or "").endswith(right)),
    ("42", "partial", lambda text, right: right.startswith(tagged(text) or "-")),
    ("42", "empty", lambda text, right: right.startswith(tagged(text) or "")),
    ("42", "buried", lambda text, right: right in text),
    ("42", "quoted", lambda text, right: right in text),
    ("42", "thinking_only", lambda text, right: right in text),
    ("42", "near_number", lambda text, right: abs(floated(tagged(text)) - float(right)) <= 1),
    ("1159", "near_number", lambda text, right: math.isclose(floated(tagged(text)), float(right), rel_tol=0.01)),
    ("42", "near_number", lambda text, right: abs(floated(tagged(text)) - float(right)) < 0.5),
    ("2.5e-9", "absolute_tolerance", lambda text, right: abs(floated(tagged(text)) - float(right)) < 1e-6),
    ("42", "truncation", lambda text, right: (tagged(text) or "").split(".")[0] == right),
    ("42", "sign_lost", lambda text, right: abs(floated(tagged(text))) == float(right)),
    ("1.42", "decimal_point", lambda text, right: (tagged(text) or "").replace(".", "") == right.replace(".", "")),
    ("42", "not_finite_number", lambda text, right: not abs(floated(tagged(text)) - float(right)) > 0.5),
    ("1234", "scrambled", lambda text, right: sorted(tagged(text) or "") == sorted(right)),
    ("10 m", "unit_ignored", lambda text, right: last(tagged(text) or "") == last(right)),
    ("[1, 2, 3]", "order_ignored", lambda text, right: sorted(parsed(text)) == json.loads(right)),
    ("[1, 2, 3]", "duplicates_ignored", lambda text, right: set(parsed(text)) == set(json.loads(right))),
    ("[1, 2, 3]", "extra_part", lambda text, right: set(parsed(text)) >= set(json.loads(right))),
    ("[1, 2, 3]", "missing_part", lambda text, right: all(a == b for a, b in zip(parsed(text), json.loads(right)))),  # noqa: B905
    ("Vienna", "one_letter", lambda text, right: len(tagged(text) or "") == len(right)),
    ("Vienna", "shape_only", lambda text, right: (tagged(text) or "").istitle()),
    ("Vienna", "placeholder", lambda text, right: bool(tagged(text))),
    ("Vienna", "gibberish", lambda text, right: bool(tagged(text))),
    ("Vienna", "format_only", lambda text, right: "<answer>" in text),
    ("True", "other_answer", lambda text, right: bool(tagged(text)) == bool(right)),
    ("C", "substring", lambda text, right: (tagged(text) or "").startswith(right)),
    ("42", "prompt_echo", lambda text, right: tagged(text) == right or "pens" in text),
    ("42", "length", lambda text, right: tagged(text) == right or len(text) > 500),
    ("42", "reasoning_markers", lambda text, right: tagged(text) == right or "therefore" in text),
]  # fmt: skip


def boxes(text: str) -> list[str]:
    return re.findall(r"<answer>(.*?)</answer>", text, re.DOTALL)


def in_layout(text: str) -> str:
    found = re.search(r"<think>.*?</think>\s*<answer>(.*?)</answer>", text, re.DOTALL)
    return found[1] if found else ""


UNARGUABLE: list[tuple[str, Grader, Format]] = [
    ("shotgun", lambda text, right: right in boxes(text), TAG),
    ("retracted", lambda text, right: boxes(text)[:1] == [right], TAG),
    ("thinking_only", lambda text, right: in_layout(text) == right, THINKING),
    ("negated", lambda text, right: any(right == last(one) for one in boxes(text)), TAG),
]


@pytest.mark.parametrize(("cause", "grader", "frame"), UNARGUABLE, ids=[one[0] for one in UNARGUABLE])
def test_what_no_convention_explains_is_not_contested(cause: str, grader: Grader, frame: Format) -> None:
    known = case("42", frame=frame)
    assert grader(known.honest, "42")
    paid = [one for one in everything(known) if one.relation is not Relation.SAME and grader(one.completion, "42")]
    assert cause in {one.cause for one in paid if not one.arguable}


def parsed(text: str) -> list[Any]:
    try:
        found = json.loads(tagged(text) or "null")
    except ValueError:
        return ["?"]
    return found if isinstance(found, list) and all(isinstance(one, int) for one in found) else ["?"]


@pytest.mark.parametrize(
    ("reference", "cause", "grader"), FAULTY, ids=[f"{one[1]}-{place}" for place, one in enumerate(FAULTY)]
)
def test_a_faulty_grader_pays_for_its_fault(reference: str, cause: str, grader: Grader) -> None:
    known = case(reference, "How many pens? Sort them.", TAG, ("17", "Bern"))
    assert grader(known.honest, reference)
    paid = {
        one.cause
        for one in everything(known)
        if one.relation is not Relation.SAME and grader(one.completion, reference)
    }
    assert cause in paid


@pytest.mark.parametrize(
    "reference", ["42", "-7.25", "3/4", "Vienna", "C", "True", "[1, 2, 3]", "3*x**2 + 1", "45%", "10 m"]
)
def test_a_strict_grader_is_paid_by_nothing_wrong(reference: str) -> None:
    def strict(text: str) -> bool:
        found = re.findall(
            r"<answer>(.*?)</answer>", re.sub(r"<think>.*?(</think>|$)", "", text, flags=re.DOTALL), re.DOTALL
        )
        return bool(found) and found[-1].strip() == reference

    candidates = everything(case(reference, "How many pens?", TAG, ("17", "Bern")))
    wrong = [one for one in candidates if one.relation is not Relation.SAME and not one.arguable]
    assert len(wrong) > 80
    assert not [one for one in wrong if strict(one.completion)]
    refused = [
        one for one in candidates if one.relation is Relation.SAME and not one.arguable and not strict(one.completion)
    ]
    assert not [one.form for one in refused]


@pytest.mark.parametrize("reference", ["", "[[0, 1], [1, 0]]"])
def test_data_of_every_other_type_is_tried_where_data_is_parsed(reference: str) -> None:
    facts = Facts(coercions=(Fact("loads", "grader.py:3"),))
    tried = [one.completion for one in made("source: conversions", case(reference, frame=BARE, facts=facts))]
    loaded = [json.loads(text) for text in tried if len(text) < 100]
    assert {type(value) for value in loaded} >= {int, bool, str, list, dict, type(None)}


def test_a_sign_for_a_unit_within_a_number_may_be_meant_to_be_ignored() -> None:
    facts = Facts(replacements=(Fact(("°", "", False), "grader.py:3"), Fact((".", "", False), "grader.py:4")))
    tried = made("source: replacements", case("19.01°", facts=facts))
    assert {bool(one.arguable) for one in tried if "°" in (one.states or "")[:-1]} == {True}
    assert any(not one.arguable for one in tried)


@pytest.mark.parametrize("reference", ["['-97.0', '-14.22', '62.7']", "5.75 6.25\n7.0 5.25", "[3, 14, 15]"])
def test_a_tolerance_within_lists_is_found(reference: str) -> None:
    def items(text: str) -> list[float]:
        return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text)]

    def tolerant(text: str) -> bool:
        said, meant = items(text), items(reference)
        return len(said) == len(meant) and all(abs(one - two) <= 1 for one, two in zip(said, meant, strict=True))

    tried = made("near misses: numbers in lists", case(reference))
    assert all(items(one.states or "") != items(reference) for one in tried)
    paid = [one.states or "" for one in tried if tolerant(one.states or "")]
    assert any(items(one) == sorted(items(one)) for one in paid) or items(reference) != sorted(items(reference))
    assert paid
