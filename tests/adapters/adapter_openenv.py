"""OpenEnv: rubrics, containers of rubrics, and rubrics of trajectories."""

import pytest

MINE = """
from openenv.core.env_server.types import Action, Observation
from openenv.core.rubrics import Gate, Rubric, Sequential, TrajectoryRubric, WeightedSum
class Echo(Action):
    message: str
class Untyped(Rubric):
    def forward(self, action, observation) -> float:
        return float(action.message == observation.metadata["answer"])
class Typed(Rubric):
    async def forward(self, action: Echo, observation: Observation) -> float:
        return float(action.message == observation.metadata["answer"])
class Whole(TrajectoryRubric):
    def score_trajectory(self, trajectory) -> float:
        action, observation = trajectory[-1]
        return float(len(trajectory) == 1 and action.content == observation.answer)
    def compute_step_rewards(self):
        return []
summed = WeightedSum([Untyped(), Typed()], weights=[0.5, 0.5])
gated = Sequential(Gate(Untyped(), threshold=0.5), Untyped())
"""
ROWS = [{"prompt": "1 + 41?", "answer": "42"}]


@pytest.mark.parametrize("name", ["Untyped", "Typed", "Whole", "summed", "gated"])
def test_rubrics_score_the_completion(grader, name):
    graded = grader(f"mine.py:{name}", MINE, ROWS)
    assert graded.opened.protocol == "openenv"
    assert graded.opened.versions["openenv-core"] == "0.3.0"
    assert graded.scores("42", "41", "42") == [1.0, 0.0, 1.0]
    assert graded.opened.file.endswith("mine.py")
