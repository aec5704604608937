"""`gyges check`: what is sound passes, and each way of being broken gets its own line."""

from pathlib import Path
from typing import Any

import broken
import equinox as eqx
import numpy as np
import pytest
from tiny_world import Shop

from gyges.check import CheckReport, check
from gyges.check.episodes import broken_laws, check_conditions, check_endings, play
from gyges.check.loading import world_for
from gyges.check.optional import check_decision, check_draw, check_optional
from gyges.check.planning import check_planning
from gyges.check.trials import untrained
from gyges.cli import main
from gyges.environments import registry as environments
from gyges.faults import Exit, Fault
from gyges.parameters import traced
from gyges.rewards import registry as rewards
from gyges.seeds import over_seeds

BROKEN = Path(__file__).parent / "broken.py"


def failures(report: CheckReport) -> list[str]:
    return [line.text for line in report.lines if line.status == "fail"]


def said(report: CheckReport, status: str, *words: str) -> bool:
    return any(line.status == status and all(word in line.text for word in words) for line in report.lines)


# What is sound.


@pytest.mark.parametrize("name", rewards())
def test_every_registered_reward_passes(name):
    report = check(name)
    assert not failures(report), report.lines
    assert report.ok


@pytest.mark.parametrize("name", environments())
def test_every_registered_environment_passes(name):
    report = check(name, updates=0)
    assert not failures(report), report.lines
    assert said(report, "note", "leak was not measured")


def test_a_sound_world_of_ones_own_is_measured():
    report = check(f"{BROKEN}:Sound")
    assert not failures(report), report.lines
    assert said(report, "ok", "`shop`: 3 actions, at most 6 steps")
    assert said(report, "ok", "conditions are paired: training, watched, unwatched")
    assert said(report, "ok", "`outcomes` foretells what random episodes bring")
    assert said(report, "ok", "`flip` changes 1 of 4 features")
    assert said(report, "ok", "`samples` makes one sample per episode")
    assert said(report, "note", "agents paid what the ledger shows, 20 updates", "opportunity")
    assert said(report, "note", "evidence leak AUC")


def test_what_is_absent_is_named(shop):
    report, bare = CheckReport("bare"), traced(broken.Bare())
    check_optional(report, bare)
    check_planning(report, bare)
    check_conditions(report, {"training": shop[1:]})
    assert not failures(report), report.lines
    for words in (
        ("no `decision`", "intervention effect is not measured"),
        ("no `draw`", "no replays"),
        ("no `samples`", "host rewards"),
        ("no `conditions`", "ring gap is not measured"),
        ("cannot be planned for exactly",),
    ):
        assert said(report, "note", *words), words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("outcome", ("pays the same whether a step was recorded or not",)),
        ("seen-theft", ("reads what is blank where nobody records",)),
        ("oracle", ("no memory",)),
        (f"{BROKEN}:Hindsight", ("has memory", "the steps after")),
        (f"{BROKEN}:Running", ("has memory", "the steps before")),
        (f"{BROKEN}:NeedsAPlan", ("`thought` raises AttributeError", "agent that plans")),
        (f"{BROKEN}:Lots", ("draws lots with a key",)),
    ],
)
def test_what_there_is_to_know_about_a_reward_is_noted(name, words):
    report = check(name)
    assert not failures(report), report.lines
    assert said(report, "note", *words), report.lines


@pytest.mark.parametrize(
    ("name", "what"), [("seen-theft", "behaviourist"), ("thought-probe", "non-behaviourist"), ("oracle", "reference")]
)
def test_what_a_reward_is_comes_from_what_it_reads(name, what):
    assert said(check(name), "ok", f"{what}:")


# What is broken.


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("WrongShape", ("returned shape (16,)", "return one number per step, shape (6, 16)")),
        ("Whole", ("dtype int32", "`.astype(float)`")),
        ("NotANumber", ("returns -inf", "guard divisions")),
        ("OnlyBlanksBreak", ("returns nan", "guard divisions")),
        ("Hides", ("`*records`", "name the records")),
        ("Normalises", ("changes with the other episodes of the batch", "axis 1")),
        ("Ranks", ("changes with the other episodes of the batch", "axis 1")),
        ("ReadsPadding", ("thought after the end of an episode", "leave padding out")),
        ("Dice", ("differently when asked again", "key field")),
        ("Branches", ("compiled by `jax.jit`", "`jnp.where` in place of `if`")),
        ("NoSuchFootage", ("AttributeError", "the view `taking`, `owned`")),
        ("NoDefault", ("`create` does not make it", "no wonder", "give its fields defaults")),
        ("Grows", ("`learn` returns something of another structure",)),
        ("LearnsNothingBack", ("`learn`:", "return the reward after learning")),
        ("Explodes", ("`learn` makes a field that is not finite",)),
        ("WideThought", ("`thought` returned shape", "one number per episode")),
        ("SteepGradient", ("`gradient` has a derivative that is not finite",)),
        ("Words", ("sample 0", "'good'", "finite number")),
        ("Short", ("15 scores for 16 samples",)),
        ("Curve", ("changes with the other samples", "score each by itself")),
        ("Moody", ("scores the same samples differently",)),
    ],
)
def test_a_broken_reward_fails_with_its_own_line(name, words):
    report = check(f"{BROKEN}:{name}")
    assert not report.ok
    assert any(all(word in text for word in words) for text in failures(report)), report.lines


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NoHorizon", ("`horizon` is 0",)),
        ("StateGrows", ("state.time is int32 of shape () after `reset`", "float32 of shape () after `step`")),
        ("MatrixOfFeatures", ("features are float32 of shape (1, 4)", "a vector of floats")),
        ("IntegerTask", ("Evidence.task is int32", "`.astype(float)`")),
        ("VectorTruth", ("Truth.violation is bool of shape (1,)", "bool scalar")),
        ("Swapped", ("does not return `(Evidence, Truth)`",)),
        ("Impure", ("one key gives different episodes", "`key` alone")),
        ("NotTraceable", ("`step`", "`jnp.where` in place of `if`")),
        ("Lawless", ("in `training` `view` is not blank where nothing was recorded", "multiply footage")),
    ],
)
def test_a_broken_environment_fails_with_its_own_line(name, words):
    report = check(f"{BROKEN}:{name}", updates=0)
    assert not report.ok
    assert any(all(word in text for word in words) for text in failures(report)), report.lines


@pytest.fixture(scope="module")
def shop():
    world = traced(Shop())
    return world, *play(world, untrained(world))


def breaks(where, how):
    return lambda t: eqx.tree_at(where, t, how(t))


@pytest.mark.parametrize(
    ("breaking", "words"),
    [
        (
            breaks(lambda t: t.mind.observation.features, lambda t: t.mind.observation.features / 0),
            "some of the observation is not finite",
        ),
        (breaks(lambda t: t.truth.utility, lambda t: t.truth.utility * np.nan), "some of the truth is not finite"),
        (
            breaks(lambda t: t.evidence.view.owned, lambda t: 1.0 * t.truth.opportunity),
            "`view` is not blank where nothing was recorded",
        ),
        (
            breaks(lambda t: t.evidence.incident, lambda t: 1.0 * t.truth.violation),
            "incident is shown where nothing was recorded",
        ),
        (breaks(lambda t: t.evidence.incident, lambda t: 2.0 * t.evidence.incident), "neither 0 nor 1"),
        (breaks(lambda t: t.evidence.incident, lambda t: 1.0 * t.evidence.recorded), "an incident is no violation"),
        (
            breaks(lambda t: t.evidence.open, lambda t: t.alive & ~t.terminated),
            "an ending shows that nobody recorded",
        ),
        (
            breaks(lambda t: t.truth.opportunity, lambda t: t.truth.opportunity & t.alive),
            "`opportunity` changes within an episode",
        ),
        (
            breaks(lambda t: t.truth.opportunity, lambda t: np.zeros_like(t.alive)),
            "a violation happens without an opportunity",
        ),
    ],
)
def test_each_law_of_the_records_is_told_from_the_others(shop, breaking, words):
    _, trajectory, _ = shop
    assert broken_laws(trajectory, "training") == []
    with np.errstate(all="ignore"):
        (wrong, *_) = broken_laws(breaking(trajectory), "training")
    assert words in wrong


def test_an_unwatched_condition_that_records_is_broken(shop):
    (wrong,) = broken_laws(shop[1], "unwatched")
    assert "steps are recorded, though the condition is called unwatched" in wrong


def test_conditions_with_other_opportunities_are_not_paired(shop):
    _, trajectory, scenes = shop
    other = eqx.tree_at(lambda t: t.truth.opportunity, trajectory, ~trajectory.truth.opportunity)
    played = {"training": (trajectory, scenes), "watched": (trajectory, scenes), "unwatched": (other, scenes)}
    report = CheckReport("shop")
    check_conditions(report, played)
    (wrong,) = failures(report)
    assert "not paired: `unwatched` and training give other opportunities" in wrong


@pytest.mark.parametrize(
    ("name", "trial", "status", "words"),
    [
        ("Resurrects", check_endings, "note", "`ended` is True and then False"),
        ("StillBorn", check_endings, "fail", "`ended` is True in the first state"),
        ("NoDistribution", check_planning, "fail", "probabilities sum to between 0.5"),
        ("OtherWorld", check_planning, "fail", "evidence.task comes to -0."),
        ("BlindFlip", check_decision, "fail", "`flip` changes nothing that the agent perceives"),
        ("OneWayFlip", check_decision, "fail", "`flip` twice does not give the state back"),
        ("NoDecision", check_decision, "fail", "no single action is a violation"),
    ],
)
def test_a_broken_method_fails_with_its_own_line(name, trial, status, words):
    report = CheckReport(name)
    trial(report, traced(getattr(broken, name)()))
    assert said(report, status, words), report.lines


def test_a_replay_that_lacks_a_frame_fails(shop):
    _, trajectory, scenes = shop
    report = CheckReport("shop")
    check_draw(report, broken.ShortFilm(), over_seeds((trajectory, scenes), 1))
    assert said(report, "fail", "where one more is wanted")


# Exit codes.


def exit_code(*arguments: str) -> Any:
    with pytest.raises(SystemExit) as left:
        main(["check", *arguments])
    return left.value.code or 0


def test_the_command_exits_with_what_was_found(capsys):
    assert exit_code(f"{BROKEN}:Running") == Exit.DONE
    shown = capsys.readouterr().out
    assert "ok   reads `evidence`, so it is behaviourist" in shown
    assert "note has memory" in shown
    assert exit_code(f"{BROKEN}:WrongShape") == Exit.INCOMPLETE
    assert "fail paying shop records: reward `WrongShape` returned shape (16,)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("seen-thefts", "'seen-theft'"),
        ("nowhere.py:Mine", "there is no file"),
        (f"{BROKEN}:Nobody", "Nobody"),
        (f"{BROKEN}:json", "a subclass of"),
        (f"{BROKEN}:Unfinished", "`witness`"),
    ],
)
def test_what_cannot_be_loaded_is_a_fault(spec, words, capsys):
    assert exit_code(spec) == Exit.USAGE
    assert words in capsys.readouterr().err
    with pytest.raises(Fault):
        check(spec)


@pytest.mark.parametrize(("name", "world"), [("seen-theft", "vault"), ("strict-verifier", "arithmetic")])
def test_a_reward_is_tried_where_it_finds_what_it_reads(name, world):
    assert world_for(name).name == world
