"""Dates as people write them: 2024-07-03, 3 July 2024, July 3, 2024."""

import re
from datetime import date

MONTHS = (
    "january february march april may june july august september october november december"
).split()
FORMS = [
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), ("year", "month", "day")),
    (re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+),? (\d{4})"), ("day", "month", "year")),
    (re.compile(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})"), ("month", "day", "year")),
]


def month_number(text):
    if text.isdigit():
        return int(text)
    for number, name in enumerate(MONTHS, start=1):
        if text == name or text == name[:3]:
            return number
    raise ValueError(text)


def parse(text):
    text = " ".join(text.lower().split()).rstrip(".")
    for pattern, names in FORMS:
        found = pattern.fullmatch(text)
        if not found:
            continue
        parts = dict(zip(names, found.groups()))
        try:
            return date(int(parts["year"]), month_number(parts["month"]), int(parts["day"]))
        except ValueError:
            return None
    return None


def written_date_reward(prompts, completions, answer, **kwargs):
    scores = []
    for completion, truth in zip(completions, answer):
        lines = completion.strip().splitlines() or [""]
        line = lines[-1].strip()
        given = parse(line[len("Answer:"):]) if line.startswith("Answer:") else None
        scores.append(1.0 if given is not None and given == parse(truth) else 0.0)
    return scores
