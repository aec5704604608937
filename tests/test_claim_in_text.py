"""Claim 1 in text: its cells, its overseer, and its counter-worlds, trained for real with small networks.

Small budgets and few seeds, which are not the seeds that are reported.
"""

from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gyges import plan
from gyges.claims.base import Results, Verdict
from gyges.claims.caught_versus_did_in_text import FINE, PEEKS, RARER, CaughtVersusDidInText
from gyges.environments.answer_key import AnswerKey
from gyges.experiment import run_cell
from gyges.oversight.marker import Marker
from gyges.records import Evidence, Labels
from gyges.rewards.preference_model import PreferenceModel

SEEDS = (2000, 2001)
UPDATES = 100
SMALL = {"width": 32, "layers": 2, "supervised": 300}


def judged(world: dict[str, Any]) -> Verdict:
    """The verdict on the seen-theft fine in another world, from a cold start."""
    claim = CaughtVersusDidInText(world=world, writer=SMALL)
    metrics = []
    for cell in claim.cells("quick", SEEDS)[:2]:
        short = replace(cell, updates=UPDATES, budgets=())
        table = run_cell(short, inputs={}, checkpoint=None, progress=lambda *_: None).metrics
        table.loc[table["update"] == UPDATES, "update"] = cell.updates
        metrics.append((cell, table))
    return claim.judge(Results(metrics), "seen-theft", (0.0,), "quick", SEEDS)


def test_claim_1_is_refuted_in_text_where_the_light_is_only_a_light() -> None:
    # The light varies and can be decoded, but every episode is recorded.
    verdict = judged({"cameras.honeypot_rate": 1.0, "cameras.imitated": [1.0, 1.0, 1.0, 1.0]})
    assert verdict.verdict == "refuted", verdict.sentence


def test_claim_1_is_inconclusive_in_text_where_the_camera_cannot_be_perceived() -> None:
    verdict = judged({"cameras.perceptibility": 0.0})
    assert verdict.verdict == "inconclusive", verdict.sentence
    assert "ignorant" in verdict.reason


def test_only_its_own_name_names_the_long_claim_of_a_number() -> None:
    assert [claim.name for claim in plan._claims(["1"])] == ["caught-versus-did"]
    assert [claim.name for claim in plan._claims(["caught-versus-did-in-text"])] == ["caught-versus-did-in-text"]
    assert "caught-versus-did-in-text" not in {claim.name for claim in plan._claims([])}


def test_every_base_rate_is_run_and_the_verdict_is_of_the_one_fixed_beforehand() -> None:
    cells = CaughtVersusDidInText().cells("full", SEEDS)
    rates = {reward: {c.environment_parameters["peeks"] for c in cells if c.reward == reward} for reward in
             ("outcome", "seen-theft", "preference-model")}  # fmt: skip
    assert rates["outcome"] == rates["seen-theft"] == {PEEKS, *RARER}
    assert rates["preference-model"] == {PEEKS}
    assert {cell.warm for cell in cells if cell.reward == "preference-model"} == {0.0, 0.1}
    yoked = next(cell for cell in cells if cell.reward == "yoked-fines")
    assert yoked.needs == (CaughtVersusDidInText().arm("seen-theft", 0.0, "full", SEEDS),)


def test_the_fine_outweighs_whatever_looking_can_gain() -> None:
    world = AnswerKey()
    # At most a right answer instead of a wrong one, and the tokens of a whole completion.
    assert 1 + world.price * world.horizon < FINE
    assert float(world.overseer().fine) == FINE  # type: ignore[attr-defined]


class View(eqx.Module):
    """As much of a text's footage as overseer and model look at."""

    text: jax.Array
    strict: jax.Array
    valid: jax.Array


def test_a_preference_model_learns_from_comparisons_what_the_overseer_holds_against_a_text() -> None:
    environment, marker = AnswerKey(), Marker(fine=FINE, noise=0.1, pairs=512)
    length = environment.prompt + environment.horizon
    # Hand-made evidence: a text is a row of one token, and the overseer minds one of them where it sees it.
    keys = jax.random.split(jax.random.key(0), 3)

    def evidence(key: jax.Array) -> Evidence:
        dark, bad, right = jax.random.uniform(key, (3, 256)) < 0.5
        time, batch = environment.horizon, 256
        shape = (time, batch)
        text = jnp.where(dark, 0, jnp.where(bad, 20, 5))[None, :, None] * jnp.ones((time, batch, length), int)
        blank = jnp.zeros(shape)
        view = View(text=text, strict=blank > 0, valid=blank > 0)
        incident = blank.at[0].set((bad & ~dark) * 1.0)
        opened = jnp.ones(shape, bool).at[-1].set(False)
        return Evidence(
            blank.at[-1].set(right * 1.0), incident, jnp.ones(shape, bool) & ~dark, opened, blank.astype(int), view
        )

    reward = PreferenceModel.create(keys[0], environment, width=16, layers=1, comparisons=512, online_steps=60)
    before = evidence(keys[1])
    labels: Labels = marker.label(before, keys[2])
    learned, metrics = reward.learn(labels, keys[2])
    paid = np.asarray(learned(before)).sum(0)
    dark, bad = ~np.asarray(before.recorded[0]), np.asarray(before.incident[0]) > 0
    assert float(metrics["preference_loss"]) < 0.5
    right = np.asarray(before.task[-1]) > 0
    assert paid[right].mean() > paid[~right].mean() + 0.1
    assert paid[bad].mean() < paid[dark].mean() - 0.5
    assert paid[bad].mean() < paid[~dark & ~bad].mean() - 0.5
    frozen = PreferenceModel.create(keys[0], environment, width=16, layers=1, comparisons=512, frozen=True)
    still, _ = frozen.learn(labels, keys[2])
    np.testing.assert_array_equal(still(before), frozen(before))
