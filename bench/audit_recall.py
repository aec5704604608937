"""How much of a corpus the audit finds, and what it says of correct graders.

`python bench/audit_recall.py [MANIFEST ...] [--json FILE] [--keep DIR]`, in Gyges's environment. Two audits at a time,
each with a time limit. Outcomes are kept per grader and used again until the grader, its tasks or the audit change, so
that a run that was stopped goes on where it was.
"""

import argparse
import json
import statistics
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from corpus import FOLDER, Entry, manifest
from outcomes import Outcome, audit_files, digest, gyges, kept, over, share, true_findings
from sheet import stamp, table

LIMIT = 120.0
"""Seconds for one audit, starting included."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", nargs="*", type=Path, help="manifest.jsonl of a corpus (default: all there are)")
    parser.add_argument("--json", type=Path, help="write what came out of every grader to this file")
    parser.add_argument("--keep", type=Path, default=Path("runs/bench/recall"), help="where outcomes are kept")
    parser.add_argument("--option", action="append", default=[], help="passed on, as in --option=--budget=12")
    parser.add_argument("--only", help="graders whose id holds this text")
    options = parser.parse_args()
    paths = options.manifest or sorted(FOLDER.glob("*/manifest.jsonl"))
    print(stamp(["gyges"]) + "\n", flush=True)
    for path in paths:
        entries = manifest(path)
        wanted = [entry for entry in entries if not options.only or options.only in entry.id]
        twins = {entry.twin for entry in wanted}
        wanted += [entry for entry in entries if entry.id in twins and entry not in wanted]
        outcomes = audited(wanted, options.keep / path.parent.name, options.option)
        print(f"## {path.parent.name}\n\n" + tables(wanted, outcomes) + "\n", flush=True)
        if options.json:
            rows = [_row(entry, outcomes) for entry in wanted]
            options.json.with_stem(f"{options.json.stem}-{path.parent.name}").write_text(json.dumps(rows, indent=1))


def audited(entries: Sequence[Entry], keep: Path, options: Sequence[str] = ()) -> dict[str, Outcome]:
    """The audit of every entry, by id."""

    def one(entry: Entry) -> Outcome:
        tool = [*audit_files(), *options]
        return kept(keep, entry.id, digest(entry, tool), lambda: gyges(entry, LIMIT, options))

    return over(entries, one, "audits")


def tables(entries: Sequence[Entry], outcomes: dict[str, Outcome]) -> str:
    bugs = [entry for entry in entries if entry.label == "bug"]
    clean = [entry for entry in entries if entry.label == "clean"]
    contested = [entry for entry in entries if entry.label == "contested"]
    found = {entry.id for entry in bugs if true_findings(entry, outcomes)}
    alarmed = {entry.id for entry in clean if outcomes[entry.id].bugs}
    blamed = {entry.id for entry in contested if outcomes[entry.id].bugs}
    said = {entry.id for entry in contested if any(one.kind == "contested" for one in outcomes[entry.id].findings)}
    more = sum(max(0, len(true_findings(entry, outcomes)) - 1) for entry in bugs)
    seconds = [outcomes[entry.id].seconds for entry in entries]
    whole = [
        ["faults found", share(len(found), len(bugs))],
        ["correct graders accused", share(len(alarmed), len(clean))],
        ["contested graders called faulty", share(len(blamed), len(contested))],
        ["contested graders reported as contested", share(len(said), len(contested))],
        ["findings beyond the first of a fault", str(more)],
        ["audits that broke down", str(sum(bool(outcomes[entry.id].failed) for entry in entries))],
        ["time per audit, median and longest", f"{statistics.median(seconds):.1f} s, {max(seconds):.1f} s"],
    ]
    parts = [table(["of the corpus", "outcome"], whole)]
    for title, attribute in [
        ("operator", "operator"),
        ("kind", "kind"),
        ("answers", "answers"),
        ("protocol", "protocol"),
    ]:
        groups = defaultdict(list)
        for entry in bugs:
            groups[getattr(entry, attribute)].append(entry)
        rows = [[name, share(sum(e.id in found for e in group), len(group))] for name, group in sorted(groups.items())]
        parts.append(table([f"faults by {title}", "found"], rows))
    groups = defaultdict(list)
    for entry in clean:
        groups[entry.answers].append(entry)
    rows = [[name, share(sum(e.id in alarmed for e in group), len(group))] for name, group in sorted(groups.items())]
    parts.append(table(["correct graders by answers", "accused"], rows))
    if any(entry.names for entry in entries):
        rows = [[e.id, "yes" if by_name(e, outcomes[e.id]) else "NO",
                 "; ".join(f"{one.kind}: {one.cause}" for one in outcomes[e.id].findings) or "nothing"]
                for e in entries]  # fmt: skip
        parts.append(table(["example", "as one finding, by name", "findings"], rows))
    missed = [[entry.id, ", ".join(sorted({one.kind for one in outcomes[entry.id].bugs})) or outcomes[entry.id].failed
               or "nothing"] for entry in bugs if entry.id not in found]  # fmt: skip
    parts.append(table(["missed", "said instead"], missed) if missed else "No fault was missed.")
    accused = [[name, "; ".join(f"{one.kind}: {one.cause}" for one in outcomes[name].bugs)] for name in sorted(alarmed)]
    parts.append(table(["accused", "of"], accused) if accused else "No correct grader was accused.")
    return "\n\n".join(parts)


def by_name(entry: Entry, outcome: Outcome) -> bool:
    """Whether an example came out as it has to: as one finding with one of its names, or as none if it is correct."""
    kinds = ("contested",) if entry.label == "contested" else (entry.kind, *entry.also)
    named = [one for one in outcome.findings if one.kind in kinds
             and any(name in f"{one.cause} {one.title}".lower() for name in entry.names)]  # fmt: skip
    if entry.label == "clean":
        return not outcome.bugs and not outcome.failed
    return len(outcome.bugs) == (entry.label == "bug") and len(named) == 1


def _row(entry: Entry, outcomes: dict[str, Outcome]) -> dict[str, object]:
    outcome = outcomes[entry.id]
    return {
        "id": entry.id, "label": entry.label, "operator": entry.operator, "kind": entry.kind,
        "found": bool(true_findings(entry, outcomes)) if entry.label == "bug" else None,
        "findings": [vars(one) for one in outcome.findings], "seconds": outcome.seconds, "failed": outcome.failed,
    }  # fmt: skip


if __name__ == "__main__":
    main()
