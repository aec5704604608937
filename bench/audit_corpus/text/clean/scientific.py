"""Numbers of any size: the comparison is relative, so that 1e-9 and 0 are told apart."""

import math
import re

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
RELATIVE = 1e-9


def read(text):
    text = text.strip()
    if len(text) > 60 or not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def score(completion, answer):
    marker = "Final answer:"
    if marker not in completion:
        return 0.0
    value = read(completion.rsplit(marker, 1)[1])
    truth = read(answer)
    if value is None:
        return 0.0
    return 1.0 if math.isclose(value, truth, rel_tol=RELATIVE, abs_tol=0.0) else 0.0
