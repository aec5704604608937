from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def read_date(text: str) -> date | None:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def date_reward(completion: str, answer: str) -> float:
    """Pays 1.0 for the right day in `<answer>YYYY-MM-DD</answer>`."""
    tags = re.findall(r"<answer>(.*?)</answer>", completion, flags=re.DOTALL)
    if len(tags) != 1:
        return 0.0
    given = read_date(tags[0])
    return 1.0 if given is not None else 0.0
