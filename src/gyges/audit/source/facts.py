"""What the source of a grader says, as attacks want to know it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fact:
    """One thing that the source does, with where it does it."""

    value: object
    """The constant, pattern, bound or name."""
    line: str
    """FILE:LINE."""
    code: str = ""
    """The expression as it stands there."""


@dataclass(frozen=True)
class Facts:
    """Everything read off a grader's source and the project code that it calls; empty if it cannot be read."""

    strings: tuple[Fact, ...] = ()
    """Literal strings that completions may be compared with."""
    numbers: tuple[Fact, ...] = ()
    """Literal numbers in comparisons."""
    tolerances: tuple[Fact, ...] = ()
    """(kind, size): `abs`, `rel`, `round`."""
    slices: tuple[Fact, ...] = ()
    """(start, stop) of slices of strings or lists."""
    patterns: tuple[Fact, ...] = ()
    """(regular expression, flags, method): as in `("####\\s*(-?\\d+)", 0, "search")`."""
    coercions: tuple[Fact, ...] = ()
    """`int`, `float`, `bool`, `set`, `sorted`, `str`, `lower`, `strip` … as called."""
    splits: tuple[Fact, ...] = ()
    """(separator, index) of `split(...)[...]`, and of first or last choices among matches."""
    memberships: tuple[Fact, ...] = ()
    """`in` tests, `startswith`, `endswith`, `find`."""
    swallowed: tuple[Fact, ...] = ()
    """`except` clauses that go on, with what they return or set."""
    sinks: tuple[Fact, ...] = ()
    """`eval`, `exec`, `compile`, `subprocess`, `os.system`, `pickle`, `yaml.load`, network, random, time."""
    lengths: tuple[Fact, ...] = ()
    """Bounds on `len(...)`, word counts, and other growing measures."""
    returns: tuple[Fact, ...] = ()
    """Constant scores that are returned or appended."""
    calls: tuple[str, ...] = field(default=())
    """Dotted names of functions called outside the project: `math_verify.parse`, `difflib.SequenceMatcher` …"""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)
