"""What a fit warns of."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from forecast.estimators import DoubtfulFitWarning, PowerLawRegressor, ScalingLawRegressor

SIZE = np.geomspace(1e6, 1e10, 30)[:, None]


def test_a_certified_fit_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert PowerLawRegressor(floor=True).fit(SIZE, 1.7 + 400 * SIZE[:, 0] ** -0.34).status_ == "certified"


def test_a_parameter_on_its_bound_is_named() -> None:
    with pytest.warns(DoubtfulFitWarning, match="the law power_floor is at-bound: E ended on a bound"):
        PowerLawRegressor(floor=True).fit(SIZE, 400 * SIZE[:, 0] ** -0.34)


@pytest.mark.parametrize("rows", [2, 3])
def test_fewer_rows_than_parameters_predict_and_give_no_interval(rows: int) -> None:
    X, y = SIZE[:rows], 3.0 - np.sqrt(np.arange(rows))
    with pytest.warns(DoubtfulFitWarning):
        law = ScalingLawRegressor("power_floor").fit(X, y)
    assert np.isfinite(law.predict(X)).all()
    with pytest.raises(ValueError, match=f"{rows} different rows and 3 parameters leave no scatter"):
        law.predict_interval(X)


def test_hints_of_the_command_line_are_left_out() -> None:
    with pytest.raises(ValueError, match="is 1 in every row") as constant:
        PowerLawRegressor().fit(np.ones((9, 1)), np.arange(1.0, 10))
    assert "--" not in str(constant.value)
