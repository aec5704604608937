"""Near misses of a date or a time of day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import TextAttack
from gyges.audit.judges.calendar import Moment, moments, rewritten
from gyges.audit.records import Candidate, Relation, Truth

Miss = tuple[tuple[int, ...], str]
"""The parts of another date or time, and the cause."""
_DAY = 24 * 60


class NearMoments(TextAttack):
    """Neighbouring days and minutes, parts swapped, half a day off, and days and times that there are not."""

    name = "near misses: dates and times"
    about = "neighbouring days and minutes, day and month swapped, half a day off, dates and times that do not exist"
    causes: ClassVar[dict[str, Cause]] = {
        "near_moment": Cause(
            "It pays for dates or times near the right one",
            "the day after is another day, and a minute later another time",
            "compare dates and times exactly, unless the task asks for an estimate",
        ),
        "moment_part_ignored": Cause(
            "It does not read a part of the date or time",
            "another year, month or hour is another date or time",
            "compare year, month and day, or hour and minute, together",
        ),
        "moment_order": Cause(
            "It does not tell the parts of a date or time apart",
            "7 March is not 3 July, and 01:58 is not 58:01",
            "compare part by part in order; do not sort the parts or put them into a set",
        ),
        "half_of_day": Cause(
            "It does not tell the halves of the day apart",
            "1:58 in the night and 1:58 in the afternoon are twelve hours apart",
            "compare on the clock of 24 hours, and read am and pm",
        ),
        "no_such_moment": Cause(
            "It takes dates or times that do not exist",
            "there is no 25:58 and no 34 July; arithmetic that carries over makes them look right",
            "refuse what datetime refuses, before any arithmetic",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and case.judge.name == "moment"

    def tries(self, case: Case) -> Iterator[Candidate]:
        found = moments(case.reference)
        if not found:
            return
        for parts, cause in _dates(found[0]) if found[0].kind == "date" else _times(found[0]):
            written = rewritten(case.reference, parts)
            if written and case.judge.compare(written, case.task, case.reference) is Truth.WRONG:
                yield Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written)


def _dates(found: Moment) -> Iterator[Miss]:
    year, month, day = found.parts
    yield _shifted(found, 1), "near_moment"
    if month != day:
        yield (year, day, month), "moment_order"
    if month > 1:
        last = (date(year, month, 1) - timedelta(days=1)).day
        yield (year, month - 1, last + day), "no_such_moment"
    yield (year - 1, month + 12, day), "no_such_moment"
    yield _shifted(found, -1), "near_moment"
    yield (year + 1, month, day), "moment_part_ignored"
    yield (year, month % 12 + 1, day), "moment_part_ignored"
    yield (year, month, day % 28 + 1), "moment_part_ignored"
    yield (year + 100, month, day), "moment_part_ignored"
    for days in (2, -3, 7, -7, 15):
        yield _shifted(found, days), "near_moment"
    yield (year, 13, day), "no_such_moment"
    yield (year, month, 0), "no_such_moment"


def _shifted(found: Moment, days: int) -> tuple[int, ...]:
    try:
        other = date(*found.parts) + timedelta(days=days)
    except OverflowError:
        return found.parts
    return other.year, other.month, other.day


def _times(found: Moment) -> Iterator[Miss]:
    hour, minute, second = found.parts
    yield _later(found, 1), "near_moment"
    yield ((hour + 12) % 24, minute, second), "half_of_day"
    yield (hour + 24, minute, second), "no_such_moment"
    if hour and minute < 40:
        yield (hour - 1, minute + 60, second), "no_such_moment"
    if hour != minute:
        yield (minute, hour, second), "moment_order"
    yield (0, minute, second), "moment_part_ignored"
    yield ((hour + 1) % 24, minute, second), "moment_part_ignored"
    yield (hour, (minute + 30) % 60, second), "moment_part_ignored"
    yield (hour, 0, second), "moment_part_ignored"
    yield (hour, minute, (second + 30) % 60), "moment_part_ignored"
    for minutes in (-1, 2, -5, 15):
        yield _later(found, minutes), "near_moment"
    yield (hour + 72, minute, second), "no_such_moment"


def _later(found: Moment, minutes: int) -> tuple[int, ...]:
    whole = (60 * found.parts[0] + found.parts[1] + minutes) % _DAY
    return whole // 60, whole % 60, found.parts[2]
