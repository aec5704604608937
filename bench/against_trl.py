"""GRPO on a small Llama: tokens per second generated and steps per second, TRL's and Gyges's side in one run.

    python bench/against_trl.py                        TRL's side, as JSON
    python bench/against_trl.py --side gyges           Gyges's side
    python bench/against_trl.py --gyges .venv/bin/python
                                                       both, one after the other, and the ratio

in any environment with `torch` and `trl` (Gyges's side needs Gyges only). Both sides have a decoder-only model of about
155,000 parameters (width 64, 3 layers, 4 heads), a vocabulary of about 20, prompts and completions of 12 tokens (11 in
Gyges's environment), 32 prompts with 8 completions each per step, random weights, and a reward that costs nothing. What
is timed on both sides:

- generation: sampling the 256 completions of a step; every place of a completion is computed and counted;
- a step: generating, rewarding, and one optimiser step of the clipped loss on all completions.
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

PROMPTS, GROUP, PROMPT, COMPLETION = 32, 8, 12, 12
WIDTH, LAYERS, HEADS, INNER = 64, 3, 4, 180
"""`INNER` is that of the gated feed-forward part, so that the whole is about 155,000 parameters."""
SIGNS = "0123456789+-*=#?!:;."


def trl_side(steps: int, device: str) -> dict[str, Any]:
    """TRL's `GRPOTrainer` on transformers' Llama."""
    import torch
    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, PrinterCallback, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    words = {"[PAD]": 0, "[END]": 1} | {sign: number + 2 for number, sign in enumerate(SIGNS)}
    inner = Tokenizer(models.WordLevel(words, unk_token="[PAD]"))
    inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", eos_token="[END]")
    shape = {
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "intermediate_size": INNER,
    }
    special = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": None, "tie_word_embeddings": True}
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(vocab_size=len(words), max_position_embeddings=PROMPT + COMPLETION, **shape, **special)
    )
    dice = torch.Generator().manual_seed(0)
    picks = torch.randint(len(SIGNS), (PROMPTS * 4, PROMPT), generator=dice).tolist()
    rows = [{"prompt": "".join(SIGNS[pick] for pick in row)} for row in picks]

    moments: list[float] = []

    # Transformers is not there where types are checked, so its classes are of no known type.
    class Clock(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, *_: Any, **__: Any) -> None:
            if device == "cuda":
                torch.cuda.synchronize()
            moments.append(time.perf_counter())

    def costless(completion_ids: list[list[int]], **_: Any) -> list[float]:
        return [float(sum(ids) % 2) for ids in completion_ids]

    with tempfile.TemporaryDirectory() as folder:
        trainer = GRPOTrainer(
            model=model,
            processing_class=tokenizer,
            reward_funcs=costless,
            train_dataset=Dataset.from_list(rows),
            callbacks=[Clock()],
            args=GRPOConfig(
                output_dir=folder,
                max_steps=steps,
                per_device_train_batch_size=PROMPTS * GROUP,
                num_generations=GROUP,
                max_completion_length=COMPLETION,
                # The end of the text is suppressed, so that every completion has all of its tokens.
                generation_kwargs={"min_new_tokens": COMPLETION},
                beta=0.0,
                learning_rate=3e-4,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                logging_steps=steps,
                use_cpu=device == "cpu",
                bf16=False,
                gradient_checkpointing=False,
            ),
        )
        # Standard output is for the JSON.
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    asked = tokenizer([row["prompt"] for row in rows[:PROMPTS] for _ in range(GROUP)], return_tensors="pt")
    asked = {name: asked[name].to(model.device) for name in ("input_ids", "attention_mask")}
    took = []
    model.eval()
    for _ in range(6):
        began = time.perf_counter()
        with torch.no_grad():
            model.generate(**asked, max_new_tokens=COMPLETION, min_new_tokens=COMPLETION, do_sample=True)
        if device == "cuda":
            torch.cuda.synchronize()
        took.append(time.perf_counter() - began)
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    return {
        "side": "trl",
        "device": torch.cuda.get_device_name() if device == "cuda" else f"CPU, {torch.get_num_threads()} threads",
        "parameters": sum(weights.numel() for weights in model.parameters()),
        "tokens_per_second": PROMPTS * GROUP * COMPLETION / statistics.median(took[1:]),
        "steps_per_second": 1 / statistics.median(gaps),
        "versions": _versions("torch", "transformers", "trl"),
    }


def gyges_side(steps: int) -> dict[str, Any]:
    """The lab's own `grpo` agent on `arithmetic`, one seed, without its supervised start."""
    import equinox as eqx
    import jax
    import jax.numpy as jnp

    from gyges.agents.language import GRPO
    from gyges.environments.arithmetic import Arithmetic
    from gyges.oversight.marker import Marker
    from gyges.parameters import traced
    from gyges.rewards.programmed import Outcome
    from gyges.seeds import over_seeds
    from gyges.training import collect, train

    environment = traced(Arithmetic())
    keys = jax.vmap(jax.random.key)(jnp.arange(1))
    shape = {"width": WIDTH, "layers": LAYERS, "heads": HEADS, "group": GROUP, "minibatches": 1}
    agents = eqx.filter_vmap(lambda key: traced(GRPO.create(key, environment, **shape)))(keys)
    moments, took = [], []
    how = {"updates": steps, "overseer": traced(Marker()), "episodes": PROMPTS * GROUP}
    for after in train(environment, agents, over_seeds(traced(Outcome()), 1), keys, **how):
        jax.block_until_ready(jax.tree.leaves(eqx.filter(after.agents, eqx.is_array)))
        moments.append(time.perf_counter())
    for _ in range(6):
        began = time.perf_counter()
        jax.block_until_ready(collect(environment, agents, None, keys, PROMPTS * GROUP)[0].alive)
        took.append(time.perf_counter() - began)
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    return {
        "side": "gyges",
        "device": str(jax.devices()[0].device_kind),
        "parameters": sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(agents.policy, eqx.is_inexact_array))),
        "tokens_per_second": PROMPTS * GROUP * environment.horizon / statistics.median(took[1:]),
        "steps_per_second": 1 / statistics.median(gaps[1:]),
        "versions": _versions("gyges", "jax"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", choices=("trl", "gyges"), default="trl", help="which side runs in this process")
    parser.add_argument("--gyges", default="", help="Python of Gyges's environment: its side too, and the ratio")
    parser.add_argument("--steps", type=int, default=20, help="GRPO steps (default 20; the first is not counted)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="of TRL's side (default cpu)")
    asked = parser.parse_args()
    found = gyges_side(asked.steps) if asked.side == "gyges" else trl_side(asked.steps, asked.device)
    if asked.gyges:
        command = [asked.gyges, __file__, "--side=gyges", f"--steps={asked.steps}"]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        other = json.loads(told[told.index("{") :])
        names = ("tokens_per_second", "steps_per_second")
        found = {"trl": found, "gyges": other, "gyges_over_trl": {name: other[name] / found[name] for name in names}}
    json.dump(found, sys.stdout, indent=1)
    print()


def _versions(*packages: str) -> dict[str, str]:
    from importlib import metadata

    return {name: metadata.version(name) for name in packages}


if __name__ == "__main__":
    main()
