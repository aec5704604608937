"""The user's own rollouts: what training has already found.

`read_samples` reads the file, `judge_samples` has it graded and judged, `report_samples` says what it shows, and `pool`
is what a curve is drawn of.
"""

from gyges.audit.samples.report import Judged, judge_samples, pool, report_samples
from gyges.audit.samples.rows import Sample, Samples, read_samples

__all__ = ["Judged", "Sample", "Samples", "judge_samples", "pool", "read_samples", "report_samples"]
