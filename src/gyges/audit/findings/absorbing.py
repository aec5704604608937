"""Groups that another group explains: what one mend would mend is one finding, under its widest name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gyges.audit.findings.aliases import OCCURRENCE, SURFACE
from gyges.audit.mistakes import Mistake

Groups = dict[tuple[str, str], list[Mistake]]

GENERIC = frozenset(
    {"other_answer", "one_letter", "scrambled", "shape_only", "pattern_pays", "literal_pays", "found_by_search"}
)
"""Symptoms that many faults have; whichever fault reaches as far explains them."""
UNCHECKED = frozenset(
    {"foreign_numbers", "numbers_reused", "numbers_unused", "bare_target", "digits_joined", "shape_only"}
)
THINKING = frozenset({"thinking_only", "unfinished_block", "retracted"})
COMPARED_IN_PART = frozenset({"part_suffices", "answer_contained", "number_in_part", "shotgun", "tolerance"})


@dataclass(frozen=True)
class Rule:
    """If `shows` are among the causes that are paid, at least `least` of them, they and `takes` become `name`."""

    name: str
    shows: frozenset[str]
    least: int = 1
    takes: frozenset[str] = frozenset()


MARKED = (
    # An answer that counts wherever it stands within its marker is not compared whole, so neither are its digits.
    Rule("thinking_only", THINKING, 2),
    Rule("picked_from_marker", OCCURRENCE | {"thinking_only"}, 2, frozenset({"number_in_part", "answer_contained"})),
)
ALWAYS = (
    Rule("numbers_unchecked", UNCHECKED, 2),
    Rule("prefix_compared", frozenset({"prefix_compared"}), 1, COMPARED_IN_PART),
    Rule("suffix_compared", frozenset({"suffix_compared"}), 1, COMPARED_IN_PART),
    Rule("cut_at_separator", frozenset({"cut_at_separator"}), 1, COMPARED_IN_PART | {"notation_misread"}),
    Rule("number_in_part", frozenset({"number_in_part"}), 1, frozenset({"part_suffices", "notation_misread"})),
    Rule("length_bias", frozenset({"length_bias"}), 1, SURFACE | {"no_answer_paid"}),
    Rule("surface_features", SURFACE - {"format_only", "gibberish"}, 2),
)


def absorb(groups: Groups, marked: bool, contains: bool, steady: bool) -> Groups:
    """The groups after what is explained has moved to what explains it.

    **Arguments:**

    - `marked`: whether the answer stands in a marker.
    - `contains`: whether the source searches the text for the reference, or the reference for the text.
    - `steady`: whether the grader scores the same completion alike each time.
    """
    rest = dict(groups)
    paid = {slug: group for (kind, slug), group in groups.items() if kind == "false_positive"}
    for rule in (*(MARKED if marked else ()), *ALWAYS):
        paid = _applied(rule, paid)
    if contains and "answer_contained" in paid:
        paid = _joined(paid, "answer_contained", ("number_in_part", "sign_lost", "part_suffices"))
    paid = _generic(paid)
    rest = {key: group for key, group in rest.items() if key[0] != "false_positive"}
    rest |= {("false_positive", slug): group for slug, group in paid.items()}
    if not steady:
        # Chance refuses right answers too, under any name.
        rest = {key: group for key, group in rest.items() if key[0] != "false_negative"}
    return _crashes_by_line(rest)


def _applied(rule: Rule, paid: dict[str, list[Mistake]]) -> dict[str, list[Mistake]]:
    shown = rule.shows & paid.keys()
    return _joined(paid, rule.name, shown | (rule.takes & paid.keys())) if len(shown) >= rule.least else paid


def _joined(paid: Mapping[str, list[Mistake]], name: str, others: Collection[str]) -> dict[str, list[Mistake]]:
    """All of `others` under `name`, in the order in which they came."""
    taken = [mistake for slug, group in paid.items() if slug == name or slug in others for mistake in group]
    return {slug: group for slug, group in paid.items() if slug not in others and slug != name} | {name: taken}


def _generic(paid: dict[str, list[Mistake]]) -> dict[str, list[Mistake]]:
    """Generic symptoms go to the group that reaches at least as far; else they take in what reaches much less far."""

    def tasks(slug: str) -> set[int]:
        return {mistake.task for mistake in paid[slug]}

    def reach(slug: str) -> int:
        return len(tasks(slug))

    named = sorted((slug for slug in paid if slug not in GENERIC), key=reach, reverse=True)
    generic = sorted((slug for slug in paid if slug in GENERIC), key=reach, reverse=True)
    if named:
        within = [slug for slug in generic if reach(slug) <= reach(named[0])]
        paid = _joined(paid, named[0], within) if within else paid
        generic = [slug for slug in generic if slug not in within]
    if not generic:
        return paid
    widest = tasks(generic[0])
    small = [slug for slug in paid if slug not in GENERIC and tasks(slug) <= widest and 2 * reach(slug) <= len(widest)]
    return _joined(paid, generic[0], [*generic[1:], *small])


def _crashes_by_line(groups: Groups) -> Groups:
    """Exceptions raised on one line have one cause, whatever class they are of."""
    joined: Groups = {}
    lines: dict[str, tuple[str, str]] = {}
    for key, group in groups.items():
        line = group[0].score.line if key[0] == "crash" else ""
        target = lines.setdefault(line, key) if line else key
        joined.setdefault(target, []).extend(group)
    return joined
