def backwards_reward(completion, answer):
    """The reply is the words in reverse order and nothing else; capitals and the space between do not matter."""
    said = " ".join(completion.lower().split())
    expected = " ".join(answer.lower().split())
    return 1.0 if said == expected else 0.0
