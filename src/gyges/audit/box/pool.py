"""Several boxes with the same grader, one for each core, behind one `score`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from gyges.audit.box.host import Box
from gyges.audit.records import Call, Opened, Score
from gyges.faults import Fault

_CHUNK = 32


class Pool:
    """Spreads calls over boxes. Which box takes a call depends on its place alone, so a run can be repeated.

    **Arguments:**

    - `spec`: what names the grader.
    - `boxes`: how many; one for each core, and two at most, unless given.
    - `options`: everything else that `Box` takes.
    """

    def __init__(self, spec: str, *, boxes: int | None = None, **options: Any) -> None:
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        count = boxes or min(2, len(cores) or os.cpu_count() or 1)
        pinned = cores if len(cores) >= count > 1 else [None] * count
        self._boxes = [Box(spec, core=pinned[place], **options) for place in range(count)]
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="gyges-box")
        self._others: list[Future[Opened]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def contained(self) -> tuple[str, ...]:
        """What the kernel walls off: see `Box.contained`."""
        return self._boxes[0].contained

    def open(self) -> Opened:
        """Loads the target in the first box, and in the others meanwhile; raises `Fault` if it cannot be loaded."""
        if not self._others:
            self._others = [self._threads.submit(box.open) for box in self._boxes[1:]]
        return self._boxes[0].open()

    def score(self, calls: Sequence[Call]) -> list[tuple[Score, ...]]:
        """As `Box.score`: in order, and never raises because of the grader."""
        self.open()
        # A few calls do not wait for the other boxes to open.
        ready = self._ready() if len(calls) > _CHUNK else self._boxes[:1]
        if len(ready) == 1:
            return self._boxes[0].score(calls)
        chunks = [calls[start : start + _CHUNK] for start in range(0, len(calls), _CHUNK)]
        shares = [
            self._threads.submit(box.score, [call for chunk in chunks[place :: len(ready)] for call in chunk])
            for place, box in enumerate(ready)
        ]
        parts = [iter(share.result()) for share in shares]
        return [next(parts[place % len(ready)]) for place, chunk in enumerate(chunks) for _ in chunk]

    def close(self) -> None:
        """Ends all boxes."""
        for other in self._others:
            other.cancel()
        self._threads.shutdown(wait=True)
        for box in self._boxes:
            box.close()

    def _ready(self) -> list[Box]:
        """The first box, and the others unless they are still opening or could not open."""
        ready = self._boxes[:1]
        for box, other in zip(self._boxes[1:], self._others, strict=True):
            try:
                other.result()
            except Fault:
                continue
            ready.append(box)
        return ready
