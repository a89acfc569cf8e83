from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import t

from forecast.errors import FitError
from forecast.trends.conditional import fit_conditional

RNG = np.random.default_rng(5)
X, YEAR = RNG.uniform(20, 26, 60), RNG.uniform(2018, 2026, 60)
Y = 3 + 0.5 * X - 0.2 * (YEAR - 2020) + RNG.normal(0, 0.3, 60)
FIT = fit_conditional(Y, {"compute": X, "year": YEAR}, "cost")


def test_it_agrees_with_statsmodels() -> None:
    peer = sm.OLS(Y, sm.add_constant(np.column_stack([X, YEAR - 2020]))).fit()
    assert FIT.coefficients[1:] == pytest.approx(peer.params[1:], rel=1e-9)
    assert FIT.residual_sd == pytest.approx(np.sqrt(peer.mse_resid), rel=1e-9)
    assert FIT.r2 == pytest.approx(peer.rsquared, rel=1e-9)
    where = peer.get_prediction([[1, 25.0, 7.0]]).summary_frame(alpha=0.1)
    drawn = FIT.draw(200_000, np.random.default_rng(0)).at(np.array([[25.0]]), np.array([[2027.0]]))
    assert np.quantile(drawn, [0.05, 0.95]) == pytest.approx(
        where[["obs_ci_lower", "obs_ci_upper"]].to_numpy()[0], abs=0.01
    )


def test_draws_are_student_t_about_the_fit() -> None:
    drawn = FIT.draw(100_000, np.random.default_rng(1)).at(np.full((1, 1), 23.0), np.full((1, 1), 2022.0))[:, 0]
    middle = float(FIT.at(np.array(23.0), np.array(2022.0)))
    assert np.median(drawn) == pytest.approx(middle, abs=0.005)
    spread = np.quantile(drawn, 0.95) - middle
    assert spread == pytest.approx(FIT.residual_sd * t.ppf(0.95, FIT.freedom), rel=0.05)


def test_the_scatter_of_a_draw_is_the_same_at_every_date() -> None:
    drawn = FIT.draw(50, np.random.default_rng(2))
    values = drawn.at(np.full((1, 3), 23.0), np.full((1, 3), 2022.0))
    assert values[:, 0].tolist() == values[:, 2].tolist()


def test_too_few_points_and_collinear_inputs_are_refused() -> None:
    with pytest.raises(FitError, match="cost: 4 points are too few"):
        fit_conditional(Y[:4], {"compute": X[:4], "year": YEAR[:4]}, "cost")
    with pytest.raises(FitError, match="cannot be told apart"):
        fit_conditional(Y, {"compute": X, "twice": 2 * X}, "cost")
