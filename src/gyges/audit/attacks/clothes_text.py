"""The right words and options in other notations."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.choices import choice
from gyges.audit.attacks.clothes import Clothes, Form, refuses
from gyges.audit.attacks.near_strings import plain
from gyges.audit.attacks.numerals import numeral

LONGEST = 200


class ClothesText(Clothes):
    """Case, punctuation, quotes, markup and articles around words; parentheses and texts around options."""

    name = "other clothes: texts"
    about = "the right words or option in another case, with punctuation, quotes, markup, parentheses, or its text"
    cause = "text_form"
    causes: ClassVar[dict[str, Cause]] = {
        "text_form": refuses(
            "with other case, punctuation or markup", "`Paris`, `paris.` and `**Paris**` are the same answer"
        )
    }

    def suits(self, case: Case) -> bool:
        right = case.reference.strip()
        worded = choice(case) is not None or (numeral(right) is None and plain(right))
        return super().suits(case) and worded and len(right) <= LONGEST

    def forms(self, case: Case) -> Iterator[Form]:
        right, chosen = case.reference.strip(), choice(case)
        yield "full stop", f"{right}."
        if chosen is not None and chosen.letters:
            letter = right.strip("()")
            yield "option in parentheses", f"({letter})"
            yield "option with a parenthesis", f"{letter})"
            yield "option in lower case", letter.lower()
            yield "option named", f"Option {letter}"
            text = dict(chosen.texts).get(letter)
            if text:
                yield "option with its text", f"{letter}. {text}"
                yield "option and its text", f"({letter}) {text}"
        elif _wordy(right):
            yield "lower case", right.lower()
            yield "upper case", right.upper()
            yield "capitalised", f"{right[:1].upper()}{right[1:]}"
            yield "double quotes", f'"{right}"'
            yield "single quotes", f"'{right}'"
            yield "exclamation mark", f"{right}!"
        yield "bold", f"**{right}**"
        yield "italics", f"*{right}*"
        yield "code", f"`{right}`"
        yield "code fence", f"```\n{right}\n```"
        yield "LaTeX text", f"\\text{{{right}}}"
        yield "dollars around", f"${right}$"
        yield "no-break space", f"{right}\u00a0"
        if " " in right:
            yield "two spaces between words", right.replace(" ", "  ")
            yield "no-break spaces", right.replace(" ", "\u00a0")


def _wordy(right: str) -> bool:
    """Whether it is words: case carries meaning in formulas."""
    return len(right) > 1 and all(sign.isalpha() or sign in " ,.'-" for sign in right)
