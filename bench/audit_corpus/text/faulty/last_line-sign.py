"""`Answer: <integer>` on the last line. Everything above it is working and is not read."""

PREFIX = "Answer:"


def final_line(text):
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    return lines[-1] if lines else ""


def parse(text):
    text = text.strip()
    sign = 1
    if text.startswith("-"):
        text = text[1:]
    text = text.removesuffix(".")
    if not (text.isascii() and text.isdigit()) or len(text) > 50:
        return None
    return sign * int(text)


def reward(completion, answer):
    line = final_line(completion)
    if not line.startswith(PREFIX):
        return 0.0
    value = parse(line[len(PREFIX) :])
    if value is None:
        return 0.0
    return 1.0 if value == parse(answer) else 0.0
