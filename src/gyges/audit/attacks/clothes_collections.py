"""The right list or mapping in other notations."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.clothes import NOTATION, Clothes, Form, refuses, same
from gyges.audit.attacks.lists import UNORDERED, parts
from gyges.audit.records import Candidate


class ClothesCollections(Clothes):
    """Spaces, brackets, quotes, line breaks, and the order of what has none."""

    name = "other clothes: collections"
    about = (
        "the right list or mapping with other spaces, brackets, quotes, line breaks, in another order if it has none"
    )
    cause = "list_form"
    causes: ClassVar[dict[str, Cause]] = {
        "list_form": refuses(
            "in another notation for lists", "spaces, brackets and quotes do not change what is in a list"
        ),
        "order_demanded": refuses("in another order", "the order of what is asked for does not matter"),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and parts(case.reference) is not None

    def tries(self, case: Case) -> Iterator[Candidate]:
        found = parts(case.reference)
        if found is not None and found.ordered(case.task.text) is False and len(set(found.items)) > 1:
            said = "" if UNORDERED.search(case.task.text) and not found.mapping else NOTATION
            for form, items in (("reversed", found.items[::-1]), ("rotated", (*found.items[1:], found.items[0]))):
                written = found.write(items)
                yield same(case, case.format.wrap(written), form, "order_demanded", said, written)
        yield from super().tries(case)

    def forms(self, case: Case) -> Iterator[Form]:
        found, right = parts(case.reference), case.reference.strip()
        if found is None or not found.items:
            return
        joined, sign = ", ".join(found.items), found.separator.strip()
        if not found.opening and sign not in (",", ";", ""):
            yield "no spaces", sign.join(found.items)
            yield "spaces", f" {sign} ".join(found.items)
            return
        yield "no spaces", f"{found.opening}{','.join(found.items)}{found.closing}"
        yield "spaces", f"{found.opening}{joined}{found.closing}"
        yield "spaces at the brackets", f"{found.opening} {joined} {found.closing}"
        yield "full stop", f"{right}."
        yield "bold", f"**{right}**"
        if found.opening:
            yield "line breaks", f"{found.opening}\n  {f',{chr(10)}  '.join(found.items)}\n{found.closing}"
            yield "code fence", f"```json\n{right}\n```"
        if found.opening == "[":
            yield "no brackets", joined
        if not found.opening:
            yield "brackets", f"[{joined}]"
            yield "last comma as and", f"{', '.join(found.items[:-1])} and {found.items[-1]}"
        if found.opening == "(":
            yield "LaTeX parentheses", f"\\left({joined}\\right)"
        if '"' in right and "'" not in right:
            yield "single quotes", right.replace('"', "'")
        elif "'" in right and '"' not in right:
            yield "double quotes", right.replace("'", '"')
