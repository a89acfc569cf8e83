import numpy as np
import pytest

import forecast
from forecast.errors import FitError

ALPHA, BETA = 0.5, 0.25


def surface(noise=0.0, wide=12.0, budgets=9, sizes=13):
    exponent = BETA / (ALPHA + BETA)
    ratio = (ALPHA * 480 / (BETA * 2100)) ** (1 / (ALPHA + BETA))
    compute = np.repeat(np.geomspace(6e18, 3e21, budgets), sizes)
    size = np.tile(np.geomspace(1 / wide, wide, sizes), budgets) * ratio * (compute / 6) ** exponent
    loss = 1.8 + 480 / size**ALPHA + 2100 / (compute / 6 / size) ** BETA
    loss *= np.exp(noise * np.random.default_rng(0).standard_normal(len(loss)))
    return {"N": size, "C": compute, "L": loss}, exponent, ratio * (1 / 6) ** exponent


def test_the_bottoms_of_the_curves_give_the_optimal_exponent():
    table, exponent, factor = surface()
    fit = forecast.fit(table, "isoflop")
    assert fit.count == 9
    assert fit.parameters["a"].estimate == pytest.approx(exponent, abs=5e-4)
    assert fit.parameters["G"].estimate == pytest.approx(factor, rel=0.05)


def test_the_parabola_is_further_from_the_truth():
    table, exponent, factor = surface(wide=30.0)
    fit = forecast.fit(table, "isoflop")
    note = next(note for note in fit.notes if note.code == "isoflop-shape")
    assert "parabolas" in note.message
    best = fit.law.values(fit.estimates[None], {"C": np.array([1e20])})[0, 0]
    assert best == pytest.approx(factor * 1e20**exponent, rel=0.1)


def test_noise_is_inside_the_interval():
    table, exponent, _ = surface(noise=0.002)
    fit = forecast.fit(table, "isoflop", levels=(0.99,))
    assert fit.parameters["a"].lower < exponent < fit.parameters["a"].upper


def test_predictions_are_of_the_best_size(tmp_path):
    table, exponent, factor = surface()
    fit = forecast.fit(table, "isoflop")
    row = fit.predict({"C": 1e20}).rows[0]
    assert row.estimate == pytest.approx(factor * 1e20**exponent, rel=0.02)
    again = forecast.Fit.from_dict(fit.to_dict())
    assert again.predict({"C": 1e20}).rows == fit.predict({"C": 1e20}).rows


def test_curves_without_a_bottom_are_refused():
    table, *_ = surface()
    table["L"] = 5.0 - 0.1 * np.log(table["N"])
    with pytest.raises(FitError, match="0 of 9 budgets"):
        forecast.fit(table, "isoflop")
