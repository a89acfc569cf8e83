import numpy as np
import pytest

from forecast.questions.worlds import FIRST, LAST, PACE, PER_YEAR, SCATTER, WORLDS, simulate, try_worlds


@pytest.mark.parametrize("name", WORLDS)
def test_a_history_is_ascending_finite_and_follows_the_generator(name):
    year, size = simulate(WORLDS[name], np.random.default_rng(3))
    assert len(year) == len(size) == (LAST - FIRST) * PER_YEAR
    assert (np.diff(year) >= 0).all()
    assert np.isfinite(size).all()
    assert np.array_equal(size, simulate(WORLDS[name], np.random.default_rng(3))[1])


def test_each_world_is_what_it_says():
    ahead = np.linspace(0, 9, 2000)
    rng = np.random.default_rng(0)
    assert WORLDS["exponential"].level(ahead, rng)[-1] == pytest.approx(9 * PACE)
    saturating = WORLDS["saturating"].level(ahead, rng)
    pace = np.diff(saturating) / np.diff(ahead)
    assert pace[0] == pytest.approx(PACE, rel=0.01)
    assert np.interp(4.0, ahead[1:], pace) == pytest.approx(PACE / 2, rel=0.01)
    kink = np.diff(WORLDS["kink"].level(ahead, rng)) / np.diff(ahead)
    assert abs(kink[-1] - kink[0]) == pytest.approx(0.3)
    ends = np.array([WORLDS["walk"].level(np.linspace(0, 9, 50), np.random.default_rng(k))[-1] for k in range(2000)])
    assert ends.mean() == pytest.approx(9 * PACE, abs=0.1)
    assert ends.std() == pytest.approx(0.4 * 3, rel=0.06)
    heavy = WORLDS["heavy"].scatter(200_000, rng)
    assert (np.abs(heavy) > 4 * SCATTER).mean() > 20 * (
        np.abs(WORLDS["kink"].scatter(200_000, rng)) > 4 * SCATTER
    ).mean()


def test_least_squares_holds_what_it_says_in_its_own_world_and_the_mean_does_not():
    found = try_worlds(("ols", "mean_ci"), (0.9,), histories=12, worlds=("exponential",))
    held = {row["method"]: row for row in found.rows() if row["estimand"] == "member"}
    assert held["ols"]["clusters"] == 12
    assert held["ols"]["coverage"] == pytest.approx(0.9, abs=3 * held["ols"]["coverage_se"])
    assert held["mean_ci"]["coverage"] < 0.65


def test_the_default_holds_up_where_the_pace_wanders_and_least_squares_does_not():
    found = try_worlds(("pool", "ols"), (0.9,), histories=15, worlds=("walk",))
    held = {row["method"]: row["coverage"] for row in found.rows() if row["estimand"] == "member"}
    assert held["pool"] > 0.85
    assert held["ols"] < held["pool"] - 0.05


def test_the_same_seed_gives_the_same_table():
    one, other = (try_worlds(("ols",), (0.9,), histories=2, seed=1, worlds=("kink",)).rows() for _ in range(2))
    assert one == other
