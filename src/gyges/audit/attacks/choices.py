"""References that are one of a few: option letters, yes and no, true and false, labels."""

import re
from dataclasses import dataclass

from gyges.audit.attacks.base import Case

OPPOSITES = {
    "yes": "no",
    "true": "false",
    "valid": "invalid",
    "possible": "impossible",
    "correct": "incorrect",
    "knight": "knave",
    "positive": "negative",
    "increasing": "decreasing",
    "odd": "even",
    "left": "right",
    "guilty": "innocent",
    "entailment": "contradiction",
}
OPPOSITES |= {value: key for key, value in OPPOSITES.items()}
_OPTION = re.compile(r"(?:^|[\s(\[])([A-J])[.):\]]\s*(.*?)(?=\s*(?:[\n;]|[\s(\[][A-J][.):\]]\s)|$)", re.MULTILINE)
_EITHER = re.compile(r"['\"`]?([\w-]{1,20})['\"`]?,? or ['\"`]?([\w-]{1,20})['\"`]?", re.IGNORECASE)
MOST = 8
"""More labels than this are no choice."""


@dataclass(frozen=True)
class Choice:
    """One of a few possible answers."""

    others: tuple[str, ...]
    """The possible answers that are not the reference."""
    letters: bool = False
    texts: tuple[tuple[str, str], ...] = ()
    """What each letter stands for, as the prompt says."""


def choice(case: Case) -> Choice | None:
    """The choice that the task leaves; None if its answer is not one of a few."""
    reference = case.reference.strip()
    if re.fullmatch(r"\(?[A-J]\)?", reference):
        letter = reference.strip("()")
        texts = tuple(dict(_OPTION.findall(case.task.text)).items())
        letters = [name for name, _ in texts] if len(texts) > 1 else list("ABCD")
        return Choice(tuple(reference.replace(letter, one) for one in letters if one != letter), True, texts)
    if not re.fullmatch(r"[\w' -]{1,30}", reference) or reference[0].isdigit():
        return None
    found: list[str] = []
    opposite = opposed(reference)
    if opposite is not None:
        found.append(opposite)
    for pair in _EITHER.findall(case.task.text):
        if reference.lower() in (pair[0].lower(), pair[1].lower()):
            found += [one for one in pair if one.lower() != reference.lower()]
    if len(case.others) < MOST and all(len(other) <= 30 and not other[:1].isdigit() for other in case.others):
        found += case.others
    return Choice(tuple(dict.fromkeys(found))) if found else None


def opposed(word: str) -> str | None:
    """The opposite of a word, in the same case; None if it has none here."""
    opposite = OPPOSITES.get(word.strip().lower())
    if opposite is None:
        return None
    if word.isupper():
        return opposite.upper()
    return opposite.capitalize() if word[:1].isupper() else opposite
