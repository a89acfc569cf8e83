"""The implicit law, solved."""

import numpy as np
import pytest

from forecast.laws.m4 import ENTRY


@pytest.mark.parametrize("late", [0.0, 1e-6, 0.02, 0.5, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("power", [0.05, 0.5, 3.0])
def test_the_curve_solves_its_equation(late, power):
    x = np.geomspace(1e-4, 1e6, 400)
    floor, top, scale = 0.5, 3.0, 0.7
    parameters = np.array([[floor, top, late, scale, power]])
    y = ENTRY.values(parameters, {"x": x})[0]
    assert (np.diff(y) <= 0).all()
    assert ((floor <= y) & (y <= top)).all()
    seen = (y - floor > 1e-6) & (top - y > 1e-6)  # elsewhere the differences have lost their digits
    left = np.log(y[seen] - floor) - late * np.log(top - y[seen])
    assert left == pytest.approx(np.log(scale) - power * np.log(x[seen]), abs=1e-8)
    assert seen.sum() > 20


def test_values_and_jacobian_together_are_those_of_each():
    example = ENTRY.example()
    parameters = np.array([[example.parameters[name] for name in ENTRY.names]])
    values, jacobian = ENTRY.values_and_jacobian(parameters, example.inputs)
    np.testing.assert_array_equal(values, ENTRY.values(parameters, example.inputs))
    np.testing.assert_array_equal(jacobian, ENTRY.jacobian(parameters, example.inputs))
