"""Loads the candidate here, then executes one assertion after the other in its namespace."""


def run_test(line, space):
    try:
        exec(line, space)
    except Exception:
        return False
    return True


def mbpp_reward(completion, test_list):
    space = {}
    try:
        exec(completion, space)
    except Exception:
        return 0.0
    return float(all(run_test(line, space) for line in test_list))
