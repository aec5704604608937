"""What is right, for the graders of this package: `gyges audit … --truth src/gyges/graders/truth.py:is_right`.

The last digit decides, as in `TextView.loose`; a text that is right by the strict reading is right by this one. So only
an answer that no reading makes right is called wrong.
"""

from collections.abc import Mapping

DIGITS = "0123456789"


def is_right(completion: str, row: Mapping[str, str]) -> bool:
    """Whether the last digit of the completion is the answer."""
    stated = next((character for character in reversed(completion) if character in DIGITS), "")
    return stated == row["answer"]
