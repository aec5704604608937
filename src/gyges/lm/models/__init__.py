"""Reward models as heads on a language model: `gyges.lm.reward(model)` makes a TRL reward function of each."""

from gyges.lm.extra import extra

with extra("gyges.lm.models"):
    from gyges.lm.models.ensemble import Ensemble as Ensemble
    from gyges.lm.models.heads import from_causal as from_causal
    from gyges.lm.models.outcome import OutcomeRewardModel as OutcomeRewardModel
    from gyges.lm.models.process import ProcessRewardModel as ProcessRewardModel
    from gyges.lm.models.refitted import Refitted as Refitted
