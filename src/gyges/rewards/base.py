"""What a reward is: fields, and a call that names the records it reads.

A reward says what it reads by naming it, as a pytest test names its fixtures::

    class SeenTheft(Reward):
        fine: float = 15.0

        def __call__(self, evidence):
            return evidence.task - self.fine * evidence.incident

So *behaviourist* is derived, never declared. The loop hands over nothing that was not named.
"""

import inspect
import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any, ClassVar, Literal, Self

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from gyges.faults import Fault
from gyges.records import Evidence, Mind, Trajectory

RECORDS = ("evidence", "mind", "truth")
OFFERED = {
    "__call__": RECORDS,
    "thought": ("mind",),
    "gradient": ("mind",),
    "learn": ("labels", *RECORDS, "minds", "key"),
    "score": ("samples",),
}
Kind = Literal["behaviourist", "non-behaviourist", "reference"]


def named(verb: Callable[..., Any], offered: Sequence[str], owner: str) -> tuple[str, ...]:
    """The names that `verb` asks for; raises `Fault` if it asks for anything that is not offered."""
    names = []
    call = getattr(verb, "__name__", "a compiled call")
    for parameter in inspect.signature(verb).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise Fault(
                f"reward `{owner}`: `{call}` takes `*{parameter.name}`, which would hide what it reads; "
                f"name the records instead: any of {', '.join(offered)}"
            )
        if parameter.name not in offered:
            raise Fault(
                f"reward `{owner}`: `{call}` asks for `{parameter.name}`; it can be given "
                f"{', '.join(f'`{name}`' for name in offered)}"
            )
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise Fault(
                f"reward `{owner}`: `{call}` takes `{parameter.name}` by position, but records are handed over "
                "by name; remove the `/`"
            )
        names.append(parameter.name)
    return tuple(names)


class Reward(eqx.Module):
    """A number for every step of every episode, computed after the rollout from the records named."""

    @abstractmethod
    def __call__(self, *records: Any) -> Float[Array, "time batch"]:
        """The reward. A subclass names what it reads: any of `evidence`, `mind`, `truth`."""

    def thought(self, mind: Mind) -> Float[Array, " batch"]:
        """Paid while thinking, inside the rollout, on the plan under consideration. Default 0."""
        return jnp.zeros_like(mind.value)

    @classmethod
    def create(cls, *arguments: Any, **parameters: Any) -> Self:
        """The reward from `(key, environment, **parameters)`.

        One that needs to know the environment's shapes, or draws weights, overrides this.
        """
        return cls(**parameters)

    def gradient(self, mind: Mind) -> Float[Array, "time batch"]:
        """What reaches the agent by differentiating through its mind, beside the reward. Default 0."""
        return jnp.zeros_like(mind.value)

    @property
    def through(self) -> bool:
        """Whether `gradient` is more than the default."""
        return type(self).gradient is not Reward.gradient

    @property
    def thinks(self) -> bool:
        """Whether `thought` is more than the default."""
        return type(self).thought is not Reward.thought


class LearnedReward(Reward):
    """A reward that learns from an overseer's labels while the agent is trained."""

    later: ClassVar[frozenset[str]] = frozenset()
    """Parameters of `create` that make no difference to `school`."""

    studies: ClassVar[frozenset[str]] = frozenset()
    """The parameters of `create` that make a difference to `study`."""

    def study(self, environment: Any, key: PRNGKeyArray) -> Self:
        """The reward after what it learns from the world alone, before it sees any episode. By default nothing."""
        return self

    def school(self, environment: Any, play: Callable[[PRNGKeyArray], Evidence], key: PRNGKeyArray) -> Self:
        """The reward after what it learns before training. By default that is nothing.

        `play` gives the evidence of a batch of the untrained agent's episodes; the environment's overseer
        can be asked to label it.
        """
        return self

    @property
    def every(self) -> int:
        """Updates of the agent between two calls of `learn`."""
        return 1

    @property
    def online(self) -> bool:
        """Whether `learn` goes on after the warm start."""
        return True

    @abstractmethod
    def learn(self, *records: Any) -> tuple[Self, dict[str, Float[Array, ""]]]:
        """The reward after one more batch, and metrics.

        A subclass names what it reads: `labels`, `key`, any record, or `minds`, which recomputes the
        agent's present mind for observations of any time (for labels that are replayed).
        """


class HostReward(eqx.Module):
    """A reward in plain Python, which sees decoded samples between the compiled halves of training."""

    @abstractmethod
    def score(self, samples: list[Any]) -> list[float | None]:
        """One number per episode, paid at its last step; None takes the episode out of its group."""

    def measured(self, evidence: Evidence, paid: np.ndarray) -> dict[str, np.ndarray]:
        """What to plot of a batch, one number per seed each, from what is `[seed, time, batch]`. Default nothing."""
        return {}

    def concluded(self, curves: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What to keep of a training when it is over, one number per seed each (NaN: none). Default nothing.

        `curves` are those of `measured`, each `[seed, update]`.
        """
        return {}


def reads(reward: "Reward | HostReward") -> frozenset[str]:
    """The records that any verb of `reward` reads; `minds` counts as `mind`."""
    owner = type(reward).__name__
    found: set[str] = set()
    for name, offered in OFFERED.items():
        verb = getattr(reward, name, None)
        if verb is None or getattr(verb, "__func__", None) in (Reward.thought, Reward.gradient):
            continue
        found.update(named(verb, offered, owner))
    if "minds" in found:
        found.add("mind")
    return frozenset(found & set(RECORDS)) if not isinstance(reward, HostReward) else frozenset({"evidence"})


def kind(reward: "Reward | HostReward") -> Kind:
    """What `reward` is by what it reads: a reference reads the truth, a non-behaviourist the mind."""
    found = reads(reward)
    if "truth" in found:
        return "reference"
    return "non-behaviourist" if "mind" in found else "behaviourist"


def hand_over(verb: Callable[..., Any], offered: Mapping[str, Any], owner: str) -> Any:
    """Calls `verb` with what it names, and with nothing else."""
    return verb(**{name: offered[name] for name in named(verb, tuple(offered), owner)})


def pay(reward: Reward, trajectory: Trajectory) -> Float[Array, "time batch"]:
    """The reward of a batch of episodes, `thought` included; padding earns nothing.

    Raises `Fault` if the reward returns anything but one real number per step.
    """
    owner = type(reward).__name__
    records = {name: getattr(trajectory, name) for name in RECORDS}
    paid = hand_over(reward.__call__, records, owner)
    refuse_misshapen(f"reward `{owner}`", paid, trajectory.alive.shape)
    return jnp.where(trajectory.alive, paid + trajectory.thought, 0.0)


def pay_thought(reward: Reward, mind: Mind) -> Float[Array, " batch"]:
    """What `reward` pays for the thought that `mind` is having, for each of its episodes."""
    owner = type(reward).__name__
    paid: Float[Array, " batch"] = hand_over(reward.thought, {"mind": mind}, owner)
    refuse_misshapen(f"reward `{owner}`: `thought`", paid, mind.value.shape)
    return paid


def refuse_misshapen(what: str, paid: Any, wanted: tuple[int, ...]) -> None:
    """Raises `Fault` if `paid` is anything but an array of floats of the shape that is wanted."""
    each = "one number per step" if len(wanted) == 2 else "one number per episode"
    shape, dtype = getattr(paid, "shape", None), getattr(paid, "dtype", None)
    if shape is None or dtype is None:
        raise Fault(f"{what} returned {type(paid).__name__}; return an array of {each}, shape {wanted}")
    if shape != wanted:
        of = f"{wanted[-1]} episodes" + (f" of {wanted[0]} steps" if len(wanted) == 2 else "")
        raise Fault(f"{what} returned shape {shape} for {of}; return {each}, shape {wanted}")
    if not jnp.issubdtype(dtype, jnp.floating):
        raise Fault(f"{what} returned dtype {dtype}; return floats, for example `.astype(float)`")


def paid_samples(reward: HostReward, samples: list[Any]) -> list[float | None]:
    """The scores of a host reward, checked: one real number or None per sample."""
    owner = type(reward).__name__
    try:
        scores = reward.score(samples)
    except Fault:
        raise
    except Exception as error:
        raise Fault(_raised(reward, samples, error)) from error
    if not isinstance(scores, Sequence) or isinstance(scores, str) or len(scores) != len(samples):
        came = f"{len(scores)} scores" if isinstance(scores, Sequence) else type(scores).__name__
        raise Fault(f"reward `{owner}` returned {came} for {len(samples)} samples; return a list of one score each")
    for index, score in enumerate(scores):
        real = isinstance(score, Real) and not isinstance(score, bool) and math.isfinite(score)
        if score is not None and not real:
            raise Fault(
                f"reward `{owner}` scored sample {index} with {score!r}; return a finite number, "
                f"or None to leave it out. The sample: {_shortened(samples[index])}"
            )
    return [None if score is None else float(score) for score in scores]


def _raised(reward: HostReward, samples: list[Any], error: Exception) -> str:
    """Which sample made a host reward raise: the first that does so alone, if there is one."""
    what = f"{type(error).__name__}: {error}"
    for index, sample in enumerate(samples):
        try:
            reward.score([sample])
        except Exception as alone:
            what = f"{type(alone).__name__}: {alone}"
            return f"reward `{type(reward).__name__}` raised {what} on sample {index}: {_shortened(sample)}"
    return f"reward `{type(reward).__name__}` raised {what} on {len(samples)} samples, though on none of them alone"


def _shortened(sample: Any) -> str:
    text = repr(sample)
    return text if len(text) <= 200 else f"{text[:120]} … {text[-60:]}"
