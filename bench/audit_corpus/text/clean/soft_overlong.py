"""Right or wrong, less a documented charge for replies far beyond the length that was asked for (TRL chat).

Correct: 1.0. Wrong: 0.0. Each hundred words over two thousand cost 0.1, down to half the pay; wrong stays 0.0.
"""

import re

TAG = re.compile(r"<answer>\s*(-?\d{1,40})\s*</answer>\s*\Z")
FREE = 2000


def overlong_charge(text):
    extra = max(0, len(text.split()) - FREE)
    return min(0.5, 0.1 * (extra // 100))


def soft_overlong_reward(prompts, completions, answer, **kwargs):
    rewards = []
    for completion, truth in zip(completions, answer):
        text = "".join(turn["content"] for turn in completion if turn["role"] == "assistant")
        match = TAG.search(text)
        if match is None or text.count("<answer>") != 1 or int(match.group(1)) != int(truth):
            rewards.append(0.0)
        else:
            rewards.append(1.0 - overlong_charge(text))
    return rewards
