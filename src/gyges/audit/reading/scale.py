"""Scores on a scale of their own task: 0 is a plain wrong answer, 1 the reference."""

from dataclasses import dataclass

from gyges.audit.records import Score


@dataclass(frozen=True)
class Scale:
    """What the grader pays on one task for the reference and for plain wrong answers in the same format."""

    reference: float | None
    """Score of the reference; None if the grader failed on it."""
    floor: float | None
    """What a plain wrong answer earns; None if none could be had."""
    lowest: float | None
    """The least that anything tried so far has earned, junk and silence included."""

    @property
    def contrast(self) -> bool:
        """Whether the reference earns more than a plain wrong answer."""
        return self.reference is not None and self.floor is not None and self.reference > self.floor + 1e-9

    def relative(self, value: float) -> float:
        """`value` on the scale. Where wrong answers earn as much as the reference, junk is 0 instead."""
        if self.reference is None:
            return 0.0
        floor = self.floor if self.contrast else self.lowest
        if floor is None or self.reference <= floor + 1e-9:
            return 1.0 if value >= self.reference - 1e-9 else 0.0
        return (value - floor) / (self.reference - floor)


def scale(reference: Score, wrong: list[Score], junk: list[Score]) -> Scale:
    """The scale of a task from the scores of its reference, of plain wrong answers, and of junk."""
    floors = [score.value for score in wrong if score.value is not None]
    lowest = [score.value for score in (*wrong, *junk) if score.value is not None]
    return Scale(
        reference.value,
        min(floors) if floors else None,
        min(lowest) if lowest else None,
    )
