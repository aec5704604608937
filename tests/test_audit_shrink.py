"""Laws of shrinking and of the edit distance."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.audit.search.distance import distance
from gyges.audit.search.passes import simplicity
from gyges.audit.search.shrink import shrink

PREDICATES: dict[str, Callable[[str], bool]] = {
    "contains a word": lambda text: "cat" in text,
    "has two lines": lambda text: text.count("\n") >= 1,
    "has a large number": lambda text: any(part.isdigit() and int(part) > 40 for part in text.split()),
    "is long": lambda text: len(text) >= 7,
    "ends with a digit": lambda text: text[-1:].isdigit(),
    "has balanced tags": lambda text: "<b>" in text and text.count("<b>") == text.count("</b>"),
    "anything": lambda text: True,
}
SEEDS = "a cat\nsat on 57 mats <b>bold</b> and 123 more CATS; the cat ended at 9"


def batched(holds: Callable[[str], bool]) -> Callable[[list[str]], list[bool]]:
    return lambda texts: [holds(text) for text in texts]


@pytest.mark.parametrize("name", PREDICATES)
def test_the_result_still_holds_and_is_no_longer(name: str) -> None:
    holds = PREDICATES[name]
    found = shrink(SEEDS, batched(holds))
    assert holds(found)
    assert simplicity(found) < simplicity(SEEDS)


@given(st.text(alphabet="cat09 \n<b/>.Zé", max_size=60), st.sampled_from(sorted(PREDICATES)))
@settings(max_examples=150, deadline=None)
def test_shrinking_is_idempotent_monotone_and_keeps_the_predicate(text: str, name: str) -> None:
    holds = PREDICATES[name]
    found = shrink(text, batched(holds), limit=100_000)
    assert len(found) <= len(text)
    if not holds(text):
        assert found == text
        return
    assert holds(found)
    assert shrink(found, batched(holds), limit=100_000) == found


@pytest.mark.parametrize(
    ("name", "minimal"),
    [
        ("contains a word", "cat"),
        ("has two lines", "\n"),
        ("is long", "0000000"),
        ("ends with a digit", "0"),
        ("has balanced tags", "<b></b>"),
        ("anything", ""),
    ],
)
def test_it_finds_the_minimum(name: str, minimal: str) -> None:
    found = shrink(SEEDS, batched(PREDICATES[name]))
    if name == "is long":
        assert len(found) == len(minimal)
    else:
        assert found == minimal


def test_the_limit_is_kept_and_asking_is_batched() -> None:
    batches: list[list[str]] = []

    def holds(texts: list[str]) -> list[bool]:
        batches.append(texts)
        return ["needle" in text for text in texts]

    shrink("hay " * 300 + "needle" + " hay" * 300, holds, limit=400)
    asked = [text for batch in batches for text in batch]
    assert len(asked) <= 400
    assert len(set(asked)) == len(asked), "nothing is asked twice"
    assert len(batches) < len(asked) / 2


def test_two_parts_far_apart_are_both_kept() -> None:
    text = "one " + "filler " * 100 + "two"
    assert shrink(text, batched(lambda t: "one" in t and "two" in t)) == "onetwo"


def slow_distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        left = [i]
        for j, y in enumerate(b, 1):
            left.append(min(row[j] + 1, left[-1] + 1, row[j - 1] + (x != y)))
        row = left
    return row[-1]


@given(st.text(alphabet="abcd", max_size=30), st.text(alphabet="abcd", max_size=30))
def test_distance_is_levenshteins(a: str, b: str) -> None:
    assert distance(a, b) == slow_distance(a, b) == distance(b, a)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))
