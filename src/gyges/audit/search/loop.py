"""The search: recipes of mutations, composed and selected by score and by new lines reached, over all tasks."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from gyges.audit.attacks.base import Case
from gyges.audit.records import Call, Candidate, Relation, Score
from gyges.audit.search.corpus import Corpus, Recipe
from gyges.audit.search.mutators import ANSWERS, MUTATORS
from gyges.audit.search.structure import Structure
from gyges.audit.subject import Subject

PAID = 0.5
TRANSFERS = 3
"""Other tasks on which a recipe that was paid is tried, so that its reach shows."""
_LONGEST = 5
_BATCH = 32
_OPTIONS = 24
_STALLED = ("hung", "memory", "killed")
_IDLE = 20
"""Rounds without anything new to try, after which there is nothing left."""


@dataclass(frozen=True)
class Budget:
    """What the search may cost."""

    calls: int = 2000
    seconds: float = 3.0


@dataclass(frozen=True)
class Hit:
    """One completion that the search had scored, whatever it earned."""

    task: int
    candidate: Candidate
    score: Score
    relative: float
    """Score on the scale of its task."""
    recipe: Recipe


@dataclass
class _Search:
    subject: Subject
    cases: Sequence[Case]
    chance: Random
    corpus: Corpus = field(default_factory=Corpus)
    seen: set[tuple[int, str]] = field(default_factory=set)
    banned: set[str] = field(default_factory=set)
    """Steps after which the grader stalled: each try would cost a time limit."""

    def round(self, first: bool) -> list[tuple[Recipe, Case, Candidate]]:
        """The next completions to score."""
        proposed = self._openings() if first else [*self._transfers(), *(self._offspring() for _ in range(3 * _BATCH))]
        found = []
        for recipe, case in proposed:
            structure = build(recipe, case)
            if structure is None or structure.relation is Relation.SAME or self.banned & {name for name, _ in recipe}:
                continue
            key = case.task.index, structure.completion
            if key not in self.seen:
                self.seen.add(key)
                found.append((recipe, case, structure.candidate()))
            if len(found) >= _BATCH and not first:
                break
        return found

    def _openings(self) -> list[tuple[Recipe, Case]]:
        """Each step that leaves the right answer, with its first options, on tasks in turn."""
        recipes: list[Recipe] = [((step.__name__, pick),) for step in ANSWERS for pick in range(4)]
        return [(recipe, self.cases[at % len(self.cases)]) for at, recipe in enumerate(recipes)]

    def _transfers(self) -> Iterator[tuple[Recipe, Case]]:
        for entry in self.corpus.won(PAID):
            for case in self.cases:
                if len(entry.reached) > TRANSFERS:
                    break
                if case.task.index not in entry.reached:
                    entry.reached.add(case.task.index)
                    yield entry.recipe, case

    def _offspring(self) -> tuple[Recipe, Case]:
        parent = self.corpus.choose(self.chance)
        recipe = list(parent.recipe)
        step = (self.chance.choice(MUTATORS).__name__, self.chance.randrange(_OPTIONS))
        kind = self.chance.random()
        if recipe and (kind < 0.2 or len(recipe) >= _LONGEST):
            recipe[self.chance.randrange(len(recipe))] = step
        elif recipe and kind < 0.4:
            at = self.chance.randrange(len(recipe))
            recipe[at] = (recipe[at][0], self.chance.randrange(_OPTIONS))
        else:
            recipe.append(step)
        if not any(name in _ANSWERING for name, _ in recipe):
            recipe.insert(0, (self.chance.choice(ANSWERS).__name__, self.chance.randrange(_OPTIONS)))
        return tuple(recipe), self.chance.choice(self.cases)

    def learn(self, recipe: Recipe, case: Case, score: Score) -> float:
        """Takes in a score; gives it on the scale of its task."""
        if score.fault in _STALLED:
            self.banned.add(recipe[-1][0])
        relative = 0.0 if score.value is None else self.subject.learned.relative(case.task.index, score.value)
        self.corpus.learn(recipe, case.task.index, relative, score.covered)
        return relative


_STEPS = {step.__name__: step for step in MUTATORS}
_ANSWERING = {step.__name__ for step in ANSWERS}


def build(recipe: Recipe, case: Case) -> Structure | None:
    """The completion that a recipe makes on a task, in parts; None where a step does not apply."""
    structure: Structure | None = Structure.honest(case)
    for name, pick in recipe:
        structure = _STEPS[name](structure, case, pick) if structure is not None else None
    return structure


def search(
    subject: Subject,
    cases: Sequence[Case],
    score: Callable[[list[Call]], list[tuple[Score, ...]]],
    budget: Budget | None = None,
    seed: int = 0,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Hit]:
    """Everything that the search has scored, in the order in which it was scored.

    The same seed and the same scores give the same search, as long as the calls and not the seconds end it.

    **Arguments:**

    - `cases`: tasks with a reference; others are left out.
    - `score`: scores a batch of calls.
    """
    budget = budget or Budget()
    known = [case for case in cases if case.reference.strip() and case.task.index in subject.learned.scales]
    if not known:
        return
    running = _Search(subject, known, Random(f"search {seed}"))
    trace = bool(subject.opened.files)
    end, calls, idle, first = now() + budget.seconds, 0, 0, True
    while calls < budget.calls and now() < end and idle < _IDLE:
        batch = running.round(first)[: budget.calls - calls]
        first, idle = False, 0 if batch else idle + 1
        scores = score([Call((case.task.index,), (made.completion,), trace=trace) for _, case, made in batch])
        calls += len(batch)
        for (recipe, case, made), (result,) in zip(batch, scores, strict=True):
            yield Hit(case.task.index, made, result, running.learn(recipe, case, result), recipe)
