"""Gyges rewards as TRL reward functions, and TRL reward functions as Gyges rewards."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import equinox as eqx
import jax.numpy as jnp

from gyges.faults import Fault
from gyges.lm.evidence import Written, evidence_of, truth_of
from gyges.lm.guard import scored
from gyges.lm.samples import HANDED, Said, Sample, reads_messages, samples_of
from gyges.lm.sources import Source, call_trl, called, is_trl, required, source
from gyges.lm.tokens import Split
from gyges.registry import name_of
from gyges.rewards.base import HostReward, Kind, Reward, hand_over, kind, reads, refuse_misshapen


class TrainerReward:
    """A Gyges reward that TRL's trainers can call: `reward_funcs=[gyges.lm.reward(...)]`.

    `reward` is the Gyges reward; `reads` and `kind` are what `gyges.rewards.base` derives of it.
    """

    def __init__(self, reward: Reward | HostReward, name: str, call: Callable[..., Any], abstains: bool) -> None:
        self.reward = reward
        self.__name__ = name
        self.reads = reads(reward)
        self.kind: Kind = kind(reward)
        self._call = call
        self._abstains = abstains

    def __call__(
        self,
        prompts: Sequence[Said],
        completions: Sequence[Said],
        completion_ids: Sequence[Sequence[int]] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """One number per completion; None takes it out of its group. Raises `Fault`, see `gyges.lm.guard`."""
        handed = {name: columns[name] for name in HANDED if name in columns}
        return self.score(samples_of(prompts, completions, completion_ids, columns, self.__name__), handed)

    def score(self, samples: list[Sample], handed: Mapping[str, Any] | None = None) -> list[float | None]:
        """The same, of samples; `handed` is what TRL gives to reward functions beside the columns."""

        def call(asked: list[Sample]) -> Any:
            return self._call(asked, handed or {})

        return scored(call, samples, self.__name__, abstains=self._abstains)


class TrlScores(HostReward):
    """A TRL reward function that scores the samples of any environment with `prompt` and `completion`."""

    function: Callable[..., Any] = eqx.field(static=True)
    label: str = eqx.field(static=True)
    chat: bool = eqx.field(static=True, default=False)
    abstains: bool = eqx.field(static=True, default=False)

    def score(self, samples: list[Any]) -> list[float | None]:
        return scored(self.ask, samples, self.label, abstains=self.abstains)

    def ask(self, samples: list[Sample], handed: Mapping[str, Any] | None = None) -> Any:
        """What the function answers, unchecked."""
        return call_trl(self.function, samples, chat=self.chat, handed=handed)


def reward(
    thing: Any,
    *,
    name: str = "",
    chat: bool = False,
    abstains: bool = False,
    task: Any = None,
    monitor: Any = None,
    truth: Any = None,
    split: Split | None = None,
    model: Any = None,
    tokenizer: Any = None,
    layer: int = -1,
) -> Any:
    """A Gyges reward as a TRL reward function, or a TRL reward function as a Gyges `HostReward`.

    What comes decides. A `HostReward` scores samples: `{"prompt": str, "completion": str, **columns}`. A `Reward` gets
    the records that it names, one step per token, and the sum over the tokens is paid. What this function made goes
    back to what it was made from, so a reward's `kind` and `reads` survive the journey; twice applied to a TRL
    function it gives one whose answers are checked.

    A *source* below is the name of a column, a number, a `HostReward`, a TRL reward function, or a function of
    one sample.

    **Arguments:**

    - `name`: what TRL's logs and errors call it; default: its own name.
    - `chat`: for a TRL function that reads messages: hand it messages where text came.
    - `abstains`: whether it may return None for every sample of a batch, as one that grades one of several kinds of
      prompts does.
    - `task`: source of the visible ledger, paid at the last token. A reward that names `evidence` needs it (`task=0.0`
      if the ledger does not matter to it).
    - `monitor`: source of what somebody who reads the completion says of it: True for a violation, False for none, None
      where nobody read it. Default: all transcripts are on record, and no incident is.
    - `truth`: source of `{"utility": float, "violation": bool}`. A reward that names `truth` needs it.
    - `split`: cuts a completion into segments; default: its lines.
    - `model`: the policy, or a function that returns it, whose hidden states are `mind.features`. A reward that names
      `mind` needs it.
    - `tokenizer`: the policy's. Without it, tokens are words and signs.
    - `layer`: of the hidden states, as transformers counts them: 0 is the embedding, -1 the last.

    Raises `Fault` if `thing` is neither, or a reward names what is not given. A learned reward is paid out as it is:
    TRL does not call `learn`.
    """
    records = {"task": task, "monitor": monitor, "truth": truth, "split": split, "model": model}
    if inspect.isclass(thing) and issubclass(thing, Reward | HostReward):
        raise Fault(f"gyges.lm.reward({thing.__name__}) got the class; give one of its objects: {thing.__name__}(...)")
    if isinstance(thing, Reward):
        label = name or _python_name(thing)
        call = _Payer(thing, label, records, tokenizer, layer)
        return TrainerReward(thing, label, call, abstains)
    if unused := [option for option, value in records.items() if value is not None]:
        raise Fault(
            f"gyges.lm.reward({called(thing)}, {unused[0]}=...): records are built for a Reward that names them; "
            f"{called(thing)} scores text. Leave `{unused[0]}` out."
        )
    if isinstance(thing, TrainerReward):
        return thing.reward
    if isinstance(thing, TrlScores):
        return TrainerReward(thing, name or thing.label, thing.ask, abstains or thing.abstains)
    if isinstance(thing, HostReward):
        return TrainerReward(thing, name or _python_name(thing), lambda samples, _: thing.score(samples), abstains)
    if callable(thing) and is_trl(thing):
        return TrlScores(thing, name or called(thing), chat, abstains)
    raise Fault(
        f"gyges.lm.reward got {type(thing).__name__} {called(thing)!r}, which is no Reward, no HostReward and no "
        "function with a parameter `completions`. A reward model becomes a HostReward in gyges.lm.models."
    )


def scoring(function: Callable[..., Any]) -> type[HostReward]:
    """The class of rewards that score as a TRL reward function does, for whoever names one as `FILE:function`.

    One that takes messages apart is handed messages. Raises `Fault` if `function` is not one.
    """
    made: TrlScores = reward(function, chat=reads_messages(function))

    class Scoring(HostReward):
        """A TRL reward function."""

        name = made.label
        trl = True
        """It is handed columns, and an empty batch has none."""
        wants = required(function)
        """The columns that it cannot do without."""

        def score(self, samples: list[Any]) -> list[float | None]:
            return made.score(samples)

    return Scoring


class _Payer:
    """Builds the records that a reward names, and pays."""

    def __init__(self, thing: Reward, label: str, given: Mapping[str, Any], tokenizer: Any, layer: int) -> None:
        self._reward, self._label = thing, label
        wanted = reads(thing)
        for record, option, example in (
            ("evidence", "task", "task=a verifier, or task=0.0 if it reads only the transcript"),
            ("mind", "model", "model=the policy, tokenizer=its tokenizer"),
            ("truth", "truth", 'truth=a function of a sample that returns {"utility": 1.0, "violation": False}'),
        ):
            if record in wanted and given[option] is None:
                raise Fault(f"reward `{label}` reads `{record}`, so it needs `{option}`: give {example}")
        if "mind" in wanted and tokenizer is None:
            raise Fault(f"reward `{label}` reads `mind`, so it needs the policy's tokenizer: give tokenizer=...")
        if thing.thinks or thing.through:
            verb = "thought" if thing.thinks else "gradient"
            raise Fault(
                f"reward `{label}` has a `{verb}`, which pays inside the agent; TRL takes one number per completion, "
                "after it. Give a reward that pays by its call alone"
                + (" (for a probe: differentiable=False)." if thing.through else ".")
            )
        self._wanted, self._tokenizer, self._layer = wanted, tokenizer, layer
        self._model, self._split = given["model"], given["split"]
        self._task, self._monitor, self._truth = (
            None if given[option] is None else source(given[option], option) for option in ("task", "monitor", "truth")
        )

    def __call__(self, samples: list[Sample], _: Mapping[str, Any]) -> list[float]:
        written = Written.of(samples, self._tokenizer)
        records = {record: self._record(record, written) for record in self._wanted}
        paid = hand_over(self._reward.__call__, records, type(self._reward).__name__)
        refuse_misshapen(f"reward `{self._label}`", paid, written.alive.shape)
        total: list[float] = jnp.where(jnp.asarray(written.alive), paid, 0.0).sum(0).tolist()
        return total

    def _record(self, record: str, written: Written) -> Any:
        if record == "evidence":
            task: Source = self._task  # type: ignore[assignment]
            return evidence_of(written, task=task, monitor=self._monitor, split=self._split)
        if record == "truth":
            truth: Source = self._truth  # type: ignore[assignment]
            return truth_of(written, truth)
        from gyges.lm.minds import mind_of

        return mind_of(written, self._model, self._tokenizer, self._layer)


def _python_name(thing: Reward | HostReward) -> str:
    return name_of(type(thing)).replace("-", "_")
