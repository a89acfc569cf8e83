import numpy as np
import pytest

from forecast.errors import UsageError
from forecast.solve.losses import Loss

RESIDUALS = np.array([[-3.0, -0.2, -1e-4, 0.0, 1e-4, 0.05, 2.0]])


@pytest.mark.parametrize(
    "loss", [Loss("mse"), Loss("huber", 0.1), Loss("lad", 0.01), Loss("huber", 0.1, 0.9), Loss("mse", asymmetry=0.2)]
)
def test_slopes_are_derivatives(loss):
    step = 1e-7
    away = RESIDUALS[:, [0, 1, 5, 6]]
    slope, curvature = loss.slopes(away)
    numeric = [
        (loss.total(away[:, [i]] + step, None) - loss.total(away[:, [i]] - step, None))[0] / (2 * step)
        for i in range(4)
    ]
    assert slope[0] == pytest.approx(numeric, rel=1e-6)
    ahead, behind = loss.slopes(away + step)[0], loss.slopes(away - step)[0]
    assert curvature == pytest.approx((ahead - behind) / (2 * step), abs=1e-6)


def test_values_are_those_of_the_definitions():
    assert Loss("huber", 0.1).total(np.array([[0.05, 2.0]]), None)[0] == pytest.approx(0.05**2 / 2 + 0.1 * (2.0 - 0.05))
    assert Loss("mse").total(np.array([[0.5, -2.0]]), None)[0] == pytest.approx(4.25)
    assert Loss("lad").exact(np.array([[0.5, -2.0]]), np.ones((1, 2)))[0] == pytest.approx(2.5)


def test_losses_are_summed_and_weighted():
    loss = Loss("huber", 0.1)
    double = np.concatenate([RESIDUALS, RESIDUALS], axis=1)
    assert loss.total(double, None)[0] == pytest.approx(2 * loss.total(RESIDUALS, None)[0])
    assert loss.total(RESIDUALS, np.full(RESIDUALS.shape, 2.0))[0] == pytest.approx(2 * loss.total(RESIDUALS, None)[0])


def test_asymmetry_weighs_rows_above_the_fit():
    # a residual is fitted minus observed, so a row above the fit has a negative one
    loss = Loss("lad", 1e-9, 0.9)
    above, below = (loss.exact(np.array([[r]]), np.ones((1, 1)))[0] for r in (-1.0, 1.0))
    assert (above, below) == pytest.approx((1.8, 0.2))


def test_a_path_narrows_to_the_loss():
    path = Loss("huber", 1e-3).path(1.0)
    assert [loss.delta for loss in path] == pytest.approx([1.0, 0.1, 0.01, 0.001])
    assert Loss("mse").path(1.0) == (Loss("mse"),)


@pytest.mark.parametrize("wrong", [{"name": "hubr"}, {"delta": 0.0}, {"delta": float("nan")}, {"asymmetry": 1.0}])
def test_impossible_losses_are_refused(wrong):
    with pytest.raises(UsageError):
        Loss(**wrong)
