"""Writes the text corpus's faulty graders and its manifest: each correct grader with one operator applied.

`python bench/corpus_seed.py`. An operator is a file in `audit_corpus/text/operators/`: patches of correct graders, each
with a completion that proves the fault. What that completion scores is measured here and kept in the manifest;
`corpus_check.py` proves it again.
"""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

from corpus import FOLDER, Entry, Grader, bare
from corpus_proof import measured

TEXT = FOLDER / "text"
PADDING = "and so the count goes on as before, " * 60


def main() -> None:
    shutil.rmtree(TEXT / "faulty", ignore_errors=True)
    clean = {entry["id"]: entry for entry in _clean()}
    faults = [fault for path in sorted((TEXT / "operators").glob("*.toml")) for fault in _faults(path, clean)]
    lines = [*clean.values(), *faults]
    ids = [entry["id"] for entry in lines]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        raise SystemExit(f"ids that are there twice (give one a suffix): {', '.join(sorted(twice))}")
    (TEXT / "manifest.jsonl").write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in lines))
    operators = {fault["operator"] for fault in faults}
    print(f"{len(clean)} correct graders, {len(faults)} faults of {len(operators)} operators")


def _clean() -> list[dict[str, Any]]:
    listed = tomllib.loads((TEXT / "clean.toml").read_text())
    return [
        {"id": name, "label": "clean"}
        | fields
        | {"target": f"clean/{fields['target']}", "tasks": f"tasks/{fields['tasks']}.jsonl"}
        for name, fields in listed.items()
    ]


def _faults(path: Path, clean: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [_fault(path.stem, raw, clean) for raw in tomllib.loads(path.read_text())["fault"]]


def _fault(stem: str, raw: dict[str, Any], clean: dict[str, dict[str, Any]]) -> dict[str, Any]:
    twin = clean[raw["of"]]
    operator = raw.get("operator", stem)
    name = "-".join([raw["of"], operator, *([raw["suffix"]] if "suffix" in raw else [])])
    file, _, function = twin["target"].removeprefix("clean/").partition(":")
    inside = Path(file).parent != Path()
    where = TEXT / "faulty" / (name if inside else f"{name}.py")
    if inside:
        shutil.copytree(TEXT / "clean" / Path(file).parent, where, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        where.parent.mkdir(exist_ok=True)
        shutil.copy(TEXT / "clean" / file, where)
    patched = where / raw.get("file", Path(file).name) if inside else where
    for old, new in [(raw["old"], raw["new"]), *([(raw["old2"], raw["new2"])] if "old2" in raw else [])]:
        text = patched.read_text()
        if text.count(old) != 1:
            raise SystemExit(
                f"{name}: the text to replace is there {text.count(old)} times in {patched.name}, not once:\n{old}"
            )
        patched.write_text(text.replace(old, new))
    target = f"faulty/{name}/{Path(file).name}" if inside else f"faulty/{name}.py"
    entry = twin | {
        "id": name, "label": raw.get("label", "bug"), "target": f"{target}:{function}", "operator": operator,
        "kind": raw.get("kind", "false_positive"), "also": raw.get("also", []), "twin": raw["of"],
    }  # fmt: skip
    rows = [json.loads(line) for line in (TEXT / entry["tasks"]).read_text().splitlines()]
    witness = raw["witness"] | {"completion": _filled(raw["witness"]["completion"], rows[raw["witness"]["task"]])}
    faulty, right = (_entry(line | {"witness": witness}) for line in (entry, twin))
    witness |= {"score": measured(faulty, Grader(faulty)), "clean_score": measured(right, Grader(right))}
    return entry | {"witness": witness}


def _entry(line: dict[str, Any]) -> Entry:
    known = {key: value for key, value in line.items() if key in Entry.__dataclass_fields__}
    return Entry(folder=TEXT, **known)


def _filled(completion: str, row: dict[str, Any]) -> str:
    answer = bare(row)
    for name, value in [
        ("answer", answer), ("unsigned", answer.lstrip("-")), ("padding", PADDING), ("long", "9" * 5000),
        ("prompt", row["prompt"] if isinstance(row["prompt"], str) else row["prompt"][-1]["content"]),
    ]:  # fmt: skip
        completion = completion.replace("{" + name + "}", value)
    return completion


if __name__ == "__main__":
    main()
