"""Judges collections: lists, tuples, sets, mappings, matrices and intervals, item by item."""

import re
from collections import Counter

from gyges.audit.judges.asked import Asked, asked
from gyges.audit.judges.base import Judge
from gyges.audit.judges.brackets import Group, Item, group
from gyges.audit.judges.notation import squeezed, unwrapped, words
from gyges.audit.judges.numbers import Numbers
from gyges.audit.judges.quantities import readings
from gyges.audit.judges.selections import selected
from gyges.audit.judges.strings import Strings, settled
from gyges.audit.records import Task, Truth

MATCHED = 60
"""Items up to which a reordering is looked for by comparing each with each."""

_CLAUSES = re.compile(r",\s*(?:and\s+)?|\s+and\s+|;\s*|\n")
CLAUSE = 6
"""Words of a clause that is still an item of a list."""


class Collections(Judge):
    """Groups of items: an altered, missing, extra or doubled item is wrong; a mere reordering depends on the task."""

    name = "collection"

    def __init__(self) -> None:
        self._numbers, self._strings = Numbers(), Strings()

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        found = group(reference)
        if found is None or readings(reference):
            return 0.0
        if found.kind == ",":
            # A sentence with commas in it is no list.
            brief = all(isinstance(item, Group) or len(item.split()) <= 3 for item in found.items) or _parallel(found)
            return 0.7 if brief and not reference.rstrip().endswith((".", "!", "?")) else 0.0
        if found.kind == "rows":
            return 0.7 if all(isinstance(item, Group) for item in found.items) else 0.0
        return 0.8

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        if settled(stated) == settled(reference) or squeezed(unwrapped(stated)) == squeezed(unwrapped(reference)):
            return (
                Truth.RIGHT if settled(stated).split() == settled(reference).split() else self._loose(stated, reference)
            )
        wanted, given = group(reference), group(stated)
        if wanted is None:
            return Truth.UNSURE
        if _parallel(wanted):
            clauses = _clauses(stated, wanted, reference)
            return Truth.UNSURE if clauses is Truth.WRONG and asked(task.text).several else clauses
        if given is None:
            return _unread(stated, wanted, reference)
        prompt = asked(task.text)
        verdict = self._groups(given, wanted, task, prompt)
        if verdict is Truth.WRONG and (other := selected(given, wanted, task)) is not None:
            return other
        if verdict is Truth.WRONG and prompt.several:
            return Truth.WRONG if _malformed(given, wanted) or _foreign(given, wanted, task.text) else Truth.UNSURE
        return verdict

    def _loose(self, stated: str, reference: str) -> Truth:
        """Spaces that differ matter only where nothing else holds the items apart."""
        given, wanted = group(stated), group(reference)
        return Truth.RIGHT if given is not None and given == wanted else Truth.UNSURE

    def _groups(self, given: Group, wanted: Group, task: Task, prompt: Asked) -> Truth:
        ends = "interval" in (given.kind, wanted.kind) or (prompt.interval and {given.kind, wanted.kind} <= {"(", "["})
        if ends and (given.kind, given.ends) != (wanted.kind, wanted.ends):
            # Other ends are another interval; anything else that was written may be one in a notation of its own.
            return Truth.WRONG if {given.kind, wanted.kind} <= {"(", "[", "interval"} else Truth.UNSURE
        held = Truth.RIGHT if _held_alike(given, wanted) else Truth.UNSURE
        if given.kind == wanted.kind == "map":
            if len(given.items) != len(wanted.items) and set(map(str, given.items)) == set(map(str, wanted.items)):
                # A key given twice with the same value is the same mapping, if a clumsy one.
                return Truth.UNSURE
            return self._in_order(given.items, wanted.items, task, prompt)
        if "map" in (given.kind, wanted.kind):
            return Truth.UNSURE
        straight = self._in_order(given.items, wanted.items, task, prompt)
        if straight is not Truth.WRONG:
            return held if straight is Truth.RIGHT else Truth.UNSURE
        if wanted.kind == "{" and given.kind == "{" and set(map(str, given.items)) == set(map(str, wanted.items)):
            # A set with an item twice is the same set, if a clumsy one.
            return Truth.RIGHT if len(given.items) == len(wanted.items) else Truth.UNSURE
        if len(given.items) != len(wanted.items):
            return Truth.UNSURE if _flattened(given) == _flattened(wanted) else Truth.WRONG
        return self._reordered(given, wanted, task, prompt)

    def _in_order(self, given: tuple[Item, ...], wanted: tuple[Item, ...], task: Task, prompt: Asked) -> Truth:
        if len(given) != len(wanted):
            return Truth.WRONG
        verdicts = {self._item(one, other, task, prompt) for one, other in zip(given, wanted, strict=True)}
        if Truth.WRONG in verdicts:
            return Truth.WRONG
        return Truth.UNSURE if Truth.UNSURE in verdicts else Truth.RIGHT

    def _item(self, given: Item, wanted: Item, task: Task, prompt: Asked) -> Truth:
        if isinstance(given, Group) and isinstance(wanted, Group):
            return self._groups(given, wanted, task, prompt)
        if isinstance(given, Group) or isinstance(wanted, Group):
            return Truth.WRONG
        if given == wanted:
            return Truth.RIGHT
        if readings(wanted):
            return self._numbers.compare(given, task, wanted)
        same = self._strings.compare(given, task, wanted)
        if same is Truth.UNSURE and words(given) and words(wanted) and len(words(wanted)) == 1:
            # Within a list there is no room for another wording: an item is the same or it is not.
            return Truth.UNSURE if "".join(words(given)) == "".join(words(wanted)) else Truth.WRONG
        return same

    def _reordered(self, given: Group, wanted: Group, task: Task, prompt: Asked) -> Truth:
        if len(wanted.items) > MATCHED:
            same = Counter(map(str, given.items)) == Counter(map(str, wanted.items))
            return _by_order(given, wanted, prompt) if same else Truth.WRONG
        left = list(given.items)
        for item in wanted.items:
            verdicts = [self._item(other, item, task, prompt) for other in left]
            if Truth.RIGHT in verdicts:
                left.pop(verdicts.index(Truth.RIGHT))
            elif Truth.UNSURE in verdicts:
                return Truth.UNSURE
            else:
                return Truth.WRONG
        return _by_order(given, wanted, prompt)


def _parallel(found: Group) -> bool:
    """Whether all items say the same of different things, as in "Ada is a knight, Bela is a knave"."""
    said = [item.split() for item in found.items if isinstance(item, str)]
    if (
        not said
        or len(said) < len(found.items)
        or not 3 < len(said[0]) <= CLAUSE
        or len({len(item) for item in said}) > 1
    ):
        return False
    return len({item[0] for item in said}) == len(said) and len({" ".join(item[1:-1]) for item in said}) == 1


def _clauses(stated: str, wanted: Group, reference: str) -> Truth:
    """Clauses of one build are compared one by one; anything else may say the same in other words."""
    goal = _subjects([str(item) for item in wanted.items])
    text = settled(stated)
    given = _subjects([clause.strip() for clause in _CLAUSES.split(text)])
    if (
        goal is None
        or given is None
        or {middle for middle, _ in given.values()} != {middle for middle, _ in goal.values()}
    ):
        return Truth.UNSURE if set(words(text)) & set(words(reference)) or not text else Truth.WRONG
    return Truth.RIGHT if given == goal else Truth.WRONG


def _subjects(clauses: list[str]) -> dict[str, tuple[str, str]] | None:
    """What is said of whom, and how; None if one is named twice or a clause is too short."""
    found = {}
    for clause in clauses:
        said = clause.casefold().split()
        if len(said) < 3 or said[0] in found:
            return None
        found[said[0]] = (" ".join(said[1:-1]), said[-1])
    return found


def _by_order(given: Group, wanted: Group, prompt: Asked) -> Truth:
    """What a pure reordering is worth."""
    if wanted.kind == "{" and given.kind == "{":
        return Truth.RIGHT
    if wanted.kind in ("→", "rows", "interval") and not prompt.unordered:
        return Truth.WRONG
    if prompt.ordered == prompt.unordered:
        return Truth.UNSURE
    return Truth.WRONG if prompt.ordered else Truth.RIGHT


def _held_alike(given: Group, wanted: Group) -> bool:
    if given.kind == wanted.kind:
        return True
    return {given.kind, wanted.kind} <= {"rows", "["} and all(isinstance(item, Group) for item in given.items)


def _flattened(found: Group) -> list[str]:
    """All items in a row; equal ones in other rows are the same text with other line breaks."""
    return [text for item in found.items for text in (_flattened(item) if isinstance(item, Group) else [item])]


def _malformed(given: Group, wanted: Group) -> bool:
    """Whether an answer cannot even be another solution: a grid of another size, or items of another kind."""
    if wanted.kind == "rows" and (given.kind != "rows" or given.shape != wanted.shape):
        return True
    if wanted.kind == "map" and [pair.items[0] for pair in wanted.items if isinstance(pair, Group)] != [
        pair.items[0] for pair in given.items if isinstance(pair, Group)
    ]:
        return True
    return not _flattened(given) or _numeric(given) != _numeric(wanted)


def _foreign(given: Group, wanted: Group, prompt: str) -> bool:
    """Whether a mapping has a word for a value that the prompt does not know, while it knows all of the reference's."""
    if not given.kind == wanted.kind == "map":
        return False
    known = set(words(prompt))
    meant, said = _values(wanted), _values(given)
    return (
        bool(meant)
        and all(set(words(value)) <= known for value in meant)
        and any(words(value) and not set(words(value)) <= known for value in said)
    )


def _values(found: Group) -> list[str]:
    """The values of a mapping that are words."""
    pairs = [item.items for item in found.items if isinstance(item, Group)]
    return [pair[1] for pair in pairs if isinstance(pair[1], str) and not readings(pair[1])]


def _numeric(found: Group) -> bool:
    return all(readings(item) for item in _flattened(found))


def _unread(stated: str, wanted: Group, reference: str) -> Truth:
    """What is no collection: wrong if it shares nothing with the reference, or is one item of several."""
    text = settled(stated)
    if len(wanted.items) > 1 and readings(text) and len(_flattened(wanted)) > 1:
        return Truth.UNSURE if squeezed(text) == squeezed(settled(reference)) else Truth.WRONG
    said, meant = set(words(text)), set(words(reference))
    if said & meant or (not meant and text):
        return Truth.UNSURE
    return Truth.UNSURE if "".join(sorted(said)) == "".join(sorted(meant)) and said else Truth.WRONG
