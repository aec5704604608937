"""Groups texts that look alike, numbers aside: for exploits that nobody has a name for."""

import re
from collections.abc import Sequence

SHINGLE = 5
ALIKE = 0.4
"""Jaccard similarity from which two texts count as alike: one template with other words in it stays above this."""
READ = 4000
"""Characters of a text that are compared: from both ends."""
KINDS = 200
"""Most groups; what is like none of them stays alone."""


def alike(texts: Sequence[str]) -> list[list[int]]:
    """Groups of places in `texts`, the largest first: each text joins the first group whose first member it is like."""
    leaders: list[frozenset[str]] = []
    groups: list[list[int]] = []
    for place, text in enumerate(texts):
        own = shingles(text)
        for leader, group in zip(leaders, groups, strict=False):
            if similarity(own, leader) >= ALIKE:
                group.append(place)
                break
        else:
            groups.append([place])
            if len(leaders) < KINDS:
                leaders.append(own)
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def shingles(text: str) -> frozenset[str]:
    """All runs of five characters, with numbers, case and spacing levelled."""
    ends = text if len(text) <= READ else text[: READ // 2] + " " + text[-READ // 2 :]
    level = " ".join(re.sub(r"\d+", "0", ends.lower()).split())
    return frozenset(level[at : at + SHINGLE] for at in range(max(1, len(level) - SHINGLE + 1)))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity."""
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 1.0
