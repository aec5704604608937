"""Times of day on the 24 hour clock; 9:05 and 09:05 are the same, 24:00 is none."""

import re


def minutes(text):
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    return (60 * hour + minute) % 1440


def clock_reward(completion, answer):
    given = minutes(completion)
    if given is None:
        return 0.0
    return 1.0 if given == minutes(answer) else 0.0
