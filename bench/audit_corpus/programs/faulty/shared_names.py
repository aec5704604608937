"""The tests are loaded first, and the candidate into the same namespace."""

import multiprocessing


def _run(problem, completion, passed):
    space = {}
    try:
        exec(problem["test"], space)
        exec(problem["prompt"] + completion, space)
        space["check"](space[problem["entry_point"]])
        passed.value = 1
    except BaseException:
        passed.value = 0


def grade(problem, completion):
    context = multiprocessing.get_context("fork")
    passed = context.Value("i", 0)
    child = context.Process(target=_run, args=(problem, completion, passed))
    child.start()
    child.join(3)
    if child.is_alive():
        child.kill()
        child.join()
        return 0.0
    return float(passed.value)
