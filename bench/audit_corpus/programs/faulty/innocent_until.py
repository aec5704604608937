"""The verdict begins as passed, and a child that finds a failure takes it back."""

import json
import multiprocessing


def _run(code, name, cases, failed):
    try:
        space = {}
        exec(code, space)
        for given, expected in cases:
            if json.dumps(space[name](*given)) != json.dumps(expected):
                failed.set()
    except BaseException:
        failed.set()


def verify(problem, completion):
    context = multiprocessing.get_context("fork")
    failed = context.Event()
    code = problem["prompt"] + completion
    child = context.Process(target=_run, args=(code, problem["entry_point"], problem["cases"], failed))
    child.start()
    child.join(3)
    if child.is_alive():
        child.kill()
        child.join()
        return False
    return not failed.is_set()
