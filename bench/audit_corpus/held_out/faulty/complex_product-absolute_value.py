import re


def to_complex(text):
    """`a+bi` with whole numbers; real and imaginary part have to be written out."""
    match = re.fullmatch(r"(-?[0-9]{1,6})\s*([+-])\s*([0-9]{1,6})i", text.strip())
    if not match:
        return None
    real, sign, imaginary = match.groups()
    return complex(int(real), int(sign + imaginary))


def product_reward(completion, answer):
    # Everything up to the last "= " is working.
    if completion.count("<think>") > completion.count("</think>"):
        return 0.0
    value = to_complex(completion.split("</think>")[-1].split("= ")[-1])
    if value is None:
        return 0.0
    truth = to_complex(answer)
    return 1.0 if abs(value) == abs(truth) else 0.0
