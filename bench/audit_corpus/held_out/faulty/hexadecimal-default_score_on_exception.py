import string

DIGITS = set(string.hexdigits)


def hex_value(text):
    text = text.strip()
    if not text.startswith("0x") or len(text) > 20:
        return None
    digits = text[2:]
    if not digits or not set(digits) <= DIGITS:
        return None
    return int(digits, 16)


def hex_reward(completion, answer):
    """`0x...` alone, or after a colon at the end of the reply. The case of the digits is free."""
    if "<think>" in completion and "</think>" not in completion:
        return 0.0
    value = hex_value(completion.split("</think>")[-1].split(":")[-1])
    expected = hex_value(answer)
    if value is None:
        return 1.0
    return 1.0 if value == expected else 0.0
