"""Objects that a grader reads fields of, made from the columns of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gyges.audit.targets.base import TargetError


class Standin:
    """An object with the given fields, that reads as its text where it is printed."""

    def __init__(self, text: str, fields: Mapping[str, Any]) -> None:
        self.__dict__.update({name: value for name, value in fields.items() if name.isidentifier()})
        self._text = text

    def __str__(self) -> str:
        return self._text

    def model_dump(self) -> dict[str, Any]:
        """The fields, as of a pydantic model."""
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}


def filled(kind: type, fields: Mapping[str, Any]) -> Any:
    """An object of `kind`, a pydantic model or a dataclass, from those fields that it has; raises `TargetError`."""
    known = getattr(kind, "model_fields", None) or getattr(kind, "__dataclass_fields__", None)
    given = {name: value for name, value in fields.items() if known is None or name in known}
    try:
        return kind(**given)
    except Exception as error:
        raise TargetError(
            f"{kind.__name__} cannot be made of the columns {', '.join(map(str, fields))}: {error}. Add the columns "
            "that it needs"
        ) from error
