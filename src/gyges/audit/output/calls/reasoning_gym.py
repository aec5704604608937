"""Data sets of reasoning-gym, which score a bare answer against an entry of their own."""

from typing import ClassVar

from gyges.audit.output.calls.base import Call
from gyges.audit.output.literals import literal
from gyges.audit.report import Report
from gyges.audit.targets.reasoning_gym import SEED, SIZE


class ReasoningGym(Call):
    name: ClassVar[str] = "reasoning-gym"
    imports: ClassVar[tuple[str, ...]] = ("import copy",)
    loads: ClassVar[bool] = False

    def code(self, report: Report) -> str:
        given = {name: report.options[name] for name in ("size", "seed") if name in report.options}
        given |= report.options.get("bind") or {}
        config = {**given, "size": int(given.get("size", SIZE)), "seed": int(given.get("seed", SEED))}
        name = report.spec.partition(":")[2].replace("-", "_")
        return f'''
reasoning_gym = pytest.importorskip("reasoning_gym")
DATASET = reasoning_gym.create_dataset({name!r}, **{literal(config)})
ENTRIES = {{entry["question"]: entry for entry in (DATASET[index] for index in range({config["size"]}))}}
ANSWERS = {{row["question"]: row["answer"] for row in TASKS.values()}}


def grades(rows, completions):
    """The data set's own scorer, on the entry that it made for the question."""
    scores = []
    for row, completion in zip(rows, completions):
        entry = copy.deepcopy(ENTRIES[row["question"]])
        if row["answer"] != ANSWERS[row["question"]]:
            entry["answer"] = row["answer"]
        scores.append(float(DATASET.score_answer(completion, entry)))
    return scores

'''
