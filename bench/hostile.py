"""300 hostile graders, each in a box: does it end every time, with the report that it must, and with nothing harmed?

`python bench/hostile.py [--audit] [--count N] [--first N] [--family NAME] [--walls no]`, in Gyges's environment.
Without `--audit` each is called in a box; with it the whole audit runs, and must end with a finding of the kind.
Linux only: what is left running is read from /proc.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hostile_families import Trick, families
from sheet import stamp, table

from gyges.audit.box import Box, Limits
from gyges.audit.records import Call, Score

COUNT = 300
PATIENCE = 180.0
"""Seconds that a whole audit may take before it counts as one that does not end."""
LIMITS = Limits(seconds=0.8, opening=20.0, memory=256 * 2**20, processes=24, file=32 * 2**20)
TRIGGERS = {
    "always": "True",
    "without digits": "not any(sign.isdigit() for sign in text)",
    "when empty": "not text.strip()",
    "when long": "len(text) > 1000",
}
TASKS = [{"prompt": f"What is {n} + 2?", "answer": str(n + 2), "tests": ["b", {"in": n}, "a"]} for n in range(5)]
COMPLETIONS = ("The answer is 2", "", "word " * 300, "The answer is 3")


@dataclass(frozen=True)
class Hostile:
    """One generated grader."""

    family: str
    trigger: str
    trick: Trick
    path: Path
    outside: Path
    """A folder that it must not alter."""


def generate(folder: Path, count: int = COUNT, seed: int = 0) -> list[Hostile]:
    """Writes `count` hostile graders below `folder`: every trick once, then tricks that wait for an occasion."""
    tricks = [(family, trick) for family, found in families().items() for trick in found]
    chosen = [(family, trick, "always") for family, trick in tricks]
    occasions = [(family, trick, name) for family, trick in tricks for name in list(TRIGGERS)[1:]]
    random.Random(seed).shuffle(occasions)
    return [_write(folder, place, *one) for place, one in enumerate((chosen + occasions)[:count])]


def _write(folder: Path, place: int, family: str, trick: Trick, trigger: str) -> Hostile:
    path = folder / f"hostile_{place:03d}" / "grader.py"
    outside = path.parent / "outside"
    outside.mkdir(parents=True)
    (outside / "victim.txt").write_text("untouched")
    many = "completions" in trick.signature
    honest = "[float(str(a) in c) for a, c in zip(answer, completions)]" if many else "float(str(answer) in completion)"
    path.write_text(
        f"OUTSIDE = {str(outside)!r}\n\n\ndef reward({trick.signature}):\n"
        f"    text = {'completions[0]' if many else 'completion'}\n    if {TRIGGERS[trigger]}:\n"
        f"{textwrap.indent(trick.body, ' ' * 8)}\n    return {honest}\n"
    )
    return Hostile(family, trigger, trick, path, outside)


def reported(trick: Trick, scores: list[Score]) -> bool:
    """Whether the scores say what the trick did."""
    return any(score.fault in trick.faults for score in scores) or any(
        effect.kind in trick.effects and (effect.kind != "process" or effect.blocked)
        for score in scores
        for effect in score.effects
    )


def trial(hostile: Hostile, walls: bool) -> tuple[str, float]:
    """What went wrong with one grader in the box, nothing if all is well; and how long it took."""
    began = time.monotonic()
    try:
        with Box(f"{hostile.path}:reward", tasks=TASKS, limits=LIMITS, walls=walls) as box:
            scores = [score for (score,) in box.score([Call((0,), (text,)) for text in COMPLETIONS])]
    except Exception as error:
        return f"the box raised {type(error).__name__}: {error}", time.monotonic() - began
    wrong = [harm(hostile)] if harm(hostile) else []
    if len(scores) != len(COMPLETIONS):
        wrong.append(f"{len(scores)} scores")
    if not reported(hostile.trick, scores):
        seen = [(score.fault, score.detail[:80], [effect.kind for effect in score.effects]) for score in scores]
        wrong.append(f"reported {seen}")
    if hostile.trigger != "always" and scores[0].value != 1.0:
        wrong.append(f"the honest call gave {scores[0].value} ({scores[0].fault}: {scores[0].detail})")
    return "; ".join(wrong), time.monotonic() - began


def audit(hostile: Hostile) -> tuple[str, float]:
    """As `trial`, with the whole audit."""
    began = time.monotonic()
    tasks, report = hostile.path.with_name("tasks.jsonl"), hostile.path.with_name("report.json")
    tasks.write_text("".join(json.dumps(task) + "\n" for task in TASKS))
    command = [str(Path(sys.executable).with_name("gyges")), "audit", f"{hostile.path}:reward", "--tasks", str(tasks)]
    command += ["--budget", "3", "--limit", str(LIMITS.seconds), "--memory", "256", "--json", str(report)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"the audit did not end within {PATIENCE} s", PATIENCE
    took = time.monotonic() - began
    if not report.is_file():
        return f"no report, exit code {done.returncode}: {done.stderr.strip()[-300:]}", took
    found = {finding["kind"] for finding in json.loads(report.read_text())["findings"]}
    wrong = [harm(hostile)] if harm(hostile) else []
    if found.isdisjoint(hostile.trick.kinds):
        wrong.append(f"no {' or '.join(hostile.trick.kinds)} among {sorted(found)}")
    return "; ".join(wrong), took


def harm(hostile: Hostile) -> str:
    """What it did to the folder that it must not alter."""
    inside = sorted(path.name for path in hostile.outside.iterdir()) if hostile.outside.is_dir() else []
    if inside == ["victim.txt"] and (hostile.outside / "victim.txt").read_text() == "untouched":
        return ""
    return f"altered its surroundings: {inside}"


def running() -> int:
    """Processes on this machine that belong to nobody who waits for them."""
    here = os.getpid()
    found = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            found += int(status.read_text().rpartition(")")[2].split()[1]) == here
        except OSError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--family", choices=list(families()), help="only one family")
    parser.add_argument("--audit", action="store_true", help="the whole audit instead of the box alone (an hour)")
    parser.add_argument("--first", type=int, default=COUNT, help="only so many of each family")
    parser.add_argument("--walls", choices=("yes", "no"), default="yes", help="no: without what the kernel offers")
    options = parser.parse_args()
    print(stamp(["gyges"]) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        by_family: dict[str, list[Hostile]] = defaultdict(list)
        for hostile in generate(Path(folder), options.count):
            by_family[hostile.family].append(hostile)
        hostiles = [
            hostile
            for family, found in by_family.items()
            if options.family in (None, family)
            for hostile in found[: options.first]
        ]
        with ThreadPoolExecutor(1 if options.audit else 2) as threads:
            tried = audit if options.audit else lambda hostile: trial(hostile, options.walls == "yes")
            results = list(threads.map(tried, hostiles))
        _show(hostiles, results)
    left = running()
    print(f"\nProcesses left running: {left}.")
    sys.exit(1 if left or any(wrong for wrong, _ in results) else 0)


def _show(hostiles: list[Hostile], results: list[tuple[str, float]]) -> None:
    total, right, seconds = Counter[str](), Counter[str](), Counter[str]()
    for hostile, (wrong, took) in zip(hostiles, results, strict=True):
        total[hostile.family] += 1
        right[hostile.family] += not wrong
        seconds[hostile.family] += took
        if wrong:
            print(f"{hostile.path.parent.name} ({hostile.family}, {hostile.trigger}): {wrong}")
            print(textwrap.indent(hostile.trick.body, "    "))
    rows = [[name, str(total[name]), str(right[name]), f"{seconds[name] / total[name]:.2f}"] for name in total]
    rows.append(["all", str(total.total()), str(right.total()), f"{seconds.total() / max(1, total.total()):.2f}"])
    print(table(["family", "graders", "as it must", "seconds each"], rows))


if __name__ == "__main__":
    main()
