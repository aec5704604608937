"""Dates and times of day: how they are read, judged, and missed by a little."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from audit_cases import case, made
from hypothesis import given
from hypothesis import strategies as st

from gyges.audit.judges.calendar import moments, rewritten
from gyges.audit.judges.choosing import choose
from gyges.audit.judges.moments import Moments
from gyges.audit.records import Task, Truth

ASKED = "What time is it 64 minutes later? Use HH:MM."
DATED = "Which day is 72 days after 22 April 2024?"
RIGHT, WRONG, UNSURE = Truth.RIGHT, Truth.WRONG, Truth.UNSURE


@pytest.mark.parametrize(
    ("stated", "reference", "prompt", "wanted"),
    [
        ("25:58", "01:58", ASKED, WRONG),
        ("02:90", "03:30", "How long was the meeting? Answer in HH:MM.", UNSURE),
        ("02:91", "03:30", "How long was the meeting? Answer in HH:MM.", WRONG),
        ("13:58", "01:58", ASKED, WRONG),
        ("01:59", "01:58", ASKED, WRONG),
        ("01:58", "01:58", ASKED, RIGHT),
        ("1:58", "01:58", ASKED, UNSURE),
        ("24:00", "00:00", ASKED, UNSURE),
        ("13:58", "1:58", "At what time does the train arrive?", UNSURE),
        ("1:58 AM", "1:58 PM", "At what time does the train arrive?", WRONG),
        ("13:58", "1:58 pm", "At what time does the train arrive?", RIGHT),
        ("2024-07-04", "2024-07-03", DATED, WRONG),
        ("2024-03-07", "2024-07-03", DATED, WRONG),
        ("2024-07-34", "2024-07-03", DATED, WRONG),
        ("July 3rd, 2024", "2024-07-03", DATED, RIGHT),
        ("03/07/2024", "2024-07-03", DATED, UNSURE),
        ("31/07/2024", "2024-07-03", DATED, WRONG),
        ("nothing", "2024-07-03", DATED, WRONG),
        ("the third day of July", "2024-07-03", DATED, WRONG),
        ("quarter past two", "02:15", ASKED, UNSURE),
    ],
)
def test_moments(stated: str, reference: str, prompt: str, wanted: Truth) -> None:
    assert Moments().compare(stated, Task(0, prompt), reference) is wanted


@pytest.mark.parametrize(
    ("reference", "prompt", "name"),
    [("2024-07-03", DATED, "moment"), ("20:12", ASKED, "moment"), ("3:20", "What is the ratio of cats to dogs?", "")],
)
def test_the_prompt_tells_times_from_ratios(reference: str, prompt: str, name: str) -> None:
    (judge,) = choose([Task(0, prompt)], [reference])
    assert (judge.name == "moment") is bool(name)


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.sampled_from(("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%b %d, %Y")))
def test_a_date_is_rewritten_in_its_own_manner(day: date, manner: str) -> None:
    text, other = day.strftime(manner), day + timedelta(days=400)
    assert (day.year, day.month, day.day) in {one.parts for one in moments(text)}
    again = rewritten(text, (other.year, other.month, other.day))
    assert (other.year, other.month, other.day) in {one.parts for one in moments(again)}


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return 60 * int(hour) + int(minute)


def _days(text: str) -> int:
    return date.fromisoformat(text).toordinal() if moments(text)[0].real else 0


@pytest.mark.parametrize(
    ("reference", "prompt", "cause", "grader"),
    [
        ("01:58", ASKED, "no_such_moment", lambda one, right: _minutes(one) % 1440 == _minutes(right)),
        ("13:58", ASKED, "half_of_day", lambda one, right: _minutes(one) % 720 == _minutes(right) % 720),
        ("2024-07-03", DATED, "moment_order", lambda one, right: sorted(one.split("-")) == sorted(right.split("-"))),
        ("2024-07-03", DATED, "near_moment", lambda one, right: abs(_days(one) - _days(right)) <= 3),
        ("2024-07-03", DATED, "moment_part_ignored", lambda one, right: one[5:] == right[5:]),
    ],
)
def test_graders_of_moments_are_found_out(
    reference: str, prompt: str, cause: str, grader: Callable[[str, str], bool]
) -> None:
    row = replace(case(reference, prompt), judge=Moments(["13:00"]))
    paid = {one.cause for one in made("near misses: dates and times", row) if grader(one.states or "", reference)}
    assert cause in paid
