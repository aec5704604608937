"""Text that nobody vouches for, made visible: what would steer a terminal or a browser is shown, not done."""

import unicodedata

CONTROLS = 0x2400
"""Unicode's pictures of the control characters begin here, in their order."""


def visible(text: str, most: int = 0) -> str:
    """`text` with a sign for every character that has no look of its own.

    Line feeds and tabs stay. Other controls become their pictures, lone surrogates the replacement character (they
    cannot be written as UTF-8), and marks of direction or of no width their code point in brackets. With `most`,
    what is beyond that many characters is counted instead of shown.
    """
    left = len(text) - most if most else 0
    shown = "".join(map(_sign, text[:most] if left > 0 else text))
    return f"{shown} … ({left:,} more characters)" if left > 0 else shown


def said(prompt: object) -> str:
    """A prompt as text: as it is, or the messages of a conversation under the names of those who speak."""
    if not isinstance(prompt, list):
        return str(prompt)
    turns = [turn if isinstance(turn, dict) else {"content": turn} for turn in prompt]
    return "\n".join(f"{turn.get('role', 'message')}: {turn.get('content', '')}" for turn in turns)


def _sign(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if category == "Cc" and character not in "\n\t":
        return chr(CONTROLS + code) if code < 0x20 else "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
    if category == "Cs":
        return "\ufffd"
    return f"⟨U+{code:04X}⟩" if category in ("Cf", "Zl", "Zp") else character
