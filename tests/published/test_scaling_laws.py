"""Published fits of scaling laws, on the data they were made from."""

import math
from pathlib import Path

import numpy as np
import pytest

import forecast

DATA = Path(__file__).parent / "data"
WITHOUT_OUTLIERS = ("loss<3.44",)


def chinchilla(**options):
    options.setdefault("intervals", "analytic")
    options.setdefault("draws", 100)
    return forecast.fit("chinchilla", "chinchilla", N="params", C="compute_flop", L="loss", **options)


def matches(fit, published):
    for name, text in published.items():
        digits = len(text.split(".")[1]) if "." in text else 0
        assert round(fit.parameters[name].estimate, digits) == float(text), name


@pytest.mark.parametrize(
    ("options", "published"),
    [
        ({"loss": "huber", "delta": 1e-3}, {"A": "477.8259", "B": "2143.417", "E": "1.817218", "alpha": "0.347310", "beta": "0.367172"}),
        # Besiroglu et al. 2024 print 482.01, 2085.43, 1.8172, 0.3478, 0.3658: least absolute deviations
        ({"loss": "lad"}, {"A": "482.006", "B": "2085.44", "E": "1.81686", "alpha": "0.347813", "beta": "0.365854"}),
        ({"loss": "mse"}, {"A": "593.32", "B": "4875.64", "E": "1.86455", "alpha": "0.36025", "beta": "0.40588"}),
        ({"loss": "mse", "space": "raw"}, {"A": "567.805", "B": "7581.85", "E": "1.882814", "alpha": "0.357615", "beta": "0.427621"}),
    ],
)  # fmt: skip
def test_chinchilla_without_its_five_outliers(options, published):
    fit = chinchilla(where=WITHOUT_OUTLIERS, **options)
    assert fit.count == 240
    assert fit.status == "certified"
    matches(fit, published)


def test_the_huber_objective_is_the_best_known():
    assert chinchilla(where=WITHOUT_OUTLIERS).certificate.objective <= 0.0010182740180


def test_all_245_rows():
    fit = chinchilla()
    assert fit.count == 245
    matches(fit, {"A": "495.73", "B": "12845.6", "E": "1.89134", "alpha": "0.34931", "beta": "0.45305"})
    assert fit.certificate.objective == pytest.approx(0.001826010523, abs=5e-13)


def test_pairs_intervals_of_4000_resamples():
    fit = chinchilla(where=WITHOUT_OUTLIERS, intervals="pairs", draws=4000, levels=(0.95,))
    published = {
        "A": (285, 723, 119), "B": (1085, 5848, 1454), "E": (1.772, 1.871, 0.0252), "alpha": (0.316, 0.372, 0.0149),
        "beta": (0.334, 0.416, 0.0203),
    }  # fmt: skip
    for name, (lower, upper, error) in published.items():
        found = fit.parameters[name]
        # a percentile of 4,000 draws wanders by about a tenth of the standard error
        assert found.lower == pytest.approx(lower, abs=0.15 * error), name
        assert found.upper == pytest.approx(upper, abs=0.3 * error), name
        assert found.se == pytest.approx(error, rel=0.1), name


@pytest.mark.parametrize(
    ("corpus", "alpha", "beta", "exponent", "floor"),
    [
        ("c4_original", 113.69, 189.52, -0.24247, 1.50826),
        ("rpj", 166.21, 366.69, -0.27285, 1.83665),
        ("rw_original", 125.10, 246.21, -0.25439, 1.73446),
    ],
)
def test_overtraining(corpus, alpha, beta, exponent, floor):
    fit = forecast.fit(
        DATA / "overtraining.csv", "overtraining", where=[f"corpus={corpus}"], intervals="analytic", draws=100
    )
    # the authors' code leaves 6^-eta out of the coefficient of N and keeps it in that of D
    assert fit.derived["coefficient_N"].estimate == pytest.approx(alpha, abs=0.006)
    assert fit.parameters["b"].estimate == pytest.approx(beta, abs=0.006)
    assert fit.derived["exponent"].estimate == pytest.approx(exponent, abs=6e-6)
    assert fit.parameters["E"].estimate == pytest.approx(floor, abs=6e-6)


def test_data_constrained_has_several_optima():
    held = {
        "A": math.exp(6.255414),
        "B": math.exp(7.3049974),
        "E": math.exp(0.6254804),
        "alpha": 0.3526596,
        "beta": 0.3526596,
    }
    fit = forecast.fit(DATA / "data_constrained.csv", "data_constrained", fixed=held, intervals="profile", draws=100)
    assert fit.status == "multimodal"
    assert "multimodal" in {note.code for note in fit.notes}
    assert fit.certificate.objective == pytest.approx(0.0158047, abs=5e-8)
    assert fit.parameters["R_D"].estimate == pytest.approx(95.4, abs=0.05)
    assert fit.parameters["R_N"].estimate == pytest.approx(1.71, abs=0.005)
    assert fit.certificate.runner_up == pytest.approx(0.0158074, abs=5e-8)
    # the published 15.39 and 5.31 lies inside a flat profile
    assert fit.parameters["R_D"].lower < 15.39 < fit.parameters["R_D"].upper
    assert fit.parameters["R_D"].upper > 1000
    published = np.array([[*held.values(), 15.387756, 5.309743]])
    residual = np.log(fit.law.values(published, fit.inputs)[0]) - np.log(fit.output)
    assert fit.loss.total(residual[None], None)[0] == pytest.approx(0.0158259, abs=5e-8)


def test_broken_power_on_four_digit_addition():
    # the published fit minimises the mean squared difference of log(1 + loss)
    everything = np.loadtxt(DATA / "addition.csv", delimiter=",", skiprows=1, usecols=(0, 1))
    fit = forecast.fit(
        {"x": everything[:14, 0], "y": everything[:14, 1]},
        "broken_power",
        space="log1p",
        intervals="analytic",
        draws=100,
    )
    published = {"a": 0.41389, "b": 2.27727, "c_0": 0.05508, "c_1": 5.6629, "d_1": 612.58, "f_1": 0.05919}
    for name, value in published.items():
        assert fit.parameters[name].estimate == pytest.approx(value, rel=2e-5, abs=5e-6), name
    curve = fit.law.values(fit.estimates[None], {"x": everything[:, 0]})[0]
    error = np.log(curve / everything[:, 1])
    assert np.sqrt(np.mean(error[:14] ** 2)) == pytest.approx(0.000598, abs=1e-6)
    assert np.sqrt(np.mean(error[14:] ** 2)) == pytest.approx(0.01092, abs=1e-5)


@pytest.mark.parametrize(
    ("table", "count", "factor", "lower", "upper"),
    [("cost_amortised", 45, 2.448, 2.036, 2.944), ("cost_cloud", 40, 2.592, 2.169, 3.097)],
)
def test_growth_of_training_cost(table, count, factor, lower, upper):
    fit = forecast.fit(DATA / f"{table}.csv", "exponential", y="cost_usd", levels=(0.9,))
    growth = fit.derived["factor_per_year"]
    assert fit.count == count
    assert [round(v, 3) for v in (growth.estimate, growth.lower, growth.upper)] == [factor, lower, upper]
    if table == "cost_amortised":
        assert round(fit.scores["r2"], 3) == 0.608
        assert round(fit.scores["residual_sd"] / math.log(10), 3) == 0.707


def test_exponents_of_optimal_sizes():
    # the published intervals rest on noisy refits of curves that are not in the table, so only the exponents can match
    fits = forecast.fit(
        DATA / "optimal_sizes.csv", "power", x="flop", y="optimal_params", weights="weight", by_group="configuration",
        drop_missing=True,
    )  # fmt: skip
    found = fits.summary()["k"].to_dict()
    published = {
        "base-long-kaplan-kaplan-train": 0.8353000424913991, "base-long-kaplan-standard-val": 0.7064699122200796,
        "base-short-kaplan-standard-val": 0.6020375267309686, "base-short-chinchilla-standard-val": 0.5714947855747434,
        "tuned-short-const-standard-val": 0.49689507817885203,
    }  # fmt: skip
    assert found == pytest.approx(published, abs=1e-12)
