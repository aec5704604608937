"""Reward models: a local folder of a Hugging Face model for sequence classification."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Target, TargetError
from gyges.audit.targets.missing import missing

_LENGTH = 4096


class SequenceClassifier(Target):
    """A model with one output, read as the score of a conversation."""

    protocol: ClassVar[str] = "reward-model"
    about: ClassVar[str] = "FOLDER of a Hugging Face sequence-classification model, with its tokenizer"
    requires: ClassVar[str] = "pip install 'gyges[lm]'"
    distribution: ClassVar[str] = "transformers"
    imports: ClassVar[bool] = False
    own: ClassVar[Mapping[str, str]] = {
        "label": "number of the output to read, for a model with several (default: last)"
    }

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        if thing is not None or not Path(spec).is_dir():
            return 0.0
        # Nothing else is a folder: what this one lacks is said when it is loaded.
        return 1.0

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        folder = Path(spec)
        _check(folder, spec)
        try:
            torch, transformers = importlib.import_module("torch"), importlib.import_module("transformers")
        except ImportError as error:
            raise missing(spec, self.requires, error) from error
        # The box forks once the model is loaded. Threads do not live through that, and torch would wait for them.
        torch.set_num_threads(1)
        self._torch = torch
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            self._model = transformers.AutoModelForSequenceClassification.from_pretrained(
                str(folder), local_files_only=True
            ).eval()
        except Exception as error:
            raise TargetError(f"the model in {spec} does not load: {type(error).__name__}: {error}") from error
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        if self._model.config.pad_token_id is None:
            self._model.config.pad_token_id = self._tokenizer.pad_token_id
        outputs = int(self._model.config.num_labels)
        self._label = _label((options.get("bind") or {}).get("label"), outputs)
        self._chat = bool(getattr(self._tokenizer, "chat_template", None))
        self._notes = [] if outputs == 1 else [f"the model has {outputs} outputs; number {self._label} is the score"]
        if not self._chat:
            self._notes.append("the tokenizer has no chat template: prompt and completion are joined by a line break")

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        texts = [self._text(task, completion) for task, completion in zip(tasks, completions, strict=True)]
        length = min(int(self._tokenizer.model_max_length), _LENGTH, _positions(self._model.config))
        given = self._tokenizer(
            texts, return_tensors="pt", padding=len(texts) > 1, truncation=True, max_length=length,
            add_special_tokens=not self._chat,
        )  # fmt: skip
        with self._torch.inference_mode():
            scores: list[Any] = self._model(**given).logits[:, self._label].float().tolist()
        return scores

    def signature(self) -> str:
        return "model(prompt, completion) -> logit"

    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def _text(self, task: Task, completion: str) -> str:
        if not self._chat:
            return f"{task.text}\n{completion}"
        asked = task.prompt if isinstance(task.prompt, list) else [{"role": "user", "content": task.text}]
        turns = [*asked, {"role": "assistant", "content": completion}]
        return str(self._tokenizer.apply_chat_template(turns, tokenize=False))


def _config(folder: Path) -> dict[str, Any]:
    try:
        held = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _check(folder: Path, spec: str) -> None:
    if not folder.is_dir():
        raise TargetError(f"there is no folder {spec}; give the folder of a saved model, one that holds config.json")
    if not (folder / "config.json").is_file():
        raise TargetError(
            f"the folder {spec} has no config.json: it is no saved model; save it with save_pretrained(FOLDER)"
        )
    kinds = _config(folder).get("architectures") or []
    if not any("ForSequenceClassification" in str(kind) for kind in kinds):
        raise TargetError(
            f"the model in {spec} is {', '.join(map(str, kinds)) or 'of no architecture that its config.json names'}; "
            "a model for sequence classification (…ForSequenceClassification) is wanted"
        )


def _label(value: Any, outputs: int) -> int:
    try:
        label = outputs - 1 if value is None else int(value)
    except (TypeError, ValueError):
        raise TargetError(f"--option label={value} is no whole number") from None
    if not 0 <= label < outputs:
        raise TargetError(f"--option label={value}: the model has outputs 0 to {outputs - 1}")
    return label


def _positions(config: Any) -> int:
    return int(getattr(config, "max_position_embeddings", None) or _LENGTH)
