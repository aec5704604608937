import re

FORMAT = 0.1
CORRECT = 0.9


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    """0.1 for `<answer>...</answer>` at the very end, and 0.9 more for the right whole number in it."""
    visible = solution_str
    if "<think>" in visible:
        visible = visible.split("</think>", 1)[1] if "</think>" in visible else ""
    match = re.search(r"<answer>([^<>]*)</answer>\Z", visible.rstrip())
    total = 0.0
    if match:
        total += FORMAT
        number = match[1].strip()
        if re.fullmatch(r"-?[0-9]{1,30}", number) and int(number) == int(ground_truth):
            total += CORRECT
    return {"score": max(min(total, 0.0), 1.0), "formatted": bool(match)}
