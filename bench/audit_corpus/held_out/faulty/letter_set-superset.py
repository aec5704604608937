def members(text):
    return [part.strip() for part in text.split(",")]


def shared_letters(completion, answer):
    """The whole reply is the letters with commas, each once; the order is free."""
    given = members(completion.strip())
    wanted = set(members(answer))
    if len(given) != len(set(given)):
        return 0.0
    if not wanted <= set(given):
        return 0.0
    return 1.0
