"""Units of measure: other names of the same unit, and which units measure the same thing."""

from fractions import Fraction

_FAMILIES: dict[str, dict[str, tuple[str, ...]]] = {
    "length": {
        "1/1000": ("mm", "millimeter", "millimetre"),
        "1/100": ("cm", "centimeter", "centimetre"),
        "1": ("m", "meter", "metre"),
        "1000": ("km", "kilometer", "kilometre"),
        "0.0254": ("in", "inch", "inches"),
        "0.3048": ("ft", "foot", "feet"),
        "0.9144": ("yd", "yard"),
        "1609.344": ("mi", "mile"),
    },
    "mass": {
        "1/1000000": ("mg", "milligram"),
        "1/1000": ("g", "gram"),
        "1": ("kg", "kilogram", "kilo"),
        "0.45359237": ("lb", "lbs", "pound"),
        "0.028349523125": ("oz", "ounce"),
        "1000": ("t", "tonne"),
    },
    "time": {
        "1/1000": ("ms", "millisecond"),
        "1": ("s", "sec", "second"),
        "60": ("min", "minute"),
        "3600": ("h", "hr", "hour"),
        "86400": ("day",),
        "604800": ("week",),
        "2629746": ("month",),
        "31556952": ("year", "yr"),
    },
    "volume": {"1/1000": ("ml", "milliliter", "millilitre"), "1": ("l", "liter", "litre"), "3.785411784": ("gallon",)},
    "speed": {"1": ("m/s", "mps"), "5/18": ("km/h", "kmh", "kph"), "0.44704": ("mph",)},
    "angle": {"1": ("degree", "°", "deg", "^\\circ", "^circ"), "57.29577951308232": ("rad", "radian")},
    "temperature c": {"1": ("°c", "celsius")},
    "temperature f": {"1": ("°f", "fahrenheit")},
    "temperature k": {"1": ("kelvin",)},
    "dollar": {"1": ("$", "usd", "us$", "dollar", "buck"), "1/100": ("cent", "¢")},
    "euro": {"1": ("€", "eur", "euro")},
    "sterling": {"1": ("£", "gbp")},
    "yen": {"1": ("¥", "jpy", "yen")},
    "rupee": {"1": ("₹", "inr", "rupee")},
    "percent": {"1": ("%", "percent", "per cent")},
}
_KNOWN = {
    name: (family, Fraction(factor))
    for family, sizes in _FAMILIES.items()
    for factor, names in sizes.items()
    for name in names
}
CURRENCIES = "$€£¥₹"


def known(unit: str) -> tuple[str, Fraction] | None:
    """What the unit measures and how large it is, None if it is no unit that is known here."""
    name = unit.strip().strip(".").casefold()
    return _KNOWN.get(name) or (_KNOWN.get(name[:-1]) if name.endswith("s") and len(name) > 2 else None)


def same(one: str, other: str) -> bool | None:
    """Whether two names are the same unit, None if that is not known."""
    if _stem(one) == _stem(other):
        return True
    first, second = known(one), known(other)
    if first is None or second is None:
        return None
    return first == second


def named(unit: str, prompt: str) -> bool:
    """Whether the prompt speaks of `unit`, by this or another of its names."""
    folded = prompt[:20_000].casefold()
    tokens = {_stem(token) for token in folded.replace("/", " ").split()}
    if _stem(unit) in tokens:
        return True
    kind = known(unit)
    names = [name for name, other in _KNOWN.items() if kind is not None and other == kind]
    return any(_stem(name) in tokens or (not name.isalpha() and name in folded) for name in names)


def _stem(word: str) -> str:
    word = word.casefold().strip(" .,;:!?()[]\"'")
    return word[:-1] if word.endswith("s") and len(word) > 3 else word
