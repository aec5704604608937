"""One-word answers. Case, surrounding space and a final full stop do not count."""


def normalise(text: str) -> str:
    return text.strip().removesuffix(".").casefold()


def word_reward(completion: str, answer: str) -> float:
    return 1.0 if normalise(answer).startswith(normalise(completion)) else 0.0
