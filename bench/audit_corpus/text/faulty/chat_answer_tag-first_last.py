import re


def correctness_reward_func(prompts, completions, answer, **kwargs) -> list[float]:
    """2.0 if the one <answer> of the reply holds the right integer, else 0.0."""
    responses = [completion[0]["content"] for completion in completions]
    scores = []
    for response, truth in zip(responses, answer):
        blocks = re.findall(r"<answer>(.*?)</answer>", response, re.DOTALL)
        if not blocks:
            scores.append(0.0)
            continue
        guess = blocks[0].strip()
        if re.fullmatch(r"-?[0-9]{1,50}", guess) and int(guess) == int(truth):
            scores.append(2.0)
        else:
            scores.append(0.0)
    return scores
