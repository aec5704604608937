"""The child that runs the candidate also decides, and puts its verdict into a queue; the first one counts."""

import json
import multiprocessing
import queue as queues


def _run(code, name, cases, queue):
    try:
        space = {}
        exec(code, space)
        right = all(json.dumps(space[name](*given)) == json.dumps(expected) for given, expected in cases)
    except BaseException:
        right = False
    queue.put(right)


def grade(problem, completion):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_run, args=(completion, problem["entry_point"], problem["cases"], queue))
    child.start()
    try:
        right = queue.get(timeout=3)
    except queues.Empty:
        right = False
    child.kill()
    child.join()
    return 1.0 if right is True else 0.0
