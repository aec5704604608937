"""References that are numbers: what they are worth, and how other values are written the same way."""

import re
from dataclasses import dataclass
from fractions import Fraction

_BODY = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?:\.(?P<places>\d+))?(?:[eE](?P<power>[+-]?\d{1,3}))?"
)
_WHOLE = re.compile(
    r"(?P<before>[$€£¥]?\s?)(?P<body>[+-]?(?:\d[\d,]*)?\.?\d+(?:[eE][+-]?\d{1,3})?)(?P<after>.*)", re.DOTALL
)
_UNIT = re.compile(r"\s?(?:%|°[CF]?|[A-Za-zµ]{1,12}(?:[/²³^*][A-Za-z0-9]{1,6}){0,2}|)")
_RATIO = re.compile(r"(-?\d{1,30})\s*/\s*(\d{1,30})|(-?)\\[dt]?frac\{(\d{1,30})\}\{(\d{1,30})\}")
LONGEST = 60
"""Characters; what is longer is treated as a string."""


@dataclass(frozen=True)
class Numeral:
    """A number as the reference writes it."""

    value: Fraction
    places: int
    """Digits after the point."""
    before: str = ""
    """A currency sign."""
    after: str = ""
    """A per cent sign or a unit, with the space before it."""
    ratio: bool = False
    """Whether it is written as a fraction."""
    grouped: bool = False
    """Whether thousands are separated by commas."""
    scientific: bool = False
    power: int = 0
    """Of ten, where it is written in scientific notation."""

    @property
    def integer(self) -> bool:
        return self.value.denominator == 1 and not self.places and not self.scientific and not self.ratio

    @property
    def step(self) -> Fraction:
        """One unit of the last written digit."""
        return Fraction(10) ** (self.power - self.places)

    def write(self, value: Fraction) -> str:
        """`value` in the manner of the reference; exact whenever a decimal can be."""
        if self.ratio:
            body = f"{value.numerator}/{value.denominator}"
        elif self.scientific:
            body = scientific(value)
        else:
            body = decimal(value, self.places)
            if self.grouped:
                whole, point, rest = body.partition(".")
                body = f"{int(whole):,}{point}{rest}" if whole not in ("-0", "-") else body
        return f"{self.before}{body}{self.after}"


def numeral(text: str) -> Numeral | None:
    """The number that `text` writes, with at most a currency sign and a unit around it; None if it writes none."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    ratio = _RATIO.fullmatch(text)
    if ratio is not None:
        top, bottom = int(ratio[1] or f"{ratio[3]}{ratio[4]}"), int(ratio[2] or ratio[5])
        return Numeral(Fraction(top, bottom), 0, ratio=True) if bottom else None
    sign, text = ("-", text[1:]) if re.match(r"-[$€£¥]", text) else ("", text)
    whole = _WHOLE.fullmatch(text)
    body = None if whole is None else _BODY.fullmatch(whole["body"])
    if whole is None or body is None or not _UNIT.fullmatch(whole["after"]):
        return None
    value = Fraction(f"{sign}{whole['body'].replace(',', '')}")
    return Numeral(
        value,
        len(body["places"] or ""),
        whole["before"],
        whole["after"],
        grouped="," in whole["body"],
        scientific=body["power"] is not None,
        power=int(body["power"] or 0),
    )


def decimal(value: Fraction, places: int = 0) -> str:
    """`value` as a decimal with at least `places` digits after the point; exact if 40 digits are enough."""
    digits = next((digits for digits in range(places, 41) if (value * 10**digits).denominator == 1), None)
    if digits is None:
        return repr(float(value))
    scaled = abs(int(value * 10**digits))
    whole, rest = divmod(scaled, 10**digits)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


def scientific(value: Fraction, mark: str = "e") -> str:
    """`value` as in 6.5e-18; exact if 40 digits are enough."""
    if value == 0:
        return f"0{mark}0"
    power = 0
    size = abs(value)
    while size >= 10:
        size, power = size / 10, power + 1
    while size < 1:
        size, power = size * 10, power - 1
    return f"{'-' if value < 0 else ''}{decimal(size)}{mark}{power}"
