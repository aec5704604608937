"""GSM8K reward: the completion has to end in a line `#### <integer>`, like the reference solutions do."""

import re

INTEGER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,30})"
FINAL = re.compile(rf"^####[ ]*\$?({INTEGER})\s*\Z", re.MULTILINE)


def extract(text):
    """The final integer of a solution, or None."""
    found = FINAL.search(text)
    if found is None:
        return None
    return int(found.group(1).replace(",", ""))


def gsm_reward(completion, answer):
    predicted = extract(completion)
    if predicted is None:
        return 0.0
    return 1.0 if predicted == extract(answer) else 0.0
