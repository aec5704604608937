import re

LETTERS = "ABCD"


def option_reward(prompts, completions, options, correct, **kwargs):
    """The last \\boxed{} holds the letter of the right option. `correct` counts from 0."""
    rewards = []
    for completion, texts, index in zip(completions, options, correct):
        if "<think>" in completion:
            completion = completion.split("<think>")[0] + completion.partition("</think>")[2]
        boxes = re.findall(r"\\boxed\{([^{}]*)\}", completion)
        if not boxes:
            rewards.append(0.0)
            continue
        letter = boxes[0].strip()
        if letter not in tuple(LETTERS[: len(texts)]):
            rewards.append(0.0)
            continue
        rewards.append(float(LETTERS.index(letter) == index))
    return rewards
