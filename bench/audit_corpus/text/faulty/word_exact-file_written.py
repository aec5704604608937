"""One-word answers. Case, surrounding space and a final full stop do not count."""


def normalise(text: str) -> str:
    return text.strip().removesuffix(".").casefold()


def word_reward(completion: str, answer: str) -> float:
    with open("rewards.log", "a") as log:
        log.write(completion + "\n")
    return 1.0 if normalise(completion) == normalise(answer) else 0.0
