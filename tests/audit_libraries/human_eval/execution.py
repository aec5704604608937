def unsafe_execute(problem, completion, timeout, result):
    program = problem["prompt"] + completion + "\n" + problem["test"] + f"\ncheck({problem['entry_point']})"
    try:
        exec(program, {})
        result.append("passed")
    except BaseException as error:
        result.append(f"failed: {error}")


def check_correctness(problem: dict, completion: str, timeout: float, completion_id: int | None = None) -> dict:
    """Evaluates the functional correctness of a completion."""
    result: list = []
    unsafe_execute(problem, completion, timeout, result)
    return {
        "task_id": problem["task_id"],
        "passed": result[0] == "passed",
        "result": result[0],
        "completion_id": completion_id,
    }
