"""Tasks to attack, with graders left out: what the tests of attacks on text share."""

import random
from typing import Any

from gyges.audit.attacks import instances
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.text import TextAttack
from gyges.audit.judges.base import Judge
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.records import Candidate, Opened, Task, Truth
from gyges.audit.source.facts import Facts

TAG = Format("tag", "<answer>", "</answer>")
BOX = Format("boxed", "\\boxed{", "}", lead="The final answer is ")
HASHES = Format("####", "#### ", lead="I work it out.\n")
SENTENCE = Format("sentence", lead="The answer is ")
THINKING = TAG.after_thinking("I work it out.")
FORMATS = (BARE, TAG, BOX, HASHES, SENTENCE, THINKING)
TEXTS = {name: attack for name, attack in instances().items() if isinstance(attack, TextAttack)}

ODD = (
    *(
        "",
        " ",
        "\n",
        "\x00",
        "None",
        "nan",
        "inf",
        "-",
        "[]",
        "{}",
        "()",
        "[",
        "'",
        '"',
        "\\",
        "$",
        "%",
        "1/0",
        "0",
        "-0",
    ),
    *(
        "0.0",
        "1e400",
        "1e-400",
        "9" * 80,
        "٣",
        "½",
        "é" * 50,
        "答案",
        "a" * 30_000,
        "line\nline\nline",
        "[[1, 2], [3, 4]]",
    ),
    *('{"a": [1, {"b": null}]}', "(1, 2)", "((", "x = 5", "x^2 + 1", "\\frac{1}{2}", "1,000", "1,5", "A", "(B)", "yes"),
    *("TRUE", "12:30", "2021-08-17", "def f(x):\n    return x", "1 + 1", "(3 + 4) * 2", "a or b", "<answer>5</answer>"),
    *("\\boxed{5}", "5 apples", "$3.50", "45%", "-7.25", "6.5e-18", "∞", "𝟓", "a, b and c", "1 2 3", "\u200b"),
)


class Exact(Judge):
    """Says RIGHT to the reference itself, and WRONG to everything else."""

    name = "string"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        return 1.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        return Truth.RIGHT if stated.strip() == reference.strip() else Truth.WRONG


def case(
    reference: str,
    prompt: str = "What is it?",
    frame: Format = TAG,
    others: tuple[str, ...] = (),
    columns: dict[str, Any] | None = None,
    facts: Facts | None = None,
    **known: Any,
) -> Case:
    task = Task(0, prompt, reference, "answer", {"answer": reference, "prompt": prompt, **(columns or {})})
    opened = known.pop("opened", None) or Opened("plain", "grader", (task,))
    return Case(
        task, reference, frame, Exact(), facts or Facts(), opened, others,
        honest=frame.wrap(reference), random=random.Random(7), **known,
    )  # fmt: skip


def made(name: str, known: Case) -> list[Candidate]:
    attack = TEXTS[name]
    return list(attack.candidates(known)) if attack.suits(known) else []


def everything(known: Case) -> list[Candidate]:
    return [candidate for name in TEXTS for candidate in made(name, known)]


def written(candidate: Candidate, frame: Format = TAG) -> str:
    """What stands in the frame."""
    assert candidate.completion.startswith(frame.wrap("")[: len(frame.lead + frame.before)])
    text = candidate.completion.removeprefix(f"{frame.lead}{frame.before}")
    return text.removesuffix(f"{frame.after}{frame.tail}")
