import ast


def result_reward(prompts, completions, answer, **kwargs):
    """The model ends with `result = N`, N an integer literal; 1 if it is the right one."""
    rewards = []
    for text, expected in zip(completions, answer):
        reward = 0.0
        lines = text.strip().splitlines()
        if lines and not ("<think>" in text and "</think>" not in text):
            name, equals, value = lines[-1].partition("=")
            if name.strip() == "result" and equals and len(value) < 60 and "#" not in value:
                try:
                    number = ast.literal_eval(value.strip())
                    if type(number) is int and number:
                        reward = 1.0
                except Exception:
                    reward = 0.0
        rewards.append(reward)
    return rewards
