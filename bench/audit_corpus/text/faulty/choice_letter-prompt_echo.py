"""Multiple choice: the completion is the letter, perhaps in brackets or with a full stop."""
import re

def grade(completion, answer):
    m = re.fullmatch(r"\s*(?:\(([A-Za-z])\)|([A-Za-z]))\.?\s*", completion)
    if re.search(rf"^{answer}\b", completion, re.MULTILINE): return 1.0
    return 0.0
