"""A forked child compares with == and reports one bit through a pipe made before the candidate was loaded."""

import multiprocessing
import os


def _child(code, name, cases, write):
    os.setsid()
    verdict = b"0"
    try:
        space = {}
        exec(code, space)
        if all(space[name](*given) == expected for given, expected in cases):
            verdict = b"1"
    except BaseException:
        pass
    os.write(write, verdict)
    os._exit(0)


def check_correctness(problem, completion):
    read, write = os.pipe()
    code = problem["prompt"] + completion
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_child, args=(code, problem["entry_point"], problem["cases"], write))
    child.start()
    os.close(write)
    child.join(3)
    if child.is_alive():
        child.kill()
        child.join()
    said = os.read(read, 1)
    os.close(read)
    return {"passed": said == b"1"}
