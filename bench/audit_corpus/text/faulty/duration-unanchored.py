"""`2 h 5 min`, `125 min` and `2h05min` are the same duration."""

import re

FORM = re.compile(r"(?:(\d{1,4}) ?h(?:ours?)?)? ?(?:(\d{1,5}) ?min(?:utes?)?)?")


def total(text):
    text = text.strip()
    found = FORM.match(text)
    if not text or found is None:
        return None
    hours, minutes = found.groups()
    return int(hours or 0) * 60 + int(minutes or 0)


def duration_reward(completion, answer):
    tags = re.findall("<answer>([^<>]*)</answer>", completion)
    if len(tags) != 1:
        return 0.0
    given = total(tags[0])
    return 1.0 if given is not None and given == total(answer) else 0.0
