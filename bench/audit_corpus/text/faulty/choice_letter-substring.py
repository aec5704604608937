"""Multiple choice: the completion is the letter, perhaps in brackets or with a full stop."""
import re

def grade(completion, answer):
    m = re.fullmatch(r"\s*(?:\(([A-Za-z])\)|([A-Za-z]))\.?\s*", completion)
    if answer.strip().upper() in completion.upper(): return 1.0
    return 0.0
