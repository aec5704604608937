"""What the source of a grader says, read without ever running it."""

from gyges.audit.source.blame import responsible as responsible
from gyges.audit.source.facts import Fact as Fact
from gyges.audit.source.facts import Facts as Facts
from gyges.audit.source.reader import read as read
