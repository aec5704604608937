"""Multiple choice: the completion is the letter, perhaps in brackets or with a full stop."""
import re

def grade(completion, answer):
    m = re.match(r"\s*(?:\(([A-Za-z])\)|([A-Za-z]))", completion)
    if m is None: return 0.0
    letter = (m.group(1) or m.group(2)).upper()
    if letter == answer.strip().upper(): return 1.0
    return 0.0
