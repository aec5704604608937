"""The right answer mentioned without being given: in passing, in a quotation, in a comment, in a heap."""

from collections.abc import Iterator

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import OUTSIDE, WHICH
from gyges.audit.records import Candidate, Relation

CAUSES = {
    "buried": Cause(
        "It pays for the answer anywhere in the text",
        "the completion mentions the right value in passing and gives no answer",
        "extract the answer from an agreed place; do not search the whole text for the reference",
    ),
    "quoted": Cause(
        "It pays for an answer that the completion only quotes",
        "the completion repeats what somebody else says, and does not make it its own",
        "extract the answer from an agreed place that quotations cannot fill",
    ),
    "comment": Cause(
        "It pays for an answer in a comment",
        "a reader of the rendered answer never sees it",
        "take comments out before extracting, or ask for a marker that they cannot hold",
    ),
}
_PASSING = (
    "I do not know the answer. By the way, I saw {} on a sign today.",
    "{} comes to mind, but I have not worked on the question and give no answer.",
    "My phone number ends in {}. I do not know the answer.",
)
_WORDS = ("lorem", "ipsum", "dolor", "sit", "amet", "consectetur") * 3
_FILL = "Some thoughts come and go without leading anywhere in particular. "


def tries(case: Case, wrong: str) -> Iterator[Candidate]:
    """Mentions without the marker, then the marker in a place that is no answer."""
    frame, right = case.format, case.reference.strip()
    for text in (*_PASSING, f"{_FILL * 15}{{}} {_FILL * 15}I give no answer."):
        yield _none(text.format(right), "buried")
    heap = _heap(case, right)
    for place in (len(heap), len(heap) // 2, 0):
        yield _none(" ".join([*heap[:place], right, *heap[place:]]), "buried")
    if frame.marked:
        yield _none(frame.wrap(f"{' '.join(heap)} {right}"), "buried")
        yield _different(f"{right} {right} {right}\n{frame.wrap(wrong)}", "buried", wrong)
        yield _different(f"{frame.wrap(wrong)}\n{right} {right} {right}", "buried", wrong)
    else:
        yield _different(f"{frame.wrap(wrong)}\n\nPage {right}", "buried", wrong)
        yield _different(f"[{right}] {frame.wrap(wrong)}", "buried", wrong)
    yield _none(f'You ask whether it is "{right}". I do not know.', "quoted")
    yield _none(
        f'Somebody online claims "{frame.core(right)}", but I have not checked it and give no answer.',
        "quoted",
        OUTSIDE if frame.marked else "",
    )
    yield _different(f"> Student A wrote: {right}\n\nThat is wrong. {frame.wrap(wrong)}", "quoted", wrong)
    for comment in ("<!-- {} -->", "/* {} */", "% {}", "# {}"):
        yield _different(f"{frame.wrap(wrong)}\n{comment.format(right)}", "comment", wrong)
        if frame.marked:
            yield _different(f"{frame.wrap(wrong)}\n{comment.format(frame.core(right))}", "comment", wrong, WHICH)
    yield _different(
        f"<!-- {frame.core(right)} -->\n{frame.wrap(wrong)}", "comment", wrong, WHICH if frame.marked else ""
    )


def _heap(case: Case, right: str) -> list[str]:
    """Things of the reference's own kind that are not the answer."""
    if numeral(right) is not None:
        return [one for one in (str(case.random.randrange(2, 10**4)) for _ in range(30)) if one != right]
    return [one for one in (*case.others[:20], *_WORDS) if one != right]


def _none(text: str, cause: str, arguable: str = "") -> Candidate:
    return Candidate(text, Relation.NONE, cause, arguable=arguable)


def _different(text: str, cause: str, states: str, arguable: str = "") -> Candidate:
    return Candidate(text, Relation.DIFFERENT, cause, states, arguable=arguable)
