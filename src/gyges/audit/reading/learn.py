"""Learns which way of writing an answer down the grader pays for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gyges.audit.grading import Grading
from gyges.audit.reading.catalogue import formats, within_transcript
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.reading.scale import Scale, scale
from gyges.audit.records import Opened, Task
from gyges.audit.source.facts import Facts

SAMPLE = 4
"""Tasks on which all formats are tried; the best few are then tried on all."""
JUNK = ("", "lorem ipsum")
MARGIN = 1e-9


@dataclass(frozen=True)
class Learned:
    """The format that the grader pays for, and what it pays on each task."""

    format: Format
    found: bool
    """Whether the right answer earned more than wrong ones in any format, or anything at all."""
    paid: frozenset[int]
    """Tasks whose reference is paid."""
    scales: Mapping[int, Scale]
    honest: Mapping[int, str]
    """The completion that gives the reference, by task."""
    tried: int
    """How many formats were tried."""
    free: bool
    """Whether the bare answer is also paid within a sentence: the grader takes it from free text."""

    def relative(self, task: int, value: float | None) -> float:
        """A score on the scale of its task; a failed call counts as 0."""
        return 0.0 if value is None else self.scales[task].relative(value)


def learn_format(
    grading: Grading,
    opened: Opened,
    references: Mapping[int, str],
    wrong: Mapping[int, Sequence[str]],
    facts: Facts,
) -> Learned:
    """Tries formats on a few tasks, and the best of them on all.

    **Arguments:**

    - `references`: the bare answer of each task that has one.
    - `wrong`: a few plain wrong answers for each task.
    """
    tasks = [task for task in opened.tasks if task.index in references]
    frames = [BARE] if opened.answer_only else formats(facts, [task.text for task in tasks], opened.program)
    if opened.program:
        plain = _plainest(grading, frames, tasks, references, wrong)
        if plain is not None:
            return _settle(grading, plain, tasks, references, wrong, 1)
        frames = [*frames, *_with_prompt(tasks)]
    sample = tasks[:: max(1, len(tasks) // SAMPLE)][:SAMPLE]
    ranked, sure = _ranked(grading, frames, sample, references, wrong)
    if not sure and not opened.program and not opened.answer_only:
        more = within_transcript(facts, frames)
        others, sure = _ranked(grading, more, sample, references, wrong)
        frames = [*frames, *more]
        ranked = others if sure else ranked
    best = _best(grading, ranked[:3], tasks, references, wrong) if ranked else BARE
    return _settle(grading, best, tasks, references, wrong, len(frames))


def _plainest(
    grading: Grading,
    frames: Sequence[Format],
    tasks: Sequence[Task],
    references: Mapping[int, str],
    wrong: Mapping[int, Sequence[str]],
) -> Format | None:
    """The first of a few formats that tells right from wrong on two tasks: programs take long to try."""
    for frame in frames[:4]:
        gains = [
            (grading.score(task.index, frame.wrap(references[task.index])).value or 0.0)
            - (grading.score(task.index, frame.wrap(wrong[task.index][0])).value or 0.0)
            for task in tasks[:2]
        ]
        if gains and min(gains) > MARGIN:
            return frame
    return None


def _with_prompt(tasks: Sequence[Task]) -> list[Format]:
    # A program may have to repeat the prompt that it completes; this is per task, so it is tried for one only.
    return [Format("prompt+", lead=tasks[0].text)] if len(tasks) == 1 else []


def _ranked(
    grading: Grading,
    frames: Sequence[Format],
    sample: Sequence[Task],
    references: Mapping[int, str],
    wrong: Mapping[int, Sequence[str]],
) -> tuple[list[Format], bool]:
    """Formats, the best first, and whether any tells right from wrong; among equals the plainest come first."""
    rights = [(task.index, frame.wrap(references[task.index])) for frame in frames for task in sample]
    wrongs = [(task.index, frame.wrap(wrong[task.index][0])) for frame in frames for task in sample]
    grading.scores([*rights, *wrongs])
    merits: list[tuple[float, float, int]] = []
    for place, frame in enumerate(frames):
        gains, pays = 0.0, 0.0
        for task in sample:
            right = grading.score(task.index, frame.wrap(references[task.index])).value
            other = grading.score(task.index, frame.wrap(wrong[task.index][0])).value
            if right is not None:
                pays += right
                gains += right - (other if other is not None else min(right, 0.0))
        merits.append((pays, gains, -place))
    order = sorted(range(len(frames)), key=lambda place: merits[place], reverse=True)
    # What contrasts right with wrong comes before what merely pays: a length bonus is no format.
    contrasting = [place for place in order if merits[place][1] > MARGIN]
    top = max((merits[place][0] for place in contrasting), default=0.0)
    near = [place for place in contrasting if merits[place][0] >= top - MARGIN]
    best = [*near, *(place for place in contrasting if place not in near)]
    return [frames[place] for place in best or order], bool(best)


def _best(
    grading: Grading,
    frames: Sequence[Format],
    tasks: Sequence[Task],
    references: Mapping[int, str],
    wrong: Mapping[int, Sequence[str]],
) -> Format:
    def merit(frame: Format) -> tuple[int, float]:
        paid, total = 0, 0.0
        for task in tasks:
            right = grading.score(task.index, frame.wrap(references[task.index])).value
            other = grading.score(task.index, frame.wrap(wrong[task.index][0])).value
            if right is not None:
                total += right
                paid += right > (other if other is not None else min(right, 0.0)) + MARGIN
        return paid, round(total, 9)

    grading.scores([(task.index, frame.wrap(references[task.index])) for frame in frames for task in tasks])
    grading.scores([(task.index, frame.wrap(wrong[task.index][0])) for frame in frames for task in tasks])
    return max(frames, key=merit)


def _settle(
    grading: Grading,
    best: Format,
    tasks: Sequence[Task],
    references: Mapping[int, str],
    wrong: Mapping[int, Sequence[str]],
    tried: int,
) -> Learned:
    honest = {task.index: best.wrap(references[task.index]) for task in tasks}
    asked = list(honest.items())
    asked += [(task.index, best.wrap(answer)) for task in tasks for answer in wrong[task.index]]
    asked += [(task.index, junk) for task in tasks for junk in JUNK]
    grading.scores(asked)
    scales = {
        task.index: scale(
            grading.score(task.index, honest[task.index]),
            [grading.score(task.index, best.wrap(answer)) for answer in wrong[task.index]],
            [grading.score(task.index, junk) for junk in JUNK],
        )
        for task in tasks
    }
    contrasting = [index for index, one in scales.items() if one.contrast]
    if contrasting:
        top = max(scales[index].reference or 0.0 for index in contrasting)
        # A reference that earns a sliver of what others earn is refused, not paid.
        paid = {index for index in contrasting if (scales[index].reference or 0.0) >= 0.5 * top}
    else:
        paid = {index for index, one in scales.items() if (one.reference or 0.0) > (one.lowest or 0.0) + MARGIN}
        paid = paid or {index for index, one in scales.items() if (one.reference or 0.0) > MARGIN}
    return Learned(
        format=best,
        found=bool(paid),
        paid=frozenset(paid),
        scales=scales,
        honest=honest,
        tried=tried,
        free=_free(grading, best, sorted(paid)[:SAMPLE], references, scales),
    )


def _free(
    grading: Grading,
    best: Format,
    tasks: Sequence[int],
    references: Mapping[int, str],
    scales: Mapping[int, Scale],
) -> bool:
    """Whether an answer without any marker is taken out of a sentence."""
    if best.marked or not tasks:
        return False
    hits = 0
    for task in tasks:
        value = grading.score(task, f"{best.lead}I think that it is {references[task]} here").value
        hits += value is not None and scales[task].relative(value) >= 0.5
    return hits * 2 > len(tasks)
