"""How the two sides of the box talk: frames of JSON. Never pickle, since one side runs hostile code.

A frame is a tag, a number, a length, and a body. The supervisor in the middle passes frames on without reading them.
Runs on both sides: standard library only.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from typing import Any

from gyges.audit.records import Call, Opened, Task

START, CALL = b"S", b"C"
OPENED, REFUSED, BROKEN = b"O", b"E", b"F"
RESULT, FULL = b"R", b"M"
"""What a call gave; `FULL` if it ran out of memory."""

_HEADER = struct.Struct(">cII")
LONGEST = 1 << 29
# Kept here since the code under audit shares the worker's interpreter, and may replace what it finds in modules.
_dump, _load = json.JSONEncoder(ensure_ascii=True, skipkeys=True, default=lambda value: cut(value)).encode, json.loads
_read, _write = os.read, os.write
_text_length = 500


class Garbled(Exception):  # noqa: N818
    """What came is no frame: somebody else wrote on the line."""


def frame(tag: bytes, body: bytes, number: int = 0) -> bytes:
    """One message, ready to be written."""
    return _HEADER.pack(tag, number, len(body)) + body


def encode(value: Any) -> bytes:
    """`value` as JSON; what JSON cannot hold becomes text."""
    return _dump(value).encode()


def decode(body: bytes) -> Any:
    """The value in `body`."""
    return _load(body)


class Frames:
    """Cuts what arrives into frames."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._held = bytearray()
        self._longest = longest

    def feed(self, arrived: bytes) -> Iterator[tuple[bytes, int, bytes]]:
        """Every frame that is complete now: tag, number, body. Raises `Garbled`."""
        held = self._held
        held += arrived
        start = 0
        while len(held) - start >= _HEADER.size:
            tag, number, length = _HEADER.unpack_from(held, start)
            if length > self._longest or tag not in (START, CALL, OPENED, REFUSED, RESULT, FULL, BROKEN):
                raise Garbled(f"not a message: {bytes(held[start : start + 40])!r}")
            end = start + _HEADER.size + length
            if len(held) < end:
                break
            yield tag, number, bytes(held[start + _HEADER.size : end])
            start = end
        del held[:start]


def receive(descriptor: int) -> Iterator[tuple[bytes, int, bytes]]:
    """Frames from a descriptor that blocks, until its end."""
    frames = Frames()
    while arrived := _read(descriptor, 1 << 16):
        yield from frames.feed(arrived)


def send(descriptor: int, message: bytes) -> None:
    """Writes all of `message` to a descriptor that blocks."""
    rest = memoryview(message)
    while rest:
        rest = rest[_write(descriptor, rest) :]


def cut(value: Any, length: int = _text_length) -> str:
    """`value` as a text of bounded length, whatever it is."""
    try:
        # A huge list or string is cut before it is spelled out.
        kind = type(value)
        if kind in (str, bytes) and len(value) > length:
            value = value[:length]
        elif kind in (list, tuple, set, dict) and len(value) > 50:
            return f"{kind.__name__} of {len(value)} items"
        elif kind is int and value.bit_length() > 4 * length:
            return f"an integer of {value.bit_length()} bits"
        text = value if kind is str else repr(value)
        return text if len(text) <= length else text[:length] + "…"
    except BaseException as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"


def pack_call(call: Call) -> bytes:
    """A call of the grader as a frame."""
    body = {"tasks": call.tasks, "completions": call.completions, "overrides": call.overrides, "trace": call.trace}
    return frame(CALL, encode(body), len(call.completions))


def unpack_call(body: bytes) -> Call:
    """The call in a frame."""
    fields = decode(body)
    return Call(tuple(fields["tasks"]), tuple(fields["completions"]), fields["overrides"], fields["trace"])


def pack_opened(opened: Opened) -> bytes:
    """What the box says of its target, as a frame."""
    fields = {name: getattr(opened, name) for name in Opened.__dataclass_fields__}
    fields["tasks"] = [{name: getattr(task, name) for name in Task.__dataclass_fields__} for task in opened.tasks]
    return frame(OPENED, encode(fields))


def unpack_opened(body: bytes) -> Opened:
    """What the box says of its target."""
    fields = decode(body)
    fields["tasks"] = tuple(Task(**task) for task in fields["tasks"])
    for name in ("files", "columns", "notes"):
        fields[name] = tuple(fields[name])
    return Opened(**fields)
