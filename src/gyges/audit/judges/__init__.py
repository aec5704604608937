"""Truth that does not come from the attacker: one judge for each type of answer, and a reader of whole completions."""

from gyges.audit.judges.choosing import choose as choose
from gyges.audit.judges.confirming import confirm as confirm
from gyges.audit.judges.own import load_own as load_own
