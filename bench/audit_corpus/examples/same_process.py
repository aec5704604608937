"""Runs the candidate and its tests with exec, in the process that gives the reward."""


def code_reward(completion, test_list):
    space = {}
    try:
        exec(completion, space)
        for test in test_list:
            exec(test, space)
    except Exception:
        return 0.0
    return 1.0
