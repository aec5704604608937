"""Reads a number as people write it, exactly; where it can be read in two ways, it says both."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from gyges.audit.judges import number_words, units
from gyges.audit.judges.notation import plain

LARGEST_EXPONENT = 5000
"""Powers of ten beyond this are kept apart instead of computed."""
LONGEST = 400
"""Characters of a number; a longer one is not read."""


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, and how it was written."""

    value: Fraction
    unit: str = ""
    places: int | None = None
    """Digits after the point, None if it was not written as a decimal."""
    digits: int = 0
    """Significant digits that were written."""
    base: int = 10
    fraction: bool = False
    reduced: bool = True
    padded: bool = False
    """Whether zeros stand before it, as in 007."""
    vast: bool = False
    """Whether its exponent is too large to be computed; `value` then has the sign only."""
    rough: bool = False
    """Whether it says of itself that it is approximate."""
    named: str = ""
    """The name in "x = 5"."""
    spelled: bool = False
    """Whether it was written in words."""


_INTEGER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:_\d{3})+|\d{1,3}(?:'\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:\{,\}\d{3})+|\d+)"
_DECIMAL = re.compile(rf"(?P<whole>{_INTEGER})?(?:\.(?P<part>\d*))?")
_EXPONENT = re.compile(
    r"\s*(?:[eE]\s?([+-]?\d{1,9})|(?:\*|\\times|\\cdot|x)\s*10\s*(?:\^|\*\*)\s*[{(]?\s*([+-]?\d{1,9})\s*[})]?)"
)
_POWER = re.compile(r"10\s*(?:\^|\*\*)\s*[{(]?\s*([+-]?\d{1,9})\s*[})]?")
_BASED = re.compile(r"0(?:x[0-9a-f]+|b[01]+|o[0-7]+)", re.IGNORECASE)
_LATEX_FRACTION = re.compile(
    r"(?:(\d{1,100})\s*)?\\[dtc]?frac\s*(?:\{\s*([+-]?\d{1,200})\s*\}|(\d))\s*(?:\{\s*([+-]?\d{1,200})\s*\}|(\d))"
)
_FRACTION = re.compile(rf"(?:(?P<whole>\d{{1,100}})[ -]+)?(?P<top>{_INTEGER})\s*/\s*(?P<bottom>{_INTEGER})")
_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip
_NAME = re.compile(r"(?P<name>[A-Za-z]\w{0,15}|[α-ω])\s*=\s*(?=\S)")
_ROUGH = re.compile(
    r"(?:≈|~|\\approx|\babout\b|\baround\b|\bapproximately\b|\broughly\b|\bapprox\.?)\s*", re.IGNORECASE
)
_UNIT = re.compile(
    r"\s*(?:%|\^?\s?\{?\\circ\}?\s?[CF]?|°\s?[CF]?|[^\W\d_]+(?:[ /^²³.-]*[^\W\d_]+){0,3}[²³]?(?:\^\d)?)", re.UNICODE
)
_EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+")


def readings(text: str) -> tuple[Quantity, ...]:
    """Every way to read `text` as one number, the usual one first; empty if it is not one number."""
    return _known(text) if len(text) <= LONGEST else ()


@lru_cache(maxsize=1 << 14)
def _known(text: str) -> tuple[Quantity, ...]:
    text = plain(text).strip()
    text = re.sub(r"(?<=[\w)}%])[.,;:!]+$", "", text).strip()
    rough = _ROUGH.match(text)
    text = text[rough.end() :] if rough else text
    name = _NAME.match(text)
    text = text[name.end() :] if name else text.lstrip("= ")
    found = _readings(text)
    return tuple(replace(one, rough=bool(rough), named=name["name"] if name else "") for one in found)


def _readings(text: str) -> list[Quantity]:
    for glyph, vulgar in _VULGAR.items():
        text = re.sub(rf"(\d)\s*{glyph}", rf"\1 {vulgar}", text).replace(glyph, vulgar)
    negative, unit_before = False, ""
    for _ in range(3):
        text = text.strip()
        if text[:1] in ("+", "-"):
            negative, text = negative != (text[0] == "-"), text[1:]
        elif text[:1] and text[:1] in units.CURRENCIES:
            unit_before, text = text[0], text[1:]
        elif text[:3] in ("US$", "USD", "EUR", "GBP"):
            unit_before, text = text[:3], text[3:]
    if text[:1] in ("+", "-"):
        return []
    text = text.strip()
    found = _magnitudes(text)
    sign = -1 if negative else 1
    result = []
    for quantity, rest in found:
        unit = rest.strip()
        if unit and (unit_before or not _UNIT.fullmatch(rest)):
            continue
        if len(unit) == 1 and unit.isalpha() and units.known(unit) is None:
            # A variable, not a unit.
            continue
        result.append(
            replace(quantity, value=sign * quantity.value, unit=unit_before or unit.replace("{", "").replace("}", ""))
        )
    if not result and not unit_before and (said := number_words.value_of(text)) is not None:
        result.append(Quantity(Fraction(sign * said), spelled=True))
    return result


def _magnitudes(text: str) -> list[tuple[Quantity, str]]:
    """Unsigned readings of the beginning of `text`, with what follows."""
    if based := _BASED.match(text):
        base = {"x": 16, "b": 2, "o": 8}[based[0][1].lower()]
        return [(Quantity(Fraction(int(based[0], 0)), base=base), text[based.end() :])]
    if frac := _LATEX_FRACTION.match(text):
        whole, top, bottom = frac[1], frac[2] or frac[3], frac[4] or frac[5]
        return _ratio(whole, top, bottom, text[frac.end() :])
    if frac := _FRACTION.match(text):
        return _ratio(frac["whole"], _bare(frac["top"]), _bare(frac["bottom"]), text[frac.end() :])
    if power := _POWER.match(text):
        return [(_scaled(Fraction(1), int(power[1]), 1, None), text[power.end() :])]
    found = []
    match = _DECIMAL.match(text)
    if match and match[0] not in ("", "."):
        found.append(_decimal(match, text))
    european = _EUROPEAN.match(text)
    if european and not (match and match[0] == european[0] and "," not in european[0] and european[0].count(".") == 1):
        whole, _, part = european[0].replace(".", "").partition(",")
        value = Fraction(f"{whole}.{part or 0}")
        found.append((Quantity(value, places=len(part), digits=len(whole + part)), text[european.end() :]))
    return found


def _decimal(match: re.Match[str], text: str) -> tuple[Quantity, str]:
    whole, part = _bare(match["whole"] or ""), match["part"] or ""
    value = Fraction(int(whole or 0)) + (Fraction(int(part), 10 ** len(part)) if part else 0)
    digits = len((whole + part).lstrip("0"))
    rest = text[match.end() :]
    padded = len(whole) > 1 and whole[0] == "0"
    exponent = _EXPONENT.match(rest)
    if exponent is None:
        return Quantity(value, places=len(part), digits=digits, padded=padded), rest
    power = int(exponent[1] or exponent[2])
    return replace(_scaled(value, power, digits, len(part)), padded=padded), rest[exponent.end() :]


def _scaled(value: Fraction, power: int, digits: int, part: int | None) -> Quantity:
    if abs(power) > LARGEST_EXPONENT and value:
        return Quantity(Fraction(1), digits=digits, vast=True)
    scaled = value * Fraction(10) ** power if value else value
    places = None if part is None else max(0, part - power)
    return Quantity(scaled, places=places, digits=digits)


def _ratio(whole: str | None, top: str, bottom: str, rest: str) -> list[tuple[Quantity, str]]:
    if int(bottom) == 0:
        return []
    value = Fraction(int(top), int(bottom))
    reduced = abs(value.denominator) == abs(int(bottom)) and int(bottom) != 1
    if whole:
        reduced = reduced and abs(value) < 1
        value = int(whole) + value
    return [(Quantity(value, fraction=True, reduced=reduced), rest)]


def _bare(digits: str) -> str:
    return re.sub(r"[^\d]", "", digits)
