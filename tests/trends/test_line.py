import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS

from forecast.errors import FitError
from forecast.trends.line import fit_line


@pytest.fixture
def points():
    rng = np.random.default_rng(7)
    year = np.sort(rng.uniform(2018, 2026, 60))
    return year, 20 + 0.65 * (year - 2018) + 0.4 * rng.standard_normal(60)


def test_everything_agrees_with_statsmodels(points):
    year, value = points
    line = fit_line(year, value)
    peer = OLS(value, np.column_stack([np.ones(60), year - year.mean()])).fit()
    assert [line.level, line.slope] == pytest.approx(list(peer.params), rel=1e-12)
    assert line.r2 == pytest.approx(peer.rsquared, rel=1e-12)
    assert line.residual_sd == pytest.approx(np.sqrt(peer.scale), rel=1e-12)
    assert line.slope_se == pytest.approx(peer.bse[1], rel=1e-12)
    assert line.slope_interval(0.9) == pytest.approx(tuple(peer.conf_int(0.1)[1]), rel=1e-10)
    ahead = np.array([2027.0, 2029.5])
    summary = peer.get_prediction(np.column_stack([np.ones(2), ahead - year.mean()])).summary_frame(alpha=0.1)
    lower, upper = line.mean_interval(ahead, 0.9)
    assert lower == pytest.approx(summary["mean_ci_lower"].to_numpy(), rel=1e-12)
    assert upper == pytest.approx(summary["mean_ci_upper"].to_numpy(), rel=1e-12)
    mean, scatter = line.draw(ahead, 200_000, np.random.default_rng(0))
    drawn = np.quantile(mean + scatter, [0.05, 0.95], axis=0)
    assert drawn[0] == pytest.approx(summary["obs_ci_lower"].to_numpy(), abs=0.01)
    assert drawn[1] == pytest.approx(summary["obs_ci_upper"].to_numpy(), abs=0.01)


@given(st.floats(-5, 5), st.floats(-30, 30), st.integers(3, 30))
def test_an_exact_line_is_found(slope, level, count):
    year = np.linspace(2010, 2025, count)
    line = fit_line(year, level + slope * (year - 2018))
    assert line.slope == pytest.approx(slope, abs=1e-9)
    assert line.at(np.array([2030.0]))[0] == pytest.approx(level + 12 * slope, abs=1e-7)
    assert line.residual_sd == pytest.approx(0, abs=1e-7)


def test_a_constant_has_no_explained_variance():
    line = fit_line(np.array([2018.0, 2019, 2020]), np.full(3, 5.0))
    assert (line.slope, line.r2, line.residual_sd) == (0, 0, 0)


def test_too_few_points_are_refused():
    with pytest.raises(FitError, match="at least 3 usable points; there is 1"):
        fit_line(np.array([2018.0]), np.array([1.0]))
    with pytest.raises(FitError, match="there are 2"):
        fit_line(np.array([2018.0, 2019]), np.array([1.0, 2]))


def test_points_of_one_day_are_refused():
    with pytest.raises(FitError, match="the same date"):
        fit_line(np.full(5, 2020.25), np.arange(5.0))
