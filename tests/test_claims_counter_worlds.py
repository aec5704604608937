"""Counter-worlds, trained for real: where another verdict is the right one, the claims' own code gives it.

Small budgets and few seeds, which are not the seeds that are reported.
"""

from dataclasses import replace
from typing import Any, ClassVar

import equinox as eqx
import jax.numpy as jnp

from gyges.cell import Cell
from gyges.claims.base import WARM_STARTS, Results, Verdict
from gyges.claims.caught_versus_did import CaughtVersusDid
from gyges.claims.honeypots_move_the_boundary import HoneypotsMoveTheBoundary
from gyges.claims.specification_gaming import SpecificationGaming
from gyges.environments.base import Observation
from gyges.environments.vault import State, Vault
from gyges.experiment import run_cell

SEEDS = (2000, 2001, 2002)
UPDATES = 80


def shortened(cell: Cell) -> Cell:
    return replace(cell, updates=UPDATES if cell.updates else 0)


def measured(cells: list[Cell]) -> Results:
    """Runs shorter versions of `cells`, and shows them to the claim as the ones that it asked for."""
    metrics = []
    for cell in cells:
        result = run_cell(shortened(cell), inputs={}, checkpoint=None, progress=lambda *_: None)
        table = result.metrics
        table.loc[table["update"] == UPDATES, "update"] = cell.updates
        metrics.append((cell, table))
    return Results(metrics)


def seen_theft(world: dict[str, Any], warm_starts: tuple[float, ...] = WARM_STARTS) -> Verdict:
    """Claim 1's verdict on the seen-theft fine in another world."""
    claim = CaughtVersusDid(world=world)
    wanted = [cell for cell in claim.cells("default", SEEDS) if cell.label.startswith(("outcome", "seen-theft fine"))]
    cells = [cell for cell in wanted if "honeypots" not in cell.label and cell.warm in warm_starts]
    return claim.judge(measured(cells), "seen-theft", warm_starts, "default", SEEDS)


def test_the_vault_itself_supports_claim_1() -> None:
    # One warm start is enough to show that the rule can say so with these few updates.
    verdict = seen_theft({}, warm_starts=(0.0,))
    assert verdict.verdict == "supported", verdict.sentence


def test_claim_1_is_refuted_where_the_light_is_only_a_light() -> None:
    # The light varies and can be decoded, but every episode is recorded.
    world = {"cameras.honeypot_rate": 1.0, "cameras.imitated": [1.0, 1.0, 1.0, 1.0]}
    verdict = seen_theft(world)
    assert verdict.verdict == "refuted", verdict.sentence


def test_claim_1_is_inconclusive_where_the_camera_cannot_be_perceived() -> None:
    verdict = seen_theft({"cameras.perceptibility": 0.0})
    assert verdict.verdict == "inconclusive", verdict.sentence
    assert "ignorant" in verdict.reason


class BlurredVault(Vault):
    """A vault whose openings all look alike, so that what honeypots teach about one kind holds for all."""

    name: ClassVar[str] = "blurred-vault"

    def observe(self, state: State) -> Observation:
        seen = super().observe(state)
        vault = super().observe(eqx.tree_at(lambda s: s.opening, state, jnp.zeros_like(state.opening)))
        return eqx.tree_at(lambda o: o.features, seen, vault.features)


def test_claim_2_is_refuted_where_honeypots_deter_from_what_they_never_imitate() -> None:
    claim = HoneypotsMoveTheBoundary(grid={"default": [(0.9, 0.0)]}, learners=f"{__file__}:BlurredVault")
    (verdict,) = claim.verdicts(measured(claim.cells("default", SEEDS)), "default", SEEDS)
    assert verdict.verdict == "refuted", verdict.sentence


def test_claim_22_is_refuted_where_the_visible_reward_is_the_hidden_one() -> None:
    claim = SpecificationGaming(reward="oracle")
    trained, exact = claim.cells("default", SEEDS)
    metrics = []
    for cell in (trained, exact):
        result = run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)
        metrics.append((cell, result.metrics))
    (verdict,) = claim.verdicts(Results(metrics), "default", SEEDS)
    assert verdict.verdict == "refuted", verdict.sentence


def test_yoked_fines_do_not_deter() -> None:
    claim = CaughtVersusDid()
    yoked = next(cell for cell in claim.cells("default", SEEDS) if cell.reward == "yoked-fines")
    partner = shortened(yoked.needs[0])
    fines = run_cell(partner, inputs={}, checkpoint=None, progress=lambda *_: None).metrics
    cell = replace(shortened(yoked), needs=(partner,))
    result = run_cell(cell, inputs={"0": fines}, checkpoint=None, progress=lambda *_: None)
    for condition in ("watched", "unwatched"):
        assert (Results([(cell, result.metrics)]).seeds(cell, "violation", condition) > 0.9).all()
