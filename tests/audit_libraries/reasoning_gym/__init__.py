"""As reasoning_gym: data sets by name."""

from reasoning_gym.factory import create_dataset

__all__ = ["create_dataset"]
