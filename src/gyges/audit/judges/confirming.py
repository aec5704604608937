"""Says of a whole completion whether it is right, with the reason."""

from gyges.audit.judges.asked import asked
from gyges.audit.judges.base import Judge
from gyges.audit.judges.own import Own
from gyges.audit.judges.program import Programs
from gyges.audit.judges.reading import final, read
from gyges.audit.judges.silence import says_nothing
from gyges.audit.judges.stances import DENYING, stance
from gyges.audit.judges.zones import visible
from gyges.audit.records import Candidate, Relation, Task, Truth


def confirm(
    candidate: Candidate, task: Task, reference: str, judge: Judge, own: Own | None = None
) -> tuple[Truth, str]:
    """Whether a candidate's completion is right, and why, in a sentence.

    **Arguments:**

    - `reference`: the bare answer of the task, empty if there is none.
    - `own`: the user's own truth (see `load_own`), which decides where it says anything.
    """
    if own is not None:
        said = own(candidate.completion, task)
        if said is not Truth.UNSURE:
            return said, f"The truth that was given with --truth says that it is {said.value}."
    if isinstance(judge, Programs):
        return judge.confirm(candidate, task, reference)
    if not reference.strip():
        return _without_reference(candidate, task)
    if candidate.relation is Relation.SAME:
        return _same(candidate, task, reference, judge)
    if candidate.relation is Relation.DIFFERENT:
        return _different(candidate, task, reference, judge)
    if candidate.relation is Relation.NONE:
        return _none(candidate, task, reference, judge)
    return _unknown(candidate, task, reference, judge)


def _same(candidate: Candidate, task: Task, reference: str, judge: Judge) -> tuple[Truth, str]:
    stated = candidate.states
    if stated is None:
        return Truth.UNSURE, "It does not say which answer it gives."
    if judge.compare(stated, task, reference) is not Truth.RIGHT:
        return Truth.UNSURE, f"The {judge.name} judge cannot confirm that {_short(stated)} means {_short(reference)}."
    text = visible(candidate.completion, "").text
    place = text.rfind(stated.strip())
    if place < 0:
        return Truth.UNSURE, f"The answer {_short(stated)} does not stand in the completion outside its thinking part."
    if stance(text, place, place + len(stated.strip())) in DENYING:
        return Truth.UNSURE, f"The completion may not mean {_short(stated)} as its answer."
    return Truth.RIGHT, f"It gives {_short(stated)}, which means the same as the reference {_short(reference)}."


def _different(candidate: Candidate, task: Task, reference: str, judge: Judge) -> tuple[Truth, str]:
    stated = candidate.states
    if stated is None:
        return _none(candidate, task, reference, judge)
    verdict = judge.compare(stated, task, reference)
    if verdict is not Truth.WRONG:
        return (
            Truth.UNSURE,
            f"The {judge.name} judge cannot tell {_short(stated)} from the reference {_short(reference)}.",
        )
    reading = read(candidate.completion, task, reference, judge)
    if reading.gives is not Truth.WRONG:
        return Truth.UNSURE, f"The completion {reading.why}."
    return Truth.WRONG, f"It gives {_short(stated)}; the reference is {_short(reference)}."


def _none(candidate: Candidate, task: Task, reference: str, judge: Judge) -> tuple[Truth, str]:
    reading = read(candidate.completion, task, reference, judge)
    if reading.gives is Truth.WRONG:
        return Truth.WRONG, f"The completion {reading.why}; the reference is {_short(reference)}."
    return Truth.UNSURE, f"The completion {reading.why}."


def _unknown(candidate: Candidate, task: Task, reference: str, judge: Judge) -> tuple[Truth, str]:
    reading = read(candidate.completion, task, reference, judge)
    stated = candidate.states if candidate.states is not None else final(candidate.completion, task)
    if stated is None:
        blank = not visible(candidate.completion, task.text).text.strip()
        if reading.gives is Truth.WRONG and blank:
            return Truth.WRONG, f"The completion {reading.why}."
        return Truth.UNSURE, "A reader cannot point at the answer that it gives."
    verdict = judge.compare(stated, task, reference)
    if verdict is Truth.WRONG and reading.gives is Truth.WRONG:
        return Truth.WRONG, f"It gives {_short(stated)}; the reference is {_short(reference)}."
    if verdict is Truth.UNSURE and reading.gives is Truth.WRONG and judge.name in ("number", "choice"):
        # A number or an option that is named and not asserted is no answer, whatever the words around it are.
        return Truth.WRONG, f"The completion {reading.why}; the reference is {_short(reference)}."
    if verdict is Truth.RIGHT and reading.gives is Truth.RIGHT:
        return Truth.RIGHT, f"It gives {_short(stated)}, which means the same as the reference {_short(reference)}."
    if reading.gives is Truth.WRONG and verdict is Truth.RIGHT:
        return Truth.UNSURE, f"The completion {reading.why}, though it seems to end on {_short(stated)}."
    return Truth.UNSURE, f"The {judge.name} judge cannot say whether {_short(stated)} is right."


def _without_reference(candidate: Candidate, task: Task) -> tuple[Truth, str]:
    if candidate.relation is not Relation.NONE:
        return Truth.UNSURE, "The task has no reference to compare with."
    if not asked(task.text).answer:
        return Truth.UNSURE, "The task has no reference, and its prompt does not evidently ask for an answer."
    if says_nothing(candidate.completion, task):
        return Truth.WRONG, "The prompt asks for an answer, and the completion gives none."
    return Truth.UNSURE, "The task has no reference, and the completion says something."


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return f"`{one_line if len(one_line) <= 60 else one_line[:57] + '...'}`"
