"""The recipes worth changing further: those that score more, or make new lines of the grader run."""

from dataclasses import dataclass, field
from random import Random

Step = tuple[str, int]
"""Name of a mutator, and which of its options."""
Recipe = tuple[Step, ...]


@dataclass
class Entry:
    """A recipe with what it has shown."""

    recipe: Recipe
    relative: float = 0.0
    """Best score on the scale of its task."""
    news: int = 0
    """Lines that it was the first to make run."""
    chosen: int = 0
    reached: set[int] = field(default_factory=set)
    """Tasks on which it was tried."""

    @property
    def energy(self) -> float:
        """How much it deserves another try: what it showed, spread over the tries it already had."""
        return (0.2 + 2.0 * max(0.0, min(1.0, self.relative)) + min(3.0, 0.5 * self.news)) / (1.0 + self.chosen)


class Corpus:
    """Keeps a recipe if it scores more than its parent did, or reaches new lines."""

    def __init__(self) -> None:
        self._entries: dict[Recipe, Entry] = {(): Entry(())}
        self._lines: set[str] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def choose(self, chance: Random) -> Entry:
        entries = list(self._entries.values())
        chosen = chance.choices(entries, [entry.energy for entry in entries])[0]
        chosen.chosen += 1
        return chosen

    def learn(self, recipe: Recipe, task: int, relative: float, covered: frozenset[str]) -> bool:
        """Takes in what a recipe did on a task; says whether it is (still) worth keeping."""
        fresh = covered - self._lines
        self._lines |= fresh
        known = self._entries.get(recipe)
        parent = self._entries.get(recipe[:-1])
        if known is None and not fresh and relative <= (parent.relative if parent and recipe[:-1] else 0.0) + 1e-9:
            return False
        entry = self._entries.setdefault(recipe, Entry(recipe))
        entry.relative = max(entry.relative, relative)
        entry.news += len(fresh)
        entry.reached.add(task)
        return True

    def won(self, paid: float) -> list[Entry]:
        """Recipes that were paid somewhere."""
        return [entry for entry in self._entries.values() if entry.relative >= paid]
