"""A law from elsewhere: values and a guess are enough."""

from types import SimpleNamespace

import numpy as np
import pytest

import forecast
from forecast.laws import LAWS, Input, Law, Parameter


class Saturating(Law):
    name = "saturating"
    title = "saturating law"
    formula = "y = top x / (x + half)"
    reference = "arXiv 0000.00000"
    inputs = (Input("x", "the scale"),)
    output = Input("y", "the response")
    parameters = (Parameter("top", "ceiling", 0.0, positive=True), Parameter("half", "half-way", 0.0, positive=True))

    def values(self, parameters, inputs):
        top, half = parameters[:, 0, None], parameters[:, 1, None]
        return top * inputs["x"] / (inputs["x"] + half)

    def guess(self, inputs, output):
        return np.array([[output.max(), np.median(inputs["x"])], [2 * output.max(), inputs["x"].max()]])


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setitem(LAWS.__dict__, "_foreign", {"saturating": SimpleNamespace(load=Saturating)})


@pytest.mark.parametrize("loss", ["mse", "huber", "lad"])
def test_it_is_fitted_like_our_own(installed, loss):
    x = np.geomspace(1, 1e4, 40)
    y = 7.0 * x / (x + 90.0) * np.exp(0.01 * np.random.default_rng(0).standard_normal(40))
    fit = forecast.fit({"x": x, "y": y}, "saturating", loss=loss, draws=200, levels=(0.99,))
    assert fit.status == "certified"
    assert fit.parameters["half"].lower < 90.0 < fit.parameters["half"].upper
    assert fit.parameters["top"].lower < 7.0 < fit.parameters["top"].upper
    assert forecast.Fit.from_dict(fit.to_dict()).predict({"x": 1e5}).rows == fit.predict({"x": 1e5}).rows
