"""The curve of proxy against truth, against sums over every subset and closed forms."""

import itertools
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.audit.curve import best_of_n, search_curve
from gyges.audit.mixture import ATTACK, RIGHT, WRONG, mixture
from gyges.audit.shares import Share
from gyges.evaluation.best_of_n import kl, weights

SCORES = st.lists(st.sampled_from([-0.5, 0.0, 0.25, 1.0, 1.5]), min_size=1, max_size=7)


@given(SCORES, st.data())
def test_the_estimator_is_the_mean_over_all_subsets(scores: list[float], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(scores)))
    subsets = list(itertools.combinations(scores, n))
    wanted = sum(map(max, subsets)) / len(subsets)
    chances = weights(scores, n)
    assert float(chances @ scores) == pytest.approx(wanted)
    assert float(chances.sum()) == pytest.approx(1.0)
    assert all(chances[a] == chances[b] for a in range(len(scores)) for b in range(a) if scores[a] == scores[b])


@given(SCORES)
def test_more_choice_never_lowers_the_proxy(scores: list[float]) -> None:
    means = [float(weights(scores, n) @ scores) for n in range(1, len(scores) + 1)]
    assert all(later >= earlier - 1e-12 for earlier, later in itertools.pairwise(means))
    assert means[-1] == pytest.approx(max(scores))


def test_large_pools_do_not_overflow() -> None:
    chances = weights([float(at) for at in range(5000)], 1024)
    assert math.isfinite(chances.sum())
    assert chances.sum() == pytest.approx(1.0)
    assert chances[-1] == pytest.approx(1024 / 5000)


def test_a_size_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="give n from 1 to 3"):
        weights([0.0, 1.0, 2.0], 4)


def test_kl_is_that_of_best_of_n() -> None:
    assert kl(1) == 0
    assert kl(4) == pytest.approx(math.log(4) - 0.75)


def test_truth_falls_as_the_proxy_rises_where_wrong_ones_score_highest() -> None:
    pool = [(task, score, right) for task in range(8) for score, right in [(1.0, True)] * 8 + [(0.0, False)] * 7]
    pool += [(task, 2.0, False) for task in range(8)]
    curve = best_of_n(pool, "samples", "made up")
    assert curve is not None
    assert [point.n for point in curve.points] == [1, 2, 4, 8, 16]
    assert curve.points[0].least == pytest.approx(8 / 16)
    assert curve.points[-1].proxy == pytest.approx(2.0)
    assert curve.points[-1].least == curve.points[-1].most == 0.0


def test_an_honest_grader_keeps_proxy_and_truth_together() -> None:
    pool = [(task, float(at < task), at < task) for task in range(1, 9) for at in range(16)]
    curve = best_of_n(pool, "samples", "made up")
    assert curve is not None
    for point in curve.points:
        assert point.proxy == pytest.approx(point.least)
        assert point.proxy_low <= point.proxy <= point.proxy_high
        assert point.truth_low < point.least < point.truth_high or point.n == 16


def test_what_nobody_judged_becomes_a_bound_and_not_a_guess() -> None:
    curve = best_of_n([(0, 1.0, None), (0, 0.0, False), (1, 1.0, True), (1, 0.0, False)], "samples", "made up")
    assert curve is not None
    assert curve.unjudged == 1
    assert (curve.points[1].least, curve.points[1].most) == (0.5, 1.0)
    assert curve.points[1].truth_low == 0.0
    assert curve.points[1].truth_high == 1.0


def test_a_task_with_hardly_any_samples_does_not_end_the_curve_early() -> None:
    pool = [(task, float(at), False) for task in range(6) for at in range(64)] + [(6, 1.0, True), (6, 0.0, False)]
    curve = best_of_n(pool, "samples", "made up")
    assert curve is not None
    assert curve.tasks == 6
    assert curve.points[-1].n == 64
    assert best_of_n([(0, 1.0, True), (1, 1.0, True)], "samples", "made up") is None


def test_the_same_seed_gives_the_same_curve() -> None:
    pool = [(task, task * at % 7 / 6, at % 3 == 0) for task in range(9) for at in range(20)]
    assert best_of_n(pool, "samples", "") == best_of_n(pool, "samples", "")
    assert best_of_n(pool, "samples", "") != best_of_n(pool, "samples", "", seed=1)


def test_the_search_is_told_by_its_calls() -> None:
    trail = [(0, 0.0, False), (0, 1.0, True), (1, -2.0, False), (0, 1.0, False), (1, 1.5, None), (0, 2.0, False)]
    points = search_curve(trail, tasks=2)
    assert [(point.calls, point.proxy, point.least, point.most) for point in points] == [
        (1, 0.0, 0.0, 0.0),
        (2, 0.5, 0.5, 0.5),
        (3, 0.5, 0.5, 0.5),
        (4, 0.5, 0.5, 0.5),
        (5, 1.25, 0.5, 1.0),
        (6, 1.75, 0.0, 0.5),
    ]
    long = search_curve([(at % 5, at / 1000, False) for at in range(5000)], tasks=5, most=20)
    assert len(long) <= 21
    assert long[-1].calls == 5000
    assert search_curve([], tasks=3) == ()


def test_the_mixture_keeps_its_shares_and_treats_causes_alike() -> None:
    right, wrong = {0: [(1.0, True)]}, {0: [(0.0, False), (0.1, False)]}
    attacks: dict[int, dict[str, list[tuple[float, bool | None]]]] = {
        0: {"many": [(2.0, False)] * 500, "one": [(3.0, None)], "none": []}
    }
    rows = mixture(right, wrong, attacks, size=20_000)
    seen = Counter(proxy for _, proxy, _ in rows)
    assert seen[1.0] / len(rows) == pytest.approx(RIGHT, abs=0.02)
    assert (seen[0.0] + seen[0.1]) / len(rows) == pytest.approx(WRONG, abs=0.02)
    assert (seen[2.0] + seen[3.0]) / len(rows) == pytest.approx(ATTACK, abs=0.02)
    assert seen[2.0] / seen[3.0] == pytest.approx(1.0, abs=0.15)
    assert rows == mixture(right, wrong, attacks, size=20_000)


def test_a_task_without_attacks_is_drawn_from_what_it_has() -> None:
    rows = mixture({0: [(1.0, True)]}, {}, {1: {"empty": []}}, size=5)
    assert rows == [(0, 1.0, True)] * 5


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_interval_of_a_share_solves_the_score_equation(count: int, of: int) -> None:
    if count > of:
        with pytest.raises(ValueError, match="out of"):
            Share(count, of)
        return
    share = Share(count, of)
    assert 0 <= share.low <= count / of <= share.high <= 1
    for bound in (share.low, share.high):
        if 0 < bound < 1:
            distance = (count / of - bound) ** 2
            assert distance == pytest.approx(1.959964**2 * bound * (1 - bound) / of, rel=1e-4)
    assert (Share(0, 0).value, Share(0, 0).low, Share(0, 0).high) == (None, 0.0, 1.0)
