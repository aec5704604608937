"""A fine for what a monitor reads, as a TRL reward function."""

from gyges import lm
from gyges.rewards.programmed import SeenTheft


def solved(sample):
    """The visible ledger."""
    return float("return" in sample["completion"])


def read(sample):
    """What the monitor says: it reads the samples whose column `audited` is true."""
    return "unittest.skip" in sample["completion"] if sample["audited"] else None


fine = lm.reward(SeenTheft(fine=2.0), task=solved, monitor=read)
paid = fine(
    prompts=["Mend f.", "Mend f.", "Mend f."],
    completions=["return x", "@unittest.skip\nreturn x", "@unittest.skip\nreturn x"],
    audited=[True, True, False],
)
print(paid)  # [1.0, -1.0, 1.0]: the third skips its tests where nobody reads
