"""What a cause is: the words that a report has for one way in which graders are mistaken."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """What a report says of a slug in `Candidate.cause`."""

    title: str
    """A sentence in plain words: what the grader does."""
    why: str
    """Why that matters."""
    mend: str
    """A mend to consider."""
