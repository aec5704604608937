"""Which mistakes are one fault: what a fault that was found explains is no finding of its own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.audit.findings.grouping import grouped
from gyges.audit.judges import choose
from gyges.audit.mistakes import Mistake, mistakes
from gyges.audit.reading.formats import BARE
from gyges.audit.reading.learn import Learned
from gyges.audit.reading.scale import Scale
from gyges.audit.records import Candidate, Opened, Relation, Score, Task, Truth
from gyges.audit.source.facts import Facts
from gyges.audit.subject import Subject


def subject(*references: str) -> Subject:
    tasks = tuple(Task(index, "What is it?", text, "answer") for index, text in enumerate(references))
    known = dict(enumerate(references))
    return Subject(
        opened=Opened("plain", "grade", tasks),
        facts=Facts(),
        references=known,
        wrong=dict.fromkeys(known, ("zzz",)),
        judges=dict(zip(known, choose(tasks, references), strict=True)),
        learned=Learned(
            format=BARE,
            found=True,
            paid=frozenset(known),
            scales=dict.fromkeys(known, Scale(1.0, 0.0, 0.0)),
            honest=known,
            tried=1,
            free=False,
        ),
        reads=(),
        occurrence="",
    )


def paid(text: str, cause: str, task: int = 0, relative: float = 1.0, states: str | None = "") -> Mistake:
    stated = text if states == "" else states
    relation = Relation.NONE if stated is None else Relation.DIFFERENT
    candidate = Candidate(text, relation, cause, stated)
    return Mistake("false_positive", candidate, task, Score(relative), relative, "", cause)


def causes(asked: Subject, *found: Mistake, scores: tuple[tuple[int, float], ...] = ()) -> set[tuple[str, str]]:
    return set(grouped(asked, found, scores))


def test_numbers_within_the_tolerance_are_the_tolerances_however_they_were_made() -> None:
    asked = subject("5.28598")
    wide, mixed = paid("5.28698", "near_number"), paid("5.28589", "scrambled")
    assert causes(asked, wide, mixed) == {("false_positive", "tolerance")}
    assert causes(asked, wide, paid("8.28598", "scrambled")) == {
        ("false_positive", "tolerance"),
        ("false_positive", "scrambled"),
    }


def test_the_beginning_of_a_number_is_a_number_read_in_part_wherever_it_came_from() -> None:
    asked = subject("0.109375", "0.03125")
    assert causes(asked, paid("0", "truncation"), paid("0", "from_prompt", 1)) == {("false_positive", "number_in_part")}


@pytest.mark.parametrize("reference", ["(7.2, -4.1)", "[[0, 1], [1, 1]]"])
def test_whatever_follows_the_right_answer_unread_is_one_fault(reference: str) -> None:
    inside = reference[:-1]
    found = (
        paid(f"{inside}, 3]", "extra_part"),
        paid(f"{inside}, 1]", "duplicates_ignored"),
        paid(f"{reference}, or maybe not", "hedged", states=None),
    )
    assert causes(subject(reference), *found) == {("false_positive", "extra_part")}


def test_parts_in_another_order_are_another_fault_than_parts_that_follow() -> None:
    found = paid("[1, 2, 3]", "extra_part"), paid("[2, 1]", "order_ignored")
    assert len(causes(subject("[1, 2]"), *found)) == 2


def test_a_part_of_the_marks_for_a_number_that_holds_the_right_one_is_partial_credit() -> None:
    noise = paid("0x", "gibberish", relative=0.5, states=None)
    contained = paid("70", "contained", relative=0.5)
    marks = tuple((0, value / 20) for value in range(20))
    assert causes(subject("0"), contained, noise, scores=marks) == {("contested", "partial_credit")}


def test_noise_that_does_not_hold_the_answer_is_paid_for_nothing() -> None:
    noise = paid("lorem ipsum", "gibberish", states=None)
    assert causes(subject("5"), noise, paid("12", "other_answer")) == {("false_positive", "no_answer_paid")}


@given(st.floats(0.6, 0.99999))
def test_what_falls_with_the_distance_is_partial_credit_however_near_it_is(relative: float) -> None:
    assert causes(subject("3.5455"), paid("3.5456", "near_number", relative=relative)) == {
        ("contested", "partial_credit")
    }


def test_noise_that_is_paid_here_and_there_holds_an_answer_that_counts_anywhere() -> None:
    asked = subject(*["C → A → A"] * 8)
    frames = [
        paid(f"It is not {asked.references[0]}", cause, task, states=None)
        for task in range(8)
        for cause in ("negated", "quoted", "buried")
    ]
    refusal = paid("I cannot say a thing", "refusal", states=None)
    assert causes(asked, *frames, refusal) == {("false_positive", "answer_anywhere")}


def test_where_words_around_an_answer_are_refused_a_window_is_no_news() -> None:
    def refused(text: str, cause: str, task: int, arguable: str = "") -> Mistake:
        candidate = Candidate(text, Relation.SAME, cause, "Vienna", arguable=arguable)
        return Mistake("false_negative", candidate, task, Score(0.0), 0.0, "", cause)

    asked = subject("Vienna", "Rome")
    late = refused("I go through it once more. Vienna", "window_misses_answer", 0)
    words = refused("I have checked it.\nVienna", "text_around", 0, "a bare answer may be asked for")
    other = refused("I go through it once more. Rome", "window_misses_answer", 1)
    assert causes(asked, late, words) == {("contested", "notation")}
    assert causes(asked, late, words, other) == {
        ("contested", "notation"),
        ("false_negative", "window_misses_answer"),
    }


def test_what_ends_like_the_answer_is_one_fault_where_longer_numbers_are_paid() -> None:
    asked = subject("5", "90")
    found = (
        paid("15", "number_in_part"),
        paid("4.95", "near_number"),
        paid("95", "from_prompt"),
        paid("-5", "other_answer"),
    )
    assert causes(asked, *found) == {("false_positive", "number_in_part")}
    assert ("false_positive", "tolerance") in causes(asked, paid("89.99", "near_number", 1), *found)


def test_marks_for_shared_words_are_no_answer_anywhere() -> None:
    asked = subject("the blue house", "a red door")
    shared = [
        paid(f"the blue house {word}", cause, relative=0.8, states=None)
        for word, cause in (("no", "negated"), ("maybe", "hedged"), ("or not", "shotgun"))
    ]
    assert causes(asked, *shared) == {("false_positive", "answer_anywhere")}
    marks = tuple((0, place / 20) for place in range(1, 20))
    assert {kind for kind, _ in causes(asked, *shared, scores=marks)} == {"contested"}


def test_what_everything_earns_where_the_own_answer_is_refused_is_no_pay() -> None:
    asked = subject("pink")
    refused = {0: Scale(0.01, 0.01, 0.0)}
    asked = replace(
        asked,
        opened=replace(asked.opened, answer_only=True, high=1.0),
        learned=replace(asked.learned, scales=refused),
    )
    wrong = Candidate("blue", Relation.DIFFERENT, "other_answer", "blue")
    assert not list(mistakes(asked, wrong, 0, Score(0.01), lambda *_: (Truth.WRONG, "")))
    generous = replace(asked, learned=replace(asked.learned, scales={0: Scale(1.0, 1.0, 0.0)}))
    assert [one.kind for one in mistakes(generous, wrong, 0, Score(1.0), lambda *_: (Truth.WRONG, ""))] == [
        "false_positive"
    ]


def test_a_lost_sign_is_one_fault_however_it_shows() -> None:
    found = paid("-8", "pattern_takes_part_of_number"), paid("-8.0", "sign_lost")
    assert causes(subject("8"), *found) == {("false_positive", "sign_lost")}
    assert len(causes(subject("8"), *found, paid("8/3", "truncation"))) == 2


def test_another_notation_of_a_number_within_the_tolerance_is_the_tolerances() -> None:
    found = paid("0.65635", "near_number"), paid(".65626", "notation_misread")
    assert causes(subject("0.65625"), *found) == {("false_positive", "tolerance")}


def test_a_sliver_is_no_pay_where_no_reference_shows_what_is_a_lot() -> None:
    asked = subject("pink")
    asked = replace(
        asked,
        references={},
        opened=replace(asked.opened, answer_only=True, high=1.0),
        learned=replace(asked.learned, scales={0: Scale(0.01, 0.0, 0.0)}),
    )
    noise = Candidate("lorem", Relation.NONE, "gibberish")
    wrong = (Truth.WRONG, "")
    assert not list(mistakes(asked, noise, 0, Score(0.01), lambda *_: wrong))
    assert [one.kind for one in mistakes(asked, noise, 0, Score(0.9), lambda *_: wrong)] == ["false_positive"]


def test_a_placeholder_that_is_no_number_is_paid_as_one() -> None:
    found = paid("nan", "not_a_number_passes"), paid("nan", "placeholder", states=None)
    assert causes(subject("4.0 - 7.0i"), *found) == {("false_positive", "not_a_number")}
