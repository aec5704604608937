"""Near misses of a list, a set or a mapping."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.choices import opposed
from gyges.audit.attacks.lists import Parts, parts
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_ORDER = "the order may not matter here"
_COUNT = "repetitions may not matter here"
_NEST = "nesting may not matter here"
MOST = 4
"""Places at which a long list is altered."""


class NearCollections(TextAttack):
    """Lists with the right parts in the wrong number or order, and with a part that is wrong."""

    name = "near misses: collections"
    about = "lists and mappings reordered, with parts altered, dropped, added, repeated or nested"
    causes: ClassVar[dict[str, Cause]] = {
        "order_ignored": Cause(
            "It does not read the order",
            "the right parts in another order are another answer",
            "compare lists as lists; do not sort them or turn them into sets",
        ),
        "duplicates_ignored": Cause(
            "It does not count repetitions",
            "an answer with parts repeated is another answer",
            "compare lists or counts (collections.Counter), not sets",
        ),
        "missing_part": Cause(
            "It pays for a list with a part missing",
            "an incomplete answer is paid in full",
            "compare lengths as well; zip stops at the shorter list, and <= holds for every subset",
        ),
        "extra_part": Cause(
            "It pays for a list with too much in it",
            "an answer that lists everything contains every right answer",
            "compare in both directions; issubset or `all(x in answer ...)` holds for every superset",
        ),
        "altered_part": Cause(
            "It pays for a list with a part that is wrong",
            "a part of the list was not compared",
            "compare every part; check slices, zip and any()",
        ),
        "nesting_ignored": Cause(
            "It does not read how parts are nested",
            "the same parts under other brackets are another answer",
            "parse the structure and compare it",
        ),
        "keys_ignored": Cause(
            "It does not read which value belongs to which key",
            "the values are all there, under the wrong names",
            "compare key by key",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and parts(case.reference) is not None

    def tries(self, case: Case) -> Iterator[Candidate]:
        found = parts(case.reference)
        if found is None:
            return
        streams = [list(_altered(case, found)), list(_counted(case, found))]
        streams.append(list(_rekeyed(case, found)) if found.mapping else list(_reordered(case, found)))
        for place in range(max(map(len, streams))):
            yield from (stream[place] for stream in streams if place < len(stream))


def _altered(case: Case, found: Parts) -> Iterator[Candidate]:
    items = found.items
    places = sorted({0, len(items) - 1, len(items) // 2, *range(min(MOST, len(items)))}) if items else []
    for place in sorted(places, key=lambda one: -one):
        other = _other(items[place], found.mapping)
        yield _made(case, found, [*items[:place], other, *items[place + 1 :]], "altered_part")
    if len(items) > 1:
        yield _made(case, found, [_other(item, found.mapping) for item in items], "altered_part")
        yield _made(case, found, [items[0], *(_other(item, found.mapping) for item in items[1:])], "altered_part")


def _counted(case: Case, found: Parts) -> Iterator[Candidate]:
    items, many = found.items, "" if found.ordered(case.task.text) is not False else _COUNT
    if len(items) > 1:
        yield _made(case, found, items[:-1], "missing_part")
        yield _made(case, found, items[1:], "missing_part")
        yield _made(case, found, items[:1], "missing_part")
    if items:
        yield _made(case, found, [*items, _other(items[-1], found.mapping, key=True)], "extra_part")
        yield _made(case, found, [_other(items[0], found.mapping, key=True), *items], "extra_part")
        if found.opening:
            yield _made(case, found, [], "missing_part")
        if not found.mapping:
            yield _made(case, found, [*items, items[-1]], "duplicates_ignored", many)
            yield _made(case, found, [*items, *items], "duplicates_ignored", many)
        if len(items) > 1 and not found.mapping and len(set(items)) < len(items):
            yield _made(case, found, list(dict.fromkeys(items)), "duplicates_ignored", many)
        if len(items) > 1 and not found.mapping:
            yield _made(case, found, [items[0]] * len(items), "altered_part")
    if found.opening and items and not found.mapping:
        nested = f"{found.opening}{found.write(items)}{found.closing}"
        yield Candidate(case.format.wrap(nested), Relation.DIFFERENT, "nesting_ignored", nested, arguable=_NEST)
        if any(item[:1] in "[(" for item in items):
            flat = [item.strip("[]()") for item in items]
            yield _made(case, found, flat, "nesting_ignored")


def _reordered(case: Case, found: Parts) -> Iterator[Candidate]:
    items, ordered = found.items, found.ordered(case.task.text)
    if ordered is False or len(set(items)) < 2:
        return
    arguable = "" if ordered else _ORDER
    mixed = list(items)
    case.random.shuffle(mixed)
    for other in (list(items[::-1]), [*items[1:], items[0]], [items[1], items[0], *items[2:]], mixed):
        if other != list(items):
            yield _made(case, found, other, "order_ignored", arguable)
    for other in _within(items):
        if other != list(items):
            yield _made(case, found, other, "order_ignored", arguable)


def _within(items: Sequence[str]) -> Iterator[list[str]]:
    """The rows of a table with their parts in another order, exchanged between rows, or turned into columns."""
    rows = [parts(item) for item in items]
    if not all(row is not None and row.opening and not row.mapping and len(row.items) > 1 for row in rows):
        return
    table = [(row, list(row.items)) for row in rows if row is not None]
    yield [row.write(cells[::-1]) for row, cells in table]
    width = {len(cells) for _, cells in table}
    if len(width) > 1:
        return
    if width == {len(table)}:
        yield [row.write([cells[place] for _, cells in table]) for place, (row, _) in enumerate(table)]
    flat = [cell for _, cells in table for cell in cells]
    moved = [*flat[1:], flat[0]]
    (size,) = width
    yield [row.write(moved[size * place : size * (place + 1)]) for place, (row, _) in enumerate(table)]


def _rekeyed(case: Case, found: Parts) -> Iterator[Candidate]:
    keys, values = zip(*(item.split(":", 1) for item in found.items), strict=True) if found.items else ((), ())
    turned = [*values[1:], *values[:1]]
    for other in (turned, values[::-1]):
        if list(other) != list(values):
            yield _made(case, found, [f"{key}:{value}" for key, value in zip(keys, other, strict=True)], "keys_ignored")
    if len(set(values)) > 1:
        for value in sorted(set(values))[:2]:
            yield _made(case, found, [f"{key}:{value}" for key in keys], "altered_part")


def _other(item: str, mapping: bool, key: bool = False) -> str:
    """Another part of the same type."""
    if mapping:
        name, _, value = item.partition(":")
        if key:
            return (
                f"{name.rstrip()[:-1]}_too{name.rstrip()[-1]}:{value}" if name[-1:] in "'\"" else f"{name}_too:{value}"
            )
        space = value[: len(value) - len(value.lstrip())]
        return f"{name}:{space}{_other(value.strip(), False)}"
    if item[:1] in "[({":
        inner = parts(item)
        if inner is not None and inner.items:
            return inner.write([*inner.items[:-1], _other(inner.items[-1], inner.mapping)])
    quote = item[:1] if item[:1] in "'\"" and item[-1:] == item[:1] and len(item) > 1 else ""
    bare = item[1:-1] if quote else item
    number = numeral(bare)
    if number is not None:
        return f"{quote}{number.write(number.value + 7)}{quote}"
    if bare in ("true", "false"):
        return "false" if bare == "true" else "true"
    if bare in ("True", "False"):
        return f"{quote}{'False' if bare == 'True' else 'True'}{quote}"
    if len(bare) == 1 and bare.isalpha():
        return f"{quote}{'Q' if bare.isupper() and bare != 'Q' else 'z'}{quote}"
    turned = _turned(bare)
    if turned is not None:
        return f"{quote}{turned}{quote}"
    return f"{quote}{bare}zz{quote}" if bare.isalpha() else f"{quote}zzz{quote}"


def _turned(text: str) -> str | None:
    """A phrase with one word turned into its opposite."""
    words = text.split()
    for place, word in enumerate(words):
        opposite = opposed(word)
        if opposite is not None:
            return " ".join([*words[:place], opposite, *words[place + 1 :]])
    return None


def _made(case: Case, found: Parts, items: Sequence[str], cause: str, arguable: str = "") -> Candidate:
    written = found.write(items)
    return Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written, arguable=arguable)
