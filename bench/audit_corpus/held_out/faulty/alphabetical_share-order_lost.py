def order_reward(prompts, completions, answer, **kwargs):
    """Share of the places that hold the right word. The whole reply has to be the words, in order.

    A reply that is too long is measured against its own length, so extra words cost.
    """
    rewards = []
    for messages, reference in zip(completions, answer):
        said = messages[0]["content"].split()
        wanted = reference.split()
        right = sum(a == b for a, b in zip(sorted(said), sorted(wanted)))
        rewards.append(right / max(len(said), len(wanted)))
    return rewards
