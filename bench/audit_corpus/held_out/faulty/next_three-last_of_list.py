import re


def parse(text):
    return [int(item) for item in re.split(r"\s*,\s*", text.strip())]


def sequence_reward(prompts, completions, ground_truth, **kwargs):
    """Next: a, b, c as the last line. All numbers have to be right and there may be no more of them."""
    rewards = []
    for completion, truth in zip(completions, ground_truth):
        tail = completion.rpartition("</think>")[2].strip().rpartition("\n")[2]
        if not tail.startswith("Next:") or completion.strip().startswith("<think>") and "</think>" not in completion:
            rewards.append(0.0)
            continue
        try:
            guess = parse(tail[5:])
        except ValueError:
            rewards.append(0.0)
            continue
        rewards.append(1.0 if guess[-1] == parse(truth)[-1] else 0.0)
    return rewards
