def exact_int(completion: str, answer: str) -> float:
    """The completion must be the integer and nothing else (surrounding whitespace aside)."""
    text = completion.strip()
    body = text[1:] if text[:1] == "-" else text
    if not body.isascii() or not body.isdigit() or len(body) > 100:
        return 0.0
    return float(int(text) == int(answer))
