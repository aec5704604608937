"""The grader as the rest of the audit sees it: completions in, scores out, each asked for once."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from gyges.audit.records import Call, Score

CHUNK = 64
"""Calls sent at once: few enough that a budget is kept and a finding is shown early."""


class Scorer(Protocol):
    """What scores calls: a box, a pool of boxes, or a stand-in."""

    def score(self, calls: Sequence[Call]) -> list[tuple[Score, ...]]:
        """One tuple per call, with one score per completion."""


class Clock:
    """How much time is left."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._began, self._seconds = now, now(), seconds

    @property
    def spent(self) -> float:
        return self._now() - self._began

    @property
    def left(self) -> float:
        return self._seconds - self.spent

    @property
    def over(self) -> bool:
        return self.left <= 0

    def part(self, share: float) -> "Clock":
        """A clock for a share of what is left."""
        return Clock(max(0.0, self.left) * share, self._now)


class Grading:
    """Keeps every score, so that nothing is graded twice and all of it can be looked at in the end."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.known: dict[tuple[int, str], Score] = {}
        self.calls = 0

    def scores(self, pairs: Sequence[tuple[int, str]]) -> list[Score]:
        """The scores of (task, completion) pairs, each completion graded in a call of its own."""
        fresh = [pair for pair in dict.fromkeys(pairs) if pair not in self.known]
        for start in range(0, len(fresh), CHUNK):
            part = fresh[start : start + CHUNK]
            for pair, (score,) in zip(part, self.call([Call((task,), (text,)) for task, text in part]), strict=True):
                self.known[pair] = score
        return [self.known[pair] for pair in pairs]

    def score(self, task: int, completion: str) -> Score:
        """The score of one completion."""
        return self.scores([(task, completion)])[0]

    def call(self, calls: Sequence[Call]) -> list[tuple[Score, ...]]:
        """Scores of calls as they are, nothing kept."""
        self.calls += sum(len(call.completions) for call in calls)
        return self._scorer.score(calls)
