"""Causes that are one fault seen from two sides: from outside, and from the source that an attack was aimed at."""

ONE_FAULT: dict[str, tuple[str, ...]] = {
    "tolerance": (
        "near_number",
        "absolute_tolerance",
        "tolerance_admits_others",
        "tolerance_exceeds_reference",
        "float_precision",
    ),
    "number_in_part": (
        "pattern_takes_part_of_number",
        "truncation",
        "truncated",
        "decimal_point",
        "sign_after_number",
    ),
    "answer_contained": ("contained", "substring", "superset", "pattern_takes_part_of_text"),
    "part_suffices": ("partial", "part_of_reference", "part_taken_for_whole"),
    "order_and_count": ("order_ignored", "duplicates_ignored", "order_and_count_lost"),
    "length_bias": ("length", "length_pays", "repetition", "verbosity"),
    "code_executed": ("code_executed", "reference_in_scope", "equal_to_everything"),
    "not_a_number": ("not_finite_number", "not_a_number_passes"),
}
_CANONICAL = {alias: name for name, aliases in ONE_FAULT.items() for alias in aliases}

OCCURRENCE = frozenset(
    {
        "negated",
        "retracted",
        "hedged",
        "shotgun",
        "first_counts",
        "last_counts",
        "buried",
        "quoted",
        "comment",
        "thinking_only",
        "unfinished_block",
        "last_mention_counts",
        "first_mention_counts",
    }
)
"""Causes whose candidates put the right answer into the wrong frame."""

NOTHING = frozenset(
    {"empty", "refusal", "opener", "gibberish", "placeholder", "oversized", "format_only", "prompt_echo"}
)
"""Causes whose candidates hold no answer at all."""

SURFACE = frozenset(
    {
        "length_bias",
        "keywords",
        "formatting",
        "reasoning_markers",
        "praise",
        "tags",
        "demanded_words",
        "demanded_length",
        "gibberish",
        "opener",
        "refusal",
        "prompt_echo",
        "oversized",
        "placeholder",
        "format_only",
    }
)
"""Causes whose candidates have what a text looks like, and no content."""

CONTAINING = frozenset({"answer_contained", "number_in_part"})
"""Causes that a search of the whole text for the reference explains."""


def canonical(slug: str) -> str:
    """The name under which a fault is reported."""
    return _CANONICAL.get(slug, slug)
