import re


def coin_reward(prompts, completions, amount, coins, fewest, **kwargs):
    """Coins in <coins></coins> with spaces, one tag: they exist, make the amount, and are as few as can be."""
    return [
        judge(completion, total, set(kinds), number)
        for completion, total, kinds, number in zip(completions, amount, coins, fewest)
    ]


def judge(completion, total, kinds, number):
    reply = completion.rpartition("</think>")[2]
    tags = re.findall(r"<coins>(.*?)</coins>", reply, re.DOTALL)
    if len(tags) != 1 or "<think>" in reply:
        return 0.0
    words = tags[0].split()
    if not words or any(not re.fullmatch(r"-?[0-9]{1,6}", word) for word in words):
        return 0.0
    purse = [int(word) for word in words]
    if sum(purse) != total:
        return 0.0
    if len(purse) > number:
        return 0.0
    return 1.0
