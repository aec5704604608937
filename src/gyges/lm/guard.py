"""Calls a grader and refuses what it must not give, with its name and the sample."""

import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

from gyges.faults import Fault
from gyges.lm.samples import Sample, shown

Call = Callable[[list[Sample]], Any]


def scored(call: Call, samples: list[Sample], owner: str, *, abstains: bool = False) -> list[float | None]:
    """The scores that `call` gives: one finite number or None per sample.

    **Arguments:**

    - `owner`: what the grader is called in errors.
    - `abstains`: whether it may give None for every sample of a batch.

    Raises `Fault` if it raises, gives too few or too many, or anything but numbers and None, with the index of the
    first such sample and its text.
    """
    found = answered(call, samples, owner)
    for index, value in enumerate(found):
        if value is not None and not (isinstance(value, Real) and math.isfinite(value)):
            raise Fault(
                f"reward `{owner}` scored sample {index} with {value!r} ({shown(samples[index])}); "
                "return a finite number, or None to leave the sample out"
            )
    if found and not abstains and all(value is None for value in found):
        raise Fault(
            f"reward `{owner}` returned None for all {len(found)} samples, beginning with sample 0 "
            f"({shown(samples[0])}), so there is nothing to learn from; return numbers, or say that this is meant "
            "with gyges.lm.reward(..., abstains=True)"
        )
    return [None if value is None else float(value) for value in found]


def answered(call: Call, samples: list[Sample], owner: str) -> list[Any]:
    """What `call` says of each sample, of any type; raises `Fault` if it raises or the length is wrong."""
    try:
        found = call(samples)
    except Fault:
        raise
    except Exception as error:
        raise Fault(_raised(call, samples, owner, error)) from error
    found = found.tolist() if hasattr(found, "tolist") else found
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise Fault(
            f"reward `{owner}` returned {type(found).__name__} for {len(samples)} samples; "
            "return a list of one score each"
        )
    if len(found) != len(samples):
        at = min(len(found), len(samples))
        where = f"sample {at} has none ({shown(samples[at])})" if at < len(samples) else f"after sample {at - 1}"
        raise Fault(
            f"reward `{owner}` returned {len(found)} scores for {len(samples)} samples: {where}; "
            "return a list of one score each"
        )
    # A number on a device, or of NumPy.
    return [value.item() if hasattr(value, "item") else value for value in found]


def _raised(call: Call, samples: list[Sample], owner: str, error: Exception) -> str:
    """Asks again, sample by sample, since the traceback of a batch does not say which one it was."""
    said = f"{type(error).__name__}: {error}"
    for index, sample in enumerate(samples):
        try:
            call([sample])
        except Exception as own:
            return (
                f"reward `{owner}` raised {type(own).__name__}: {own} on sample {index} ({shown(sample)}); "
                "let it score every completion that the model may write, or return None"
            )
    return (
        f"reward `{owner}` raised {said} on a batch of {len(samples)} samples, beginning with sample 0 "
        f"({shown(samples[0]) if samples else 'empty'}), and on none of them alone"
    )
