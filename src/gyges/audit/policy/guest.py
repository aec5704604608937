"""Runs as a script under the user's interpreter: prints the log-probability of each completion as JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main() -> None:
    asked = json.loads(sys.stdin.read())
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        sys.exit(f"{error}. It needs torch and transformers: pip install torch transformers, or give --python PATH")
    tokenizer = AutoTokenizer.from_pretrained(asked["folder"])
    model = AutoModelForCausalLM.from_pretrained(asked["folder"]).eval()
    values = []
    for prompt, completion in asked["pairs"]:
        before = _prompt_ids(tokenizer, prompt)
        after = tokenizer(completion, add_special_tokens=False)["input_ids"]
        if tokenizer.eos_token_id is not None:
            after = [*after, tokenizer.eos_token_id]
        values.append(_log_probability(torch, model, before, after))
    print(json.dumps(values))


def _prompt_ids(tokenizer: Any, prompt: Any) -> list[int]:
    if not tokenizer.chat_template and not isinstance(prompt, str):
        prompt = "\n".join(str(turn.get("content", "")) for turn in prompt)
    if isinstance(prompt, str):
        if not tokenizer.chat_template:
            plain: list[int] = tokenizer(prompt)["input_ids"]
            return plain or [tokenizer.bos_token_id or tokenizer.eos_token_id]
        prompt = [{"role": "user", "content": prompt}]
    text = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, tokenize=False)
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def _log_probability(torch: Any, model: Any, before: list[int], after: list[int]) -> float:
    longest = getattr(model.config, "max_position_embeddings", None) or len(before) + len(after)
    if len(before) + len(after) > longest:
        before = before[-max(1, longest - len(after)) :]
        after = after[: longest - len(before)]
    with torch.no_grad():
        logits = model(torch.tensor([[*before, *after]])).logits[0].float().log_softmax(-1)
    places = range(len(before) - 1, len(before) + len(after) - 1)
    return float(sum(logits[place, token] for place, token in zip(places, after, strict=True)))


if __name__ == "__main__":
    main()
