"""Runs the candidate and its tests with exec, right here."""


def grade(problem, completion):
    space = {}
    try:
        exec(problem["prompt"] + completion, space)
        exec(problem["test"], space)
        space["check"](space[problem["entry_point"]])
    except BaseException:
        return 0.0
    return 1.0
