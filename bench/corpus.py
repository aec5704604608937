"""The audit's corpus: its manifests, and how to call one of its graders the way its protocol says.

The corpus's own graders are known and harmless; anybody else's belong in the audit's box.
"""

import contextlib
import importlib.util
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "audit_corpus"
SECONDS = 10
"""For one call of a grader."""
REFERENCES = ("answer", "ground_truth", "solution")


@dataclass(frozen=True)
class Entry:
    """One grader of the corpus, as its line in a manifest has it."""

    id: str
    label: str
    """`clean`, `bug` or `contested`."""
    target: str
    """FILE:NAME, from the manifest's folder."""
    tasks: str
    """Task file, from the manifest's folder."""
    folder: Path
    protocol: str = "plain"
    chat: bool = False
    answers: str = ""
    """Type of answer."""
    operator: str = ""
    kind: str = ""
    """The kind of finding that a bug must yield."""
    also: tuple[str, ...] = ()
    """Other kinds under which the same fault may rightly be reported."""
    twin: str = ""
    """Id of the correct grader that this is a fault of."""
    wrap: str = "{answer}"
    witness: dict[str, Any] = field(default_factory=dict)
    graded: bool = False
    others: bool = True
    """Whether other tasks' answers are wrong here."""
    names: tuple[str, ...] = ()
    """Words of which the title or root cause of the one finding has to hold one."""

    @property
    def file(self) -> Path:
        return self.folder / self.target.partition(":")[0]

    @property
    def function(self) -> str:
        return self.target.partition(":")[2]

    @property
    def spec(self) -> str:
        return f"{self.file}:{self.function}"

    @property
    def task_file(self) -> Path:
        return self.folder / self.tasks

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.task_file.read_text().splitlines() if line.strip()]

    def honest(self, answer: str) -> str:
        """A completion that gives `answer` in the grader's own format."""
        return self.wrap.replace("{answer}", answer)


def manifest(path: Path) -> list[Entry]:
    """The entries of one `manifest.jsonl`."""
    known = set(Entry.__dataclass_fields__)
    entries = []
    for line in path.read_text().splitlines():
        if line.strip():
            raw = json.loads(line)
            fields = {key: tuple(value) if key in ("also", "names") else value for key, value in raw.items()}
            entries.append(Entry(folder=path.resolve().parent, **{key: fields[key] for key in fields if key in known}))
    return entries


def bare(row: dict[str, Any]) -> str:
    """The reference of a task without its working."""
    answer = next(str(row[name]) for name in REFERENCES if name in row)
    return answer.rpartition("####")[2].strip() if "####" in answer else answer


class Grader:
    """A grader of the corpus, loaded in this process.

    Args:
        entry: which one.
        path: another file to load it from, for a patch that is not on disk yet.
    """

    def __init__(self, entry: Entry, path: Path | None = None) -> None:
        self.entry = entry
        self.rows = entry.rows()
        with _siblings(path or entry.file):
            spec = importlib.util.spec_from_file_location(f"corpus_{entry.id}", path or entry.file)
            if spec is None or spec.loader is None:
                raise ImportError(f"{path or entry.file} is no Python file")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        self.call = getattr(module, entry.function)

    def batch(self, tasks: Sequence[int], completions: Sequence[str]) -> list[Any]:
        """What the grader gives, unconverted, for a batch; exceptions go through."""
        rows = [json.loads(json.dumps(self.rows[task])) for task in tasks]
        with _alarm():
            if self.entry.protocol == "trl":
                columns = {key: [row[key] for row in rows] for key in rows[0]}
                prompts = columns.pop("prompt")
                said = [[{"role": "assistant", "content": text}] for text in completions]
                given = said if self.entry.chat else list(completions)
                return list(self.call(prompts=prompts, completions=given, **columns))
            if self.entry.protocol == "verl":
                return [
                    self.call(row["data_source"], text, row["answer"], row.get("extra_info"))
                    for row, text in zip(rows, completions, strict=True)
                ]
            return [self.call(text, row["answer"]) for row, text in zip(rows, completions, strict=True)]

    def score(self, task: int, completion: str) -> float:
        """The score of one completion; verl's dictionaries hold it under `score`."""
        given = self.batch([task], [completion])[0]
        return float(given["score"] if isinstance(given, dict) else given)


@contextlib.contextmanager
def _siblings(file: Path) -> Iterator[None]:
    """Modules beside `file` are importable meanwhile and forgotten afterwards: other graders have their namesakes."""
    sys.path.insert(0, str(file.parent))
    before = set(sys.modules)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        sys.path.remove(str(file.parent))
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(file.parent):
                del sys.modules[name]


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError(f"no score after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
