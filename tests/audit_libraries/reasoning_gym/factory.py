import datetime
from dataclasses import dataclass


@dataclass
class SumConfig:
    size: int = 500
    seed: int | None = None
    largest: int = 9

    def validate(self):
        assert self.largest > 1, "largest must be above 1"


class SumDataset:
    """Adds two numbers."""

    def __init__(self, config):
        config.validate()
        self.config, self.size = config, config.size

    def __len__(self):
        return self.size

    def __getitem__(self, index):
        first, second = index % self.config.largest, self.config.seed or 0
        return {
            "question": f"What is {first} + {second}?",
            "answer": str(first + second),
            "metadata": {"numbers": (first, second), "made": datetime.date(2026, 1, 1), "kinds": {"int"}},
        }

    def score_answer(self, answer, entry):
        """Determine if the answer is the sum of the numbers."""
        if not isinstance(entry["metadata"]["made"], datetime.date):
            raise TypeError("the entry is not the one that the data set made")
        return 1.0 if answer == str(sum(entry["metadata"]["numbers"])) or answer == entry["answer"] else 0.01


DATASETS = {"small_sum": (SumDataset, SumConfig)}


def create_dataset(name, **kwargs):
    kind, config = DATASETS[name]
    return kind(config=config(**kwargs))
