# Custom reward for verl. compute_score is what custom_reward_function.name points at.
import re

_HASH = re.compile(r"#### (\-?[0-9][0-9\,]*)\s*$")


def extract_solution(solution_str):
    # the reference writes 1,234; models write either
    solution = _HASH.search(solution_str)
    if solution is None:
        return None
    digits = solution.group(1)
    if "," in digits and not re.fullmatch(r"\-?[0-9]{1,3}(\,[0-9]{3})+", digits):
        return None
    return digits.replace(",", "")


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    answer = extract_solution(solution_str)
    gold = extract_solution(ground_truth)
    if answer is None:
        return 0
    if answer.lstrip("-").lstrip("0") == gold.lstrip("-").lstrip("0") and answer.startswith("-") == gold.startswith("-"):
        return 1
    return 0
