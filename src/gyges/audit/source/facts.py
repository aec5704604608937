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
    """(start, stop) of slices of strings or lists; a single letter that is compared counts as one."""
    patterns: tuple[Fact, ...] = ()
    """(regular expression, flags, method): as in `("####\\s*(-?\\d+)", 0, "search")`. A part that is only known at run
    time, most often the reference, is the character U+E000."""
    replacements: tuple[Fact, ...] = ()
    """(old, new, whether old is a regular expression) of `replace` and `re.sub`."""
    coercions: tuple[Fact, ...] = ()
    """`int`, `float`, `bool`, `set`, `sorted`, `str`, `lower`, `strip` … as called."""
    splits: tuple[Fact, ...] = ()
    """(separator, index) of `split(...)[...]`; (None, index) of a choice among the matches of a pattern."""
    memberships: tuple[Fact, ...] = ()
    """(`in`, `startswith`, `endswith`, `find` …, what is looked for if that is a constant)."""
    swallowed: tuple[Fact, ...] = ()
    """((exceptions …), the constant returned or set instead or None) of `except` clauses that go on; the code is what
    they guard."""
    sinks: tuple[Fact, ...] = ()
    """Dotted names: `eval`, `exec`, `subprocess.run`, `os.system`, `pickle.loads`, `yaml.load`, network, random …"""
    lengths: tuple[Fact, ...] = ()
    """(`<`, `>=` … or `/`, `*`, `-`; the bound or factor; `characters`, `words`, `lines` or `items`)."""
    returns: tuple[Fact, ...] = ()
    """Constant scores that are returned or appended."""
    calls: tuple[str, ...] = field(default=())
    """Dotted names of functions called outside the project: `math_verify.parse`, `difflib.SequenceMatcher` …"""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)
