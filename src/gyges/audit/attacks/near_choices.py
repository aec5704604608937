"""Near misses of a choice: each other option, and several at once."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks import misframed_several
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.choices import Choice, choice, opposed
from gyges.audit.attacks.near_numbers import NearNumbers
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_FIRST = "the letter that comes first may be meant to count"


class NearChoices(TextAttack):
    """Options that are not the right one."""

    name = "near misses: choices"
    about = "each other option, several options at once, words that begin or end as the right one does"
    causes: ClassVar[dict[str, Cause]] = {
        "shotgun": misframed_several.CAUSES["shotgun"],
        "substring": NearNumbers.causes["substring"],
        "other_answer": Cause(
            "It pays for another answer of the right kind",
            "a wrong option, or another task's answer, is paid",
            "compare the answer with this task's reference; in Python, bool('False') is True",
        ),
        "letter_and_text": Cause(
            "It pays for a letter with another option's text",
            "letter and text contradict each other",
            "where both are given, compare both",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and choice(case) is not None

    def tries(self, case: Case) -> Iterator[Candidate]:
        chosen, right, wrap = choice(case), case.reference.strip(), case.format.wrap
        if chosen is None:
            return
        for other in chosen.others:
            yield Candidate(wrap(other), Relation.DIFFERENT, "other_answer", other)
        for other in chosen.others[:2]:
            for text in (f"{right} and {other}", f"{other} and {right}", f"{other}, {right}", f"{right}{other}"):
                yield Candidate(wrap(text), Relation.NONE, "shotgun")
        everything = sorted({right, *chosen.others})
        for text in (
            ", ".join(everything),
            " ".join(everything),
            "".join(everything) if chosen.letters else "/".join(everything),
        ):
            yield Candidate(wrap(text), Relation.NONE, "shotgun")
        yield Candidate(wrap("all of the above"), Relation.NONE, "shotgun")
        yield Candidate(wrap("none of the above"), Relation.NONE, "other_answer")
        if chosen.letters:
            yield from _lettered(case, chosen)
        else:
            for text in (f"un{right.lower()}", f"{right}ish", f"non-{right.lower()}", f"{right} {chosen.others[0]}"):
                yield Candidate(wrap(text), Relation.NONE, "substring" if " " not in text else "shotgun")
            opposite = opposed(right)
            for text in (
                ("0", "1", "2") if opposite is not None and opposite.lower() in ("true", "false", "yes", "no") else ()
            ):
                positive = right.lower() in ("true", "yes")
                if text != ("1" if positive else "0") and not (positive and text == "2"):
                    yield Candidate(wrap(text), Relation.NONE, "other_answer")


def _lettered(case: Case, chosen: Choice) -> Iterator[Candidate]:
    letter, wrap = case.reference.strip().strip("()"), case.format.wrap
    other = chosen.others[0].strip("()")
    words = {"A": "A lot", "B": "Both", "C": "Cannot say", "D": "Don't know", "E": "Either"}
    yield Candidate(wrap(words.get(letter, f"{letter}aybe")), Relation.NONE, "substring")
    yield Candidate(wrap(f"{letter}{letter.lower()}x"), Relation.NONE, "substring")
    yield Candidate(wrap(f"I choose {other}, Always ABCDE"), Relation.DIFFERENT, "substring", other, arguable=_FIRST)
    texts = dict(chosen.texts)
    if other in texts:
        yield Candidate(
            wrap(f"{letter}. {texts[other]}"), Relation.NONE, "letter_and_text", arguable="the letter alone may count"
        )
        yield Candidate(
            wrap(f"{other}. {texts.get(letter, '')}"),
            Relation.NONE,
            "letter_and_text",
            arguable="the text alone may count",
        )
        yield Candidate(wrap(texts[other]), Relation.DIFFERENT, "other_answer", texts[other])
