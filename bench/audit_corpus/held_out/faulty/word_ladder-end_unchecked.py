def one_apart(first, second):
    return len(first) == len(second) and sum(a != b for a, b in zip(first, second)) == 1


def ladder_reward(prompts, completions, start, end, words, **kwargs):
    """Ladder on the last line, ` -> ` between the words: right ends, known words, one letter a step."""
    rewards = []
    for completion, first, last, known in zip(completions, start, end, words):
        rewards.append(0.0)
        if "<think>" in completion and "</think>" not in completion:
            continue
        lines = completion.strip().splitlines() or [""]
        steps = [step.strip() for step in lines[-1].split("->")]
        if steps[0] != first and steps[-1] != last:
            continue
        if not set(steps) <= set(known):
            continue
        if all(one_apart(a, b) for a, b in zip(steps, steps[1:])):
            rewards[-1] = 1.0
    return rewards
