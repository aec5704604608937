"""Proves the audit's corpus: every witness shows its fault, and every correct grader is correct on neutral ground.

`python bench/corpus_check.py [MANIFEST ...]`; the text corpus, the examples and the held-out third where nothing is
named. Program graders are proved beside their own corpus.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from corpus import FOLDER, Entry, Grader, bare, manifest
from corpus_proof import proven

NEUTRAL = [
    "", " \n", "I don't know.", "lorem ipsum", "x" * 20000, "9" * 5000, "[" * 3000, "(" * 190, "-" * 190, "\x00", "²",
    "1e999999999", "1/0", "nan", "inf", "None", "{}", "[]", "\\boxed{", "<answer>", "</think>", "####",
]  # fmt: skip
"""No right answer to any task of the corpus, bare or in a grader's format."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", nargs="*", type=Path)
    paths = parser.parse_args().manifest or [
        path for name in ("text", "examples", "held_out") if (path := FOLDER / name / "manifest.jsonl").exists()
    ]
    wrong = [f"{path.parent.name}: {line}" for path in paths for line in problems(manifest(path))]
    for line in wrong:
        print(line)
    if wrong:
        raise SystemExit(f"{len(wrong)} things wrong with the corpus")
    for path in paths:
        entries = manifest(path)
        labels = {label: sum(entry.label == label for entry in entries) for label in ("clean", "bug", "contested")}
        counts = ", ".join(f"{count} {label}" for label, count in labels.items())
        print(f"{path.parent.name}: {counts}: all proven")


def problems(entries: list[Entry]) -> Iterator[str]:
    """What is wrong with a manifest's entries, a line each."""
    known = {entry.id: entry for entry in entries}
    for entry in entries:
        if entry.protocol == "program":
            continue
        if entry.label == "clean":
            yield from (f"{entry.id}: {line}" for line in neutral(entry))
        elif entry.twin and (problem := proven(entry, known[entry.twin])):
            yield f"{entry.id}: the witness does not prove it: {problem}"


def neutral(entry: Entry) -> Iterator[str]:
    """Where a grader that should be correct pays a wrong answer, does not pay the reference, or raises."""
    grader = Grader(entry)
    references = [bare(row) for row in grader.rows]
    for task, (row, reference) in enumerate(zip(grader.rows, references, strict=True)):
        try:
            top = grader.score(task, entry.honest(reference))
            floor = grader.score(task, entry.honest("lorem ipsum"))
        except Exception as problem:
            yield f"task {task}: {problem!r} on the reference or on a plain wrong answer"
            continue
        if not top > floor:
            yield f"task {task}: the reference scores {top}, a wrong answer {floor}"
            continue
        others = sorted({other for other in references if other != reference}) if entry.others else []
        prompt = row["prompt"] if isinstance(row["prompt"], str) else row["prompt"][-1]["content"]
        # The bare answer is left out on purpose: a grader may or may not insist on its format.
        tried = [*NEUTRAL, prompt, *map(entry.honest, [*NEUTRAL, prompt, *others])]
        for completion in tried:
            try:
                score = grader.score(task, completion)
            except Exception as problem:
                yield f"task {task}: {problem!r} on {completion[:60]!r}"
                continue
            if (score - floor) / (top - floor) > (0.99 if entry.graded else 0.01):
                yield f"task {task}: {completion[:60]!r} scores {score} (reference {top}, floor {floor})"


if __name__ == "__main__":
    main()
