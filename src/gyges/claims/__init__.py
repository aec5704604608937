"""What is put to the test: one file per claim."""

import importlib
import inspect
import pkgutil

from gyges.claims.base import Claim as Claim
from gyges.claims.base import Results as Results
from gyges.claims.base import Verdict as Verdict


def registry() -> dict[str, Claim]:
    """All claims by name, in the order of their numbers."""
    found = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for thing in vars(module).values():
            defined_here = inspect.isclass(thing) and thing.__module__ == module.__name__
            if defined_here and issubclass(thing, Claim) and not inspect.isabstract(thing):
                found.append(thing())
    return {claim.name: claim for claim in sorted(found, key=lambda claim: claim.number)}
