"""As transformers: a reward model whose score is the length of its input."""

import json
from pathlib import Path
from types import SimpleNamespace


class _Tokenizer:
    pad_token = eos_token = "</s>"
    pad_token_id = 0
    model_max_length = 10**30

    def __init__(self, folder):
        template = Path(folder, "chat_template.txt")
        self.chat_template = template.read_text() if template.is_file() else None

    def apply_chat_template(self, turns, tokenize=True):
        return "".join(f"<{turn['role']}>{turn['content']}" for turn in turns)

    def __call__(self, texts, return_tensors, padding, truncation, max_length, add_special_tokens):
        return {"texts": [text[:max_length] for text in texts]}


class _Rows(list):
    def __getitem__(self, place):
        return _Rows(row[place[1]] for row in self) if isinstance(place, tuple) else super().__getitem__(place)

    def float(self):
        return self

    def tolist(self):
        return list(self)


class _Model:
    def __init__(self, folder):
        held = json.loads(Path(folder, "config.json").read_text())
        self.config = SimpleNamespace(num_labels=held["num_labels"], pad_token_id=None, max_position_embeddings=4096)

    def eval(self):
        return self

    def __call__(self, texts):
        return SimpleNamespace(
            logits=_Rows([[float(-n), float(len(text))][-self.config.num_labels :] for n, text in enumerate(texts)])
        )


class AutoTokenizer:
    @staticmethod
    def from_pretrained(folder, local_files_only=False):
        return _Tokenizer(folder)


class AutoModelForSequenceClassification:
    @staticmethod
    def from_pretrained(folder, local_files_only=False):
        return _Model(folder)
