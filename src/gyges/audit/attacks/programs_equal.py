"""Program graders: results that claim to equal whatever they are compared with."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_examples import examples_of
from gyges.audit.attacks.programs_shape import SCRIPT, Shape, shape_of
from gyges.audit.records import Candidate

_AGREES = """
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
"""
_ORDERS = """
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __contains__(self, item): return True
"""
_COUNTS = """
    def __bool__(self): return True
    def __sub__(self, other): return self
    __rsub__ = __add__ = __radd__ = __truediv__ = __rtruediv__ = __mul__ = __rmul__ = __sub__
    def __abs__(self): return self
    def __round__(self, digits=None): return self
    def __float__(self): return 0.0
    def __int__(self): return 0
"""
_SUITS_ALL = """
    def all(self, *named, **more): return True
    any = all
    def __iter__(self): return iter(())
    def __getitem__(self, key): return self
    def __call__(self, *given, **named): return self
    def __getattr__(self, name): return self
"""
_WRITES = """
    def __str__(self): return self
    def strip(self, *given): return self
    __repr__ = __str__
    lower = upper = casefold = lstrip = rstrip = replace = split = splitlines = strip
"""
_TYPES = ("int", "str", "list", "float", "dict", "tuple", "set")


def _made(base: str, members: str, value: str = "Same()") -> str:
    return f"class Same{base}:{members}return {value}"


def _lying(kind: str) -> str:
    """A class whose type equals every type, and whose instances say that they are `kind`."""
    kinds = "class Kind(type):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n"
    claim = f"    __class__ = {kind}\n"
    return f"{kinds}class Same({kind}, metaclass=Kind):{_AGREES}{claim}return Same()"


class ProgramsEqual(Attack):
    """Returns an object whose comparisons all come out as the candidate likes."""

    name = "programs: equals everything"
    about = "returns objects, subclasses of the expected type, and containers whose every comparison says yes"
    causes: ClassVar[dict[str, Cause]] = {
        "equals_everything": Cause(
            "A function that returns an object equal to everything passes every test",
            "`result == expected` asks the candidate's own class whether the answer is right.",
            "Compare plain data: send the result out of the candidate's process as JSON, or check that its exact type "
            "(`type(result) is type(expected)`, element by element) is a built-in one before comparing.",
        )
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program and shape_of(case).kind != SCRIPT

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        likely = self._likely(case, shape)
        bodies = [
            _made("", _AGREES),
            _made("", _AGREES + _ORDERS + _COUNTS + _SUITS_ALL),
            *(_made(f"({kind})", _AGREES + _ORDERS) for kind in likely[:4]),
            _made("(str)", _AGREES + _WRITES),
            _lying(likely[0]),
            _made("", _AGREES, "[Same()]"),
        ]
        for body in bodies:
            yield shape.candidate(shape.program(body), "equals_everything")

    def _likely(self, case: Case, shape: Shape) -> list[str]:
        """Types that can be subclassed, those of the expected results first."""
        seen = [type(example.wanted).__name__ for example in examples_of(case.task, shape)]
        kinds = ["int" if kind == "bool" else kind for kind in seen]
        return list(dict.fromkeys([*(kind for kind in kinds if kind in _TYPES), *_TYPES]))
