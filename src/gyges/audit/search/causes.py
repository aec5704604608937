"""The words for what the search finds."""

from gyges.audit.attacks.causes import Cause
from gyges.audit.search.structure import CAUSE

CAUSES = {
    CAUSE: Cause(
        "It pays for a wrong completion that a search over combined changes found",
        "a training run searches in the same way, with far more tries",
        "look at the line responsible, and refuse what the shown completion has",
    )
}
