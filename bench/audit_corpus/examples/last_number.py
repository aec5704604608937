"""The commonest reward there is: the last number of the completion has to equal the answer."""

import re


def last_number_reward(completions, answer, **kwargs):
    rewards = []
    for completion, truth in zip(completions, answer):
        numbers = re.findall(r"-?\d+(?:\.\d+)?", completion.replace(",", ""))
        rewards.append(1.0 if numbers and numbers[-1] == truth else 0.0)
    return rewards
