"""What a grader may use while it is audited. Runs on both sides of the pipe: standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits on one worker of the box."""

    seconds: float = 5.0
    """Wall time of one call of the grader."""
    opening: float = 120.0
    """Wall time of importing the target."""
    memory: int = 2 * 1024**3
    """Bytes of address space beyond what the target uses once it is loaded."""
    processes: int = 32
    """Processes and threads that a call may have at one time."""
    file: int = 64 * 1024**2
    """Bytes of one file that it writes."""
    output: int = 1024**2
    """Bytes that a call may print before that becomes a finding."""
    patience: float = 15.0
    """Seconds that may be lost to calls that hang, die or fill the memory. If that many are lost in a row, the calls
    that wait are not made; once as many are lost to hung calls altogether, a call has `impatient` seconds."""
    impatient: float = 1.0
