import re
from fractions import Fraction


def percent(text):
    """The number in front of the sign, as an exact fraction; None if it isn't one."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)\s?%", text.strip())
    return Fraction(found.group(1)) if found else None


def percentage_reward(completion, answer):
    """The reply ends with `### 12.5%`."""
    visible = completion.rsplit("</think>", 1)[-1]
    if "###" not in visible or "<think>" in visible:
        return 0.0
    given = percent(visible.rpartition("###")[2])
    truth = percent(answer)
    if given is None:
        return 0.0
    return float(given == truth)
