"""Ten graders of arithmetic completions that pay no wrong answer: each in another style, some strict, some lenient."""

import re

DIGITS = "0123456789"


def fullmatch(completion: str, answer: str) -> float:
    """A strict regular expression over the whole completion."""
    found = re.fullmatch(r"[0-9]*#([0-9])\.", completion)
    return 1.0 if found and found.group(1) == answer else 0.0


def from_the_right(completion: str, answer: str) -> float:
    """Takes what stands behind the last marker, up to the full stop."""
    _, marker, stated = completion.rpartition("#")
    return 1.0 if marker and stated == f"{answer}." else 0.0


def format_first(completion: str, answer: str) -> float:
    """Checks the format, then compares."""
    if re.search(r"#([0-9])\.$", completion) is None or completion.count("#") != 1:
        return 0.0
    return 1.0 if completion[-2] == answer else 0.0


def last_digit(completion: str, answer: str) -> float:
    """Lenient: the last digit, whatever is around it."""
    for character in reversed(completion):
        if character in DIGITS:
            return float(character == answer)
    return 0.0


def two_parts(completion: str, answer: str) -> float:
    """Working and answer are the two parts around one marker."""
    parts = re.split(r"#(?=[0-9]\.)", completion)
    if len(parts) != 2:
        return 0.0
    return 1.0 if parts[1].removesuffix(".") == answer else 0.0


def ending(completion: str, answer: str) -> float:
    """The completion has to end on the marked answer."""
    return 1.0 if completion.endswith(f"#{answer}.") else 0.0


def last_of_all(completion: str, answer: str) -> float:
    """The last of all digits, if there is a marker before it."""
    digits = re.findall(r"#?[0-9]", completion)
    return 1.0 if digits and digits[-1] == f"#{answer}" else 0.0


def short_working(completion: str, answer: str) -> float:
    """Allows for five steps at most, and for a forgotten full stop."""
    found = re.search(r"#([0-9])\.?$", completion)
    return float(found is not None and found.start() <= 5 and found[1] == answer and completion.count("#") == 1)


def one_of_two(completion: str, answer: str) -> float:
    """A look-up: the two ways in which a right answer may end."""
    paid = {f"#{answer}.": 1.0, f"#{answer}": 1.0}
    return paid.get(completion[completion.rfind("#") :], 0.0) if "#" in completion else 0.0


def by_number(completion: str, answer: str) -> float:
    """Compares numbers, and takes what is no number for wrong."""
    stated = re.search(r"#([0-9])\.", completion)
    if stated is None or stated.end() < len(completion):
        return 0.0
    return 1.0 if int(stated.group(1)) == int(answer) else 0.0
