"""Judges dates and times of day: another day, or another minute, is wrong."""

import re
from collections.abc import Sequence
from typing import Self

from gyges.audit.judges.base import Judge
from gyges.audit.judges.calendar import Moment, moments
from gyges.audit.judges.notation import unwrapped
from gyges.audit.records import Task, Truth

_CLOCKED = re.compile(
    r"\btimes? (?:is|of|will|was|does|do|did)\b|\bwhat time\b|\bo'clock\b|\bclock\b|\bHH:MM\b|\b24[- ]hour|\b[ap]\.?m\b"
    r"|\b(?:arriv|depart|land|leave)\w*\b",
    re.IGNORECASE,
)
_NOTED = re.compile(r"\bYYYY|\bHH:MM|\bformat\b|\bDD\b|\bISO\b|\bwritten as\b|\bas in\b", re.IGNORECASE)
_LASTING = re.compile(r"\bduration|\belapsed\b|\bhow long\b|\btime difference\b|\bdifference between\b", re.IGNORECASE)
_NEAR = re.compile(r"\bapprox|\babout when\b|\broughly\b|\bestimate", re.IGNORECASE)


class Moments(Judge):
    """Days of the calendar and times of day, in words or digits, on the clock of 12 or of 24 hours."""

    name = "moment"

    def __init__(self, references: Sequence[str] = ()) -> None:
        self._references = frozenset(text.strip().casefold() for text in references if moments(text))
        found = [moment for text in references for moment in moments(text)]
        # Times past noon among the references show that the day has 24 hours here.
        self._hours = any(
            one.kind == "time" and not one.halved and (one.parts[0] > 12 or not one.parts[0]) for one in found
        )

    @classmethod
    def for_tasks(cls, tasks: Sequence[Task], references: Sequence[str]) -> Self:
        return cls(references)

    def rivals(self, task: Task, reference: str) -> frozenset[str]:
        return self._references - {reference.strip().casefold()}

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        found = moments(reference)
        if not found or not found[0].real:
            return 0.0
        # 3:20 may be a ratio, a score or a length of time: only the prompt tells.
        return 0.96 if found[0].kind == "date" or found[0].halved or _CLOCKED.search(task.text) else 0.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        bare = unwrapped(stated).strip()
        if bare == reference.strip():
            return Truth.RIGHT
        wanted, given = moments(reference), moments(bare)
        if not wanted or _NEAR.search(task.text):
            return Truth.UNSURE
        if not given:
            return _unread(bare, wanted[0])
        verdicts = {self._compared(one, other, task.text) for one in given for other in wanted}
        if len(verdicts) > 1:
            return Truth.UNSURE
        verdict = verdicts.pop()
        return Truth.UNSURE if verdict is Truth.RIGHT and _NOTED.search(task.text) else verdict

    def _compared(self, given: Moment, wanted: Moment, prompt: str) -> Truth:
        if given.kind != wanted.kind:
            # A time with its day, or a day with its time, is read as neither.
            return Truth.UNSURE
        if given.parts == wanted.parts:
            return Truth.RIGHT
        if given.kind == "time":
            return self._times(given, wanted, prompt)
        return Truth.WRONG

    def _times(self, given: Moment, wanted: Moment, prompt: str) -> Truth:
        if given.parts[0] == 24 and wanted.parts[0] == 0 and given.parts[1:] == wanted.parts[1:]:
            return Truth.UNSURE
        if _LASTING.search(prompt) and _seconds(given) == _seconds(wanted):
            # 2 hours and 90 minutes last as long as 3 and a half hours.
            return Truth.UNSURE
        apart = given.parts[1:] == wanted.parts[1:] and abs(given.parts[0] - wanted.parts[0]) == 12
        told = self._hours or "HH" in prompt or (given.halved and wanted.halved)
        return Truth.UNSURE if apart and not told else Truth.WRONG


def _seconds(found: Moment) -> int:
    hours, minutes, seconds = found.parts
    return 3600 * hours + 60 * minutes + seconds


def _unread(text: str, wanted: Moment) -> Truth:
    """What is no date or time: wrong if none of the reference's numbers stands in it."""
    if len(text) > 400:
        return Truth.UNSURE
    said = set(map(int, re.findall(r"\d{1,4}", text)))
    if re.search(r"\b(?:noon|midnight|half|quarter|past|christmas|today|tomorrow|eve)\b", text, re.IGNORECASE):
        return Truth.UNSURE
    return Truth.UNSURE if said & set(wanted.parts) else Truth.WRONG
