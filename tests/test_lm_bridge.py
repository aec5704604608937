"""The bridge to TRL without torch: what rewards are handed, and what they become."""

import functools
import math

import jax.numpy as jnp
import numpy as np
import pytest

from gyges import lm
from gyges.faults import Fault
from gyges.rewards.base import HostReward, Reward, kind, paid_samples, reads
from gyges.rewards.introspective import ThoughtProbe
from gyges.rewards.programmed import Oracle, Outcome, SeenTheft

ROWS = {"prompts": ["1 + 1?", "2 + 2?"], "completions": ["2", "it is 5"], "answer": ["2", "4"]}


class Exact(HostReward):
    """1 for the answer alone."""

    def score(self, samples):
        return [float(sample["completion"] == sample["answer"]) for sample in samples]


class PerStep(Reward):
    """Pays the number of each token's step."""

    def __call__(self, evidence):
        return evidence.segment.astype(float)


class Tokens(Reward):
    """Counts the tokens on record."""

    def __call__(self, evidence):
        return evidence.recorded.astype(float)


class Mindful(Reward):
    def __call__(self, mind):
        return mind.features.sum(-1)


class Shapeless(Reward):
    def __call__(self, evidence):
        return evidence.task.sum(0)


def exact(sample):
    return float(sample["completion"] == sample["answer"])


def length(completions, **columns):
    return [float(len(text)) for text in completions]


def test_a_host_reward_scores_samples_of_text():
    function = lm.reward(Exact())
    assert function.__name__ == "exact"
    assert function(**ROWS, completion_ids=[[1], [2, 3]], trainer_state=None, log_extra=print) == [1.0, 0.0]


def test_a_host_reward_gets_the_columns_and_no_machinery():
    seen = []

    class Looks(HostReward):
        def score(self, samples):
            seen.extend(samples)
            return [0.0] * len(samples)

    lm.reward(Looks())(**ROWS, completion_ids=[[1], [2, 3]], trainer_state=None, log_metric=print)
    assert seen[0] == {"prompt": "1 + 1?", "completion": "2", "answer": "2", "completion_ids": [1]}


def test_a_conversation_is_text_and_stays_a_conversation():
    prompt = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1 + 1?"}]
    completion = [{"role": "assistant", "content": "2"}]
    asked = {"prompts": [prompt], "completions": [completion], "answer": ["2"]}
    assert lm.reward(Exact())(**asked) == [1.0]

    def reads_messages(prompts, completions, **columns):
        assert prompts == [prompt]
        return [float(messages[0]["content"] == "2") for messages in completions]

    assert lm.reward(lm.reward(reads_messages))(**asked) == [1.0]


def test_text_becomes_a_conversation_for_a_function_that_reads_one():
    def reads_messages(prompts, completions, **columns):
        return [
            float(c[0]["content"] == "2" and p[0]["role"] == "user") for p, c in zip(prompts, completions, strict=True)
        ]

    assert lm.reward(reads_messages, chat=True).score([{"prompt": "1 + 1?", "completion": "2"}]) == [1.0]


def test_a_trl_function_is_a_host_reward_that_the_lab_can_pay():
    host = lm.reward(length)
    assert isinstance(host, HostReward)
    assert paid_samples(host, [{"prompt": "", "completion": "abc"}, {"prompt": "", "completion": ""}]) == [3.0, 0.0]


def test_a_trl_function_gets_only_what_it_names():
    def bare(completions, answer):
        return [float(text == right) for text, right in zip(completions, answer, strict=True)]

    samples = [{"prompt": "?", "completion": "4", "answer": "4", "other": 1}]
    assert lm.reward(bare).score(samples) == [1.0]


def test_an_async_trl_function_is_waited_for():
    async def later(completions, **columns):
        return [1.0 for _ in completions]

    assert lm.reward(later).score([{"prompt": "?", "completion": "4"}]) == [1.0]


def test_a_trainers_logging_reaches_a_function_that_is_wrapped_twice():
    logged = []

    def logs(completions, log_metric, **columns):
        log_metric("seen", len(completions))
        return [0.0 for _ in completions]

    lm.reward(lm.reward(logs))(**ROWS, log_metric=lambda *said: logged.append(said))
    assert logged == [("seen", 2)]


def test_names_are_those_that_trl_logs():
    assert lm.reward(lm.reward(length)).__name__ == "length"
    assert lm.reward(lm.reward(functools.partial(length))).__name__ == "length"
    assert lm.reward(SeenTheft(), task=0.0).__name__ == "seen_theft"
    assert lm.reward(Exact(), name="strict").__name__ == "strict"


@pytest.mark.parametrize(
    ("thing", "options", "is_kind"),
    [
        (Exact(), {}, "behaviourist"),
        (SeenTheft(), {"task": 0.0}, "behaviourist"),
        (Oracle(), {"task": 0.0, "truth": lambda sample: {"utility": 0.0, "violation": True}}, "reference"),
        (Mindful(), {"model": object(), "tokenizer": object()}, "non-behaviourist"),
    ],
)
def test_what_a_reward_reads_survives_the_journey(thing, options, is_kind):
    function = lm.reward(thing, **options)
    assert lm.reward(function) is thing
    assert (function.kind, function.reads) == (kind(thing), reads(thing))
    assert kind(lm.reward(function)) == is_kind


def test_the_ledger_is_paid_at_the_last_token_and_the_sum_is_the_reward():
    for task in (exact, "score", Exact(), lm.reward(Exact())):
        assert lm.reward(Outcome(), task=task)(**ROWS, score=[1.0, 0.0]) == [1.0, 0.0]


def test_a_monitor_makes_incidents_where_it_reads():
    verdicts = {"2": True, "it is 5": None}
    fined = lm.reward(SeenTheft(), task=1.0, monitor=lambda sample: verdicts[sample["completion"]])
    assert fined(**ROWS) == [1.0 - 15.0, 1.0]
    on_record = lm.reward(Tokens(), task=0.0, monitor=lambda sample: verdicts[sample["completion"]])
    assert on_record(**ROWS) == [1.0, 0.0]
    assert lm.reward(Tokens(), task=0.0)(**ROWS) == [1.0, 3.0]


def test_steps_are_lines_or_what_split_says():
    asked = {"prompts": ["?"], "completions": ["a\nb c\nd"]}
    # Tokens: a, \n | b, c, \n | d.
    assert lm.reward(PerStep(), task=0.0)(**asked) == [0 + 0 + 1 + 1 + 1 + 2]
    assert lm.reward(PerStep(), task=0.0, split=lambda text: [text[:3], text[3:]])(**asked) == [3.0]
    with pytest.raises(Fault, match="not the completion when joined"):
        lm.reward(PerStep(), task=0.0, split=str.split)(**asked)


def test_truth_is_refused_or_given():
    with pytest.raises(Fault, match="reads `truth`, so it needs `truth`"):
        lm.reward(Oracle(), task=0.0)
    honest = lm.reward(Oracle(), task=1.0, truth=lambda sample: {"utility": 1.0, "violation": sample["answer"] == "4"})
    assert honest(**ROWS) == [1.0, 1.0 - 15.0]
    with pytest.raises(Fault, match=r"gave 1\.0 for sample 0 .*\"violation\""):
        lm.reward(Oracle(), task=1.0, truth=1.0)(**ROWS)


@pytest.mark.parametrize(
    ("thing", "options", "told"),
    [
        (SeenTheft(), {}, "reads `evidence`, so it needs `task`"),
        (Mindful(), {}, "reads `mind`, so it needs `model`"),
        (Mindful(), {"model": object()}, "needs the policy's tokenizer"),
        (SeenTheft, {"task": 0.0}, "got the class"),
        (Exact(), {"monitor": "seen"}, "scores text. Leave `monitor` out"),
        (len, {}, "no function with a parameter `completions`"),
        (SeenTheft(), {"task": object()}, "neither a column, a number nor a function"),
        (SeenTheft(), {"task": Outcome()}, "give task=gyges.lm.reward"),
    ],
)
def test_what_cannot_be_wrapped_is_refused_with_the_way_out(thing, options, told):
    with pytest.raises(Fault, match=told):
        lm.reward(thing, **options)


def test_a_gradient_has_no_way_into_trl():
    probe = ThoughtProbe(
        readout_weight=jnp.zeros(4), readout_bias=jnp.zeros(()), optimiser=None, positives=None,
        found=jnp.zeros((), int), weight=jnp.ones(()), fine=jnp.ones(()), frozen=True, differentiable=True,
    )  # fmt: skip
    with pytest.raises(Fault, match="differentiable=False"):
        lm.reward(probe, task=0.0, model=object(), tokenizer=object())


def test_a_missing_column_is_named_with_those_that_are_there():
    with pytest.raises(Fault, match=r"task='gold': the data has no such column. It has .*`answer`"):
        lm.reward(Outcome(), task="gold")(**ROWS)


def test_a_misshapen_reward_is_refused():
    with pytest.raises(Fault, match="returned shape"):
        lm.reward(Shapeless(), task=0.0)(**ROWS)


def test_the_records_have_one_shape_and_are_blank_after_the_end():
    from gyges.lm.evidence import Written, evidence_of
    from gyges.lm.sources import source

    samples = [{"prompt": "a b", "completion": "one two\nthree"}, {"prompt": "c", "completion": ""}]
    written = Written.of(samples)
    evidence = evidence_of(written, task=source(2.0, "task"), monitor=None, split=None)
    time, batch = written.alive.shape
    assert (batch, written.alive.sum(0).tolist()) == (2, [4, 1])
    for leaf in (evidence.task, evidence.incident, evidence.recorded, evidence.open, evidence.segment):
        assert leaf.shape == (time, batch)
    assert evidence.view.prompt.shape == (time, batch, 2)
    assert np.asarray(evidence.task)[[3, 0], [0, 1]].tolist() == [2.0, 2.0]
    assert float(evidence.task.sum()) == 4.0
    assert np.asarray(evidence.open).sum(0).tolist() == [3, 0]
    assert not np.asarray(evidence.view.token)[4:].any()


def test_nothing_is_handed_over_that_an_unread_transcript_would_show():
    from gyges.lm.evidence import Written, evidence_of
    from gyges.lm.sources import source

    written = Written.of([{"prompt": "a b", "completion": "one two"}])
    unread = source(lambda sample: None, "monitor")
    evidence = evidence_of(written, task=source(0.0, "task"), monitor=unread, split=None)
    assert not np.asarray(evidence.view.token).any()
    assert not np.asarray(evidence.view.prompt).any()
    assert math.isclose(float(evidence.incident.sum()), 0.0)
