"""As inspect_ai.scorer: the decorator registers factories, scorers are async."""

import functools
from collections.abc import Sequence
from types import SimpleNamespace

CORRECT, INCORRECT, PARTIAL, NOANSWER = "C", "I", "P", "N"


class Score:
    def __init__(self, value, answer=None, explanation=None, metadata=None):
        self.value, self.answer, self.explanation, self.metadata = value, answer, explanation, metadata


class Target(Sequence):
    def __init__(self, target):
        self.target = [target] if isinstance(target, str) else list(target)

    def __getitem__(self, index):
        return self.target[index]

    def __len__(self):
        return len(self.target)

    @property
    def text(self):
        return "".join(self.target)


def scorer(metrics, name=None, **metadata):
    def wrapper(scorer_type):
        @functools.wraps(scorer_type)
        def scorer_wrapper(*args, **kwargs):
            made = scorer_type(*args, **kwargs)
            made.__registry_info__ = SimpleNamespace(type="scorer", name=scorer_type.__name__)
            return made

        scorer_wrapper.__registry_info__ = SimpleNamespace(type="scorer", name=name or scorer_type.__name__)
        return scorer_wrapper

    return wrapper


def accuracy():
    return None


def value_to_float(correct=CORRECT, incorrect=INCORRECT, partial=PARTIAL, noanswer=NOANSWER):
    known = {correct: 1.0, partial: 0.5, incorrect: 0.0, noanswer: 0.0, "yes": 1.0, "no": 0.0}

    def to_float(value):
        if isinstance(value, (int, float)):
            return float(value)
        try:
            return known[value] if value in known else float(value)
        except ValueError:
            return 0.0

    return to_float
