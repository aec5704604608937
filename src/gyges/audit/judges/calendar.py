"""Reads dates and times of day as people write them; where one can be read in two ways, it says both."""

import re
from dataclasses import dataclass
from datetime import date

LONGEST = 60
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ISO = re.compile(r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})")
_SLASHED = re.compile(r"(?P<one>\d{1,2})(?P<sign>[-/.])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4})")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_ORDINAL = re.compile(r"^(?:st|nd|rd|th)\b", re.IGNORECASE)
_NAMED = (
    re.compile(rf"{_DAY}(?: of)? (?P<month>[a-z]{{3,9}})\.?,? (?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(rf"(?P<month>[a-z]{{3,9}})\.? {_DAY},? (?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}}),? (?P<month>[a-z]{{3,9}})\.? {_DAY}", re.IGNORECASE),
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s?(?:(?P<half>[ap])\.?\s?m\.?)?(?:\s?h)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Moment:
    """A day of the calendar, or a time of day."""

    kind: str
    """`date` or `time`."""
    parts: tuple[int, ...]
    """Year, month and day; or hour on the 24 hour clock, minute and second."""
    halved: bool = False
    """Whether it says before or after noon."""
    real: bool = True
    """Whether there is such a day or time: there is no 30 February, and no 25:58."""


def moments(text: str) -> tuple[Moment, ...]:
    """Every way to read `text` as one date or time; empty if it is none."""
    if len(text) > LONGEST:
        return ()
    said = _said(text)
    if clock := _CLOCK.fullmatch(said):
        return (_time(clock),)
    if found := _ISO.fullmatch(said):
        return (_date(found["year"], int(found["month"]), found["day"]),)
    if found := _SLASHED.fullmatch(said):
        orders = ((found["one"], found["other"]), (found["other"], found["one"]))
        read = {_date(found["year"], int(month), day): None for month, day in orders}
        return tuple(moment for moment in read if moment.real) or tuple(read)
    for pattern in _NAMED:
        found = pattern.fullmatch(said)
        month = _month(found["month"]) if found else None
        if found and month:
            return (_date(found["year"], month, found["day"]),)
    return ()


def rewritten(text: str, parts: tuple[int, ...]) -> str:
    """Another date or time in the manner of `text`; empty if `text` is none."""
    said = _said(text)
    for pattern in (_CLOCK, _ISO, _SLASHED, *_NAMED):
        found = pattern.fullmatch(said)
        if found is not None and moments(text):
            return _filled(said, found, _values(text, found, parts))
    return ""


def _values(text: str, found: re.Match[str], parts: tuple[int, ...]) -> dict[str, int | str]:
    names = found.groupdict()
    first = moments(text)[0]
    if "hour" in names:
        hour = parts[0] if not names["half"] or parts[0] > 23 else (parts[0] + 11) % 12 + 1
        values: dict[str, int | str] = {"hour": hour, "minute": parts[1], "second": parts[2]}
        return values | ({"half": "ap"[12 <= parts[0] < 24]} if names["half"] else {})
    if "one" in names:
        by_month = int(names["one"]) == first.parts[1]
        one, other = (parts[1], parts[2]) if by_month else (parts[2], parts[1])
        return {"year": parts[0], "one": one, "other": other}
    return {"year": parts[0], "month": parts[1], "day": parts[2]}


def _filled(said: str, found: re.Match[str], values: dict[str, int | str]) -> str:
    """The text with its groups replaced, padded and abbreviated as they were."""
    for name in sorted((one for one in values if found[one]), key=found.start, reverse=True):
        old, value = found[name], values[name]
        if isinstance(value, int) and old.isalpha():
            month = _MONTHS[value - 1] if 1 <= value <= 12 else f"month {value}"
            new = month if len(old) > 4 or old.casefold() in _MONTHS else month[:3]
            new = new.capitalize() if old[0].isupper() else new
        elif isinstance(value, int):
            new = f"{value:0{len(old)}d}" if old[0] == "0" or len(old) > 1 else str(value)
        else:
            new = value.upper() if old.isupper() else value
        rest = said[found.end(name) :]
        # "3rd" becomes "4", which everybody reads.
        said = said[: found.start(name)] + new + (_ORDINAL.sub("", rest) if name == "day" else rest)
    return said


def _said(text: str) -> str:
    return " ".join(text.split()).strip(" .")


def _date(year: str, month: int, day: str) -> Moment:
    parts = int(year), month, int(day)
    try:
        date(*parts)
    except ValueError:
        return Moment("date", parts, real=False)
    return Moment("date", parts)


def _time(found: re.Match[str]) -> Moment:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = (found["half"] or "").casefold()
    real = minute < 60 and second < 60 and (1 <= hour <= 12 if half else hour < 24)
    if half and real:
        hour = hour % 12 + (12 if half == "p" else 0)
    return Moment("time", (hour, minute, second), bool(half), real)


def _month(name: str) -> int | None:
    name = name.casefold()
    return next((place for place, month in enumerate(_MONTHS, 1) if name in (month, month[:3], month[:4])), None)
