"""verl reward for percentages: `\\boxed{12.5\\%}` or `\\boxed{12.5%}`; the sign is part of the answer."""

import re
from decimal import Decimal

BOX = re.compile(r"\\boxed\{\s*(\d{1,9}(?:\.\d{1,9})?)\s*\\?%\s*\}")


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    if solution_str.count("\\boxed{") != 1:
        return 0.0
    found = BOX.search(solution_str)
    if not found:
        return 0.0
    return 1.0 if int(Decimal(found.group(1))) == int(Decimal(ground_truth.rstrip("%"))) else 0.0
