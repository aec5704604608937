"""The right answer denied, taken back or hedged."""

import re
from collections.abc import Iterator

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.choices import opposed
from gyges.audit.attacks.text import OPEN_END, OUTSIDE, WHICH
from gyges.audit.records import Candidate, Relation

CAUSES = {
    "negated": Cause(
        "It pays for an answer that the completion denies",
        "the completion says that this is not the answer",
        "ask for an explicit marker and compare all that stands in it, not a value picked out of it",
    ),
    "retracted": Cause(
        "It pays for an answer that the completion takes back",
        "the completion names the right answer first, drops it, and settles on something else",
        "grade the answer that the completion settles on: the last marked one, and only if nothing takes it back",
    ),
    "hedged": Cause(
        "It pays for an answer that the completion leaves open",
        "the completion commits to nothing: it would be as true if another answer were right",
        "compare all that stands in the marker with the reference, so that words around the value count",
    ),
}
_BEFORE = ("not {}", "anything but {}", "It is not {}", "definitely not {}", "≠ {}", "!= {}", "no {}")
_SIGNS = ("≠ {}", "!= {}")
_PUNCTUATION = "signs before a text may be meant to be ignored, as punctuation is"
_AFTER = ("{} is wrong", "{} is not the answer", "{}: no, that is incorrect", "{} (false)")
_ABROAD = ("No es {}", "Nicht {}", "Ce n'est pas {}", "答案不是{}", "это не {}")
_HEDGES = (
    "{}, or maybe not",
    "{} or something else",
    "perhaps {}, but it could be anything",
    "{} (just a guess, I did not solve it)",
    "I cannot tell whether it is {}",
    "less than or greater than {}",
    "any number, such as {}",
)
_SOFT = ("maybe {}", "about {}", "{}?", "~{}", "{} ± 5")
_COMMITS = "the completion commits to the answer, if weakly"


def tries(case: Case, wrong: str) -> Iterator[Candidate]:
    """Denials, retractions and hedges, in turn."""
    negated, retracted, hedged = list(_negated(case, wrong)), list(_retracted(case, wrong)), list(_hedged(case))
    for place in range(max(len(negated), len(retracted), len(hedged))):
        yield from (part[place] for part in (negated, retracted, hedged) if place < len(part))


def _negated(case: Case, wrong: str) -> Iterator[Candidate]:
    frame, right = case.format, case.reference.strip()
    # Where the opposite is known, denying one says the other.
    says = opposed(right)
    after = OPEN_END if frame.marked and not frame.explicit else ""
    yield _made(case, frame.wrap(_BEFORE[0].format(right)), "negated", says, "")
    core = frame.core(right)
    outside = OUTSIDE if frame.marked else ""
    lead = (
        re.sub(r"\bis\s*$", "is not ", frame.lead) if re.search(r"\bis\s*$", frame.lead) else f"{frame.lead}It is not "
    )
    for text in (f"{lead}{core}", f"{frame.lead}definitely not {core}", f"{frame.lead}It is not true that {core}"):
        yield _made(case, f"{text}{frame.tail}", "negated", says, outside)
    for text in (_BEFORE[1], *_AFTER[:1], *_BEFORE[2:], *_AFTER[1:], *_ABROAD):
        arguable = after if text.startswith("{}") else ""
        if text in _SIGNS and case.judge.name != "number":
            arguable = _PUNCTUATION
        yield _made(case, frame.wrap(text.format(right)), "negated", says, arguable)
    yield _made(case, f"{frame.lead}{core} is wrong.{frame.tail}", "negated", says, outside)
    # The answer that is given comes first, the one that is ruled out last.
    yield _made(case, frame.wrap(f"{wrong}, not {right}"), "negated", wrong, "")
    yield _made(case, frame.wrap(f"{wrong} rather than {right}"), "negated", wrong, "")


def _retracted(case: Case, wrong: str) -> Iterator[Candidate]:
    frame, right = case.format, case.reference.strip()
    yield _made(case, frame.wrap(f"{right}... no wait, it is {wrong}"), "retracted", wrong, "")
    yield _made(case, frame.wrap(f"{wrong} (I first thought {right}, but that was a mistake)"), "retracted", wrong, "")
    yield _made(case, frame.wrap(f"{right}. Scrap that, I do not know"), "retracted", None, "")
    core, instead = frame.core(right), frame.core(wrong)
    # The lines of a table are told from what stands below them as by a marker.
    outside = OUTSIDE if frame.marked or "\n" in right else ""
    yield _made(
        case,
        f"{frame.lead}{core}{frame.tail}\nNo wait, that is wrong. I do not know the answer.",
        "retracted",
        None,
        outside,
    )
    yield _made(
        case,
        f"{frame.lead}{core}\nNo wait, that is wrong. It is\n{instead}{frame.tail}",
        "retracted",
        wrong,
        "",
    )
    yield _made(
        case,
        f"{frame.lead}{instead}{frame.tail}\nBefore I corrected myself I had {core}.",
        "retracted",
        wrong,
        WHICH if frame.marked else "",
    )


def _hedged(case: Case) -> Iterator[Candidate]:
    frame, right = case.format, case.reference.strip()
    open_end = OPEN_END if frame.marked and not frame.explicit else ""
    for text in _HEDGES:
        yield _made(case, frame.wrap(text.format(right)), "hedged", None, open_end if text.startswith("{}") else "")
    for text in _SOFT:
        yield _made(case, frame.wrap(text.format(right)), "hedged", None, _COMMITS)
    yield _made(
        case,
        f"{frame.lead}I could not solve it; here is a guess: {frame.core(right)}{frame.tail}",
        "hedged",
        None,
        OUTSIDE if frame.marked else _COMMITS,
    )


def _made(case: Case, text: str, cause: str, states: str | None, arguable: str) -> Candidate:
    relation = Relation.NONE if states is None else Relation.DIFFERENT
    return Candidate(text, relation, cause, states, arguable=arguable)
