"""The right answer in the thinking part alone, or in a block that never ends."""

from collections.abc import Iterator

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.text import NO_THINKING, WHICH, block_name, thinks, thought
from gyges.audit.records import Candidate, Relation

_MUSING = "Perhaps it is better to go through all of it once more, step by step, before anything is said. "

CAUSES = {
    "thinking_only": Cause(
        "It pays for an answer in the thinking part",
        "the final answer is wrong or missing; the right value was only thought of on the way",
        "take the thinking part off before extracting the answer",
    ),
    "unfinished_block": Cause(
        "It pays for an answer in a block that never ends",
        "the completion was cut off before it gave an answer",
        "refuse completions whose thinking part or marker is not closed",
    ),
}


def tries(case: Case, wrong: str) -> Iterator[Candidate]:
    """Thinking with a wrong final answer, with none, and without an end."""
    frame, right, name = case.format, case.reference.strip(), block_name(case)
    if case.opened.answer_only:
        return
    known = "" if thinks(case) else NO_THINKING
    final = frame.wrap(wrong, lead=thought(case, f"Could it be {right}? {right} would fit."))
    yield Candidate(final, Relation.DIFFERENT, "thinking_only", wrong)
    marked = frame.wrap(wrong, lead=thought(case, f"Say {frame.core(right)}. Then again, no."))
    yield Candidate(marked, Relation.DIFFERENT, "thinking_only", wrong, arguable=known if frame.marked else "")
    whole = thought(case, f"<{name}>hm</{name}>\n{frame.core(right)} is a guess.")
    yield Candidate(frame.wrap(wrong, lead=whole), Relation.DIFFERENT, "thinking_only", wrong, arguable=known)
    for text in (f"I get {right}.", f"I get {frame.core(right)}"):
        yield Candidate(f"<{name}>\n{text}\n</{name}>\n", Relation.NONE, "thinking_only", arguable=known)
        yield Candidate(
            f"<{name}>\n{text}\n</{name}>\nI give no answer.", Relation.NONE, "thinking_only", arguable=known
        )
        yield Candidate(f"<{name}>\nLet me see. {text}", Relation.NONE, "unfinished_block", arguable=known)
        # Graders that look at the end of a completion only do not see where the thinking began.
        long = f"<{name}>\n{_MUSING * 30}{text} But I have to go on."
        yield Candidate(long, Relation.NONE, "unfinished_block", arguable=known)
    yield Candidate(
        f"{frame.wrap(wrong)}\n<{name}>\nOr rather {frame.core(right)}?\n</{name}>",
        Relation.DIFFERENT,
        "thinking_only",
        wrong,
        arguable=WHICH if frame.marked else "",
    )
    if frame.explicit:
        unclosed = f"{frame.lead}{frame.before}{right}\n{frame.core(wrong)}{frame.tail}"
        yield Candidate(unclosed, Relation.DIFFERENT, "unfinished_block", wrong, arguable=WHICH)
