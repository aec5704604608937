"""verifiers: tasksets, tasks and reward functions."""

MINE = """
import verifiers.v1 as vf
class Data(vf.TaskData):
    answer: str
class Sum(vf.Task[Data]):
    @vf.reward(weight=2.0)
    async def right(self, trace: vf.Trace) -> float:
        return float(trace.last_reply == self.data.answer)
    @vf.reward
    async def said(self, task, trace) -> float:
        if trace.last_reply == "boom":
            raise ValueError("boom")
        return 0.5
class Config(vf.TasksetConfig):
    many: int = 3
class Sums(vf.Taskset[Sum, Config]):
    def load(self):
        for first in range(self.config.many):
            yield Sum(Data(prompt=f"{first} + 1?", answer=str(first + 1)))
@vf.reward
async def plugged(task, trace) -> float:
    return float(trace.last_reply == task.answer)
def by_name(completion, answer, state):
    return float(completion[-1]["content"] == answer)
"""
ROWS = [{"prompt": "1 + 41?", "answer": "42"}]


def test_a_taskset_brings_its_tasks(grader):
    graded = grader("mine.py:Sums", MINE, many=5)
    assert [task.answer for task in graded.opened.tasks] == ["1", "2", "3", "4", "5"]
    assert graded.opened.columns == ("answer",)
    assert graded.scores("3", "4", task=2) == [2.5, 0.5]


def test_what_a_reward_raises_has_its_line(grader):
    score = grader("mine.py:Sums", MINE).fault("boom")
    assert (score.fault, score.detail) == ("raised", "ValueError: boom")
    assert score.line.endswith("mine.py:12")
    assert not score.effects


def test_tasks_and_functions_with_rows(grader):
    assert grader("mine.py:Sum", MINE, ROWS).scores("42", "41") == [2.5, 0.5]
    assert grader("mine.py:plugged", MINE, ROWS).scores("42", "41") == [1.0, 0.0]
    assert grader("mine.py:by_name", MINE, ROWS).scores("42", "41") == [1.0, 0.0]
