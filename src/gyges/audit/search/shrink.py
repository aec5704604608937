"""Shrinks an exploit to a minimal completion that still is one."""

from collections.abc import Callable, Sequence

from gyges.audit.search.passes import PASSES, Pass, simplicity

LIMIT = 1500


def shrink(
    completion: str,
    still_exploits: Callable[[list[str]], list[bool]],
    limit: int = LIMIT,
    passes: Sequence[Pass] = PASSES,
) -> str:
    """The simplest completion found for which `still_exploits` holds; never longer than `completion`.

    Every step makes the text simpler in one fixed order, so it ends; with a predicate that always says the same, and
    within the limit, shrinking the result again changes nothing.

    **Arguments:**

    - `still_exploits`: which of these completions the grader still mistakes. It has to ask the judge as well, or a
      wrong answer could shrink to a right one.
    - `limit`: how many completions may be asked about.
    """
    return _Shrinker(completion, still_exploits, limit).run(passes)


class _Shrinker:
    """The loop, the cache and the budget; the passes supply the verbs."""

    def __init__(self, text: str, holds: Callable[[list[str]], list[bool]], limit: int) -> None:
        self.best = text
        self.left = limit
        self._holds = holds
        self._known: dict[str, bool] = {}

    def run(self, passes: Sequence[Pass]) -> str:
        if self._first([self.best]) is None:
            return self.best
        before = None
        while before != self.best and self.left > 0:
            before = self.best
            for each in passes:
                self._follow(each)
        return self.best

    def _follow(self, each: Pass) -> None:
        steps = each(self.best)
        accepted: str | None = None
        try:
            batch = next(steps)
            while self.left > 0:
                simpler = [text for text in batch if simplicity(text) < simplicity(self.best)]
                accepted = self._first(simpler)
                if accepted is not None:
                    self.best = accepted
                batch = steps.send(accepted)
        except StopIteration:
            pass

    def _first(self, texts: Sequence[str]) -> str | None:
        """The first of the texts for which the predicate holds; all of them are asked in one batch."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self._known))[: max(0, self.left)]
        if fresh:
            self.left -= len(fresh)
            self._known.update(zip(fresh, self._holds(fresh), strict=True))
        return next((text for text in texts if self._known.get(text)), None)
