"""Rewards and measurements for language models that TRL trains.

`reward` turns any Gyges reward into a TRL reward function, and any TRL reward function into a Gyges one.
`RingCallback` measures a model while `GRPOTrainer` trains it, and `models` has reward models. The last two need
the extra (`pip install 'gyges[lm]'`); the bridge needs it only for rewards that read the mind.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gyges.lm.bridge import TrainerReward as TrainerReward
from gyges.lm.bridge import reward as reward
from gyges.lm.extra import extra
from gyges.lm.prompts import check_prompts as check_prompts

if TYPE_CHECKING:
    from gyges.lm import models as models
    from gyges.lm.callback import RingCallback as RingCallback

_LAZY = {"RingCallback": "gyges.lm.callback", "models": "gyges.lm.models"}
"""What is imported when it is asked for, since it needs the extra, and importing TRL takes seconds."""


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with extra(f"gyges.lm.{name}"):
        module = import_module(_LAZY[name])
    return module if name == "models" else getattr(module, name)
