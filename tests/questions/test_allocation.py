"""Allocation by a fit: what it says is the law's own optimum, carried by the draws."""

import dataclasses

import numpy as np
import pytest

import forecast
from forecast.errors import FitError, UsageError
from forecast.figures.isoflop import draw
from forecast.questions.allocation import allocate
from forecast.solve.search import Status


@pytest.fixture(scope="module")
def fit():
    return forecast.open_fit("chinchilla")


def pick(found, quantity, level=0.9, **where):
    (row,) = (
        row
        for row in found.rows
        if row.quantity == quantity
        and row.level == level
        and all(getattr(row, key) == value for key, value in where.items())
    )
    return row


def test_the_bundled_example_is_the_published_fit(fit):
    assert fit.count == 240
    assert fit.parameters["alpha"].estimate == pytest.approx(0.347310, abs=1e-6)
    assert "fitted here by: forecast fit chinchilla --law chinchilla --where 'loss<3.44'" in fit.notes[-1].message


def test_estimates_follow_the_closed_form_and_agree(fit):
    found = allocate(fit, [5.76e23, 1e25])
    a, g = fit.derived["a"].estimate, fit.derived["G"].estimate
    for compute in (5.76e23, 1e25):
        size, tokens, ratio, loss = (
            pick(found, name, compute_flop=compute).estimate
            for name in ("parameters", "tokens", "tokens_per_parameter", "loss")
        )
        assert size == pytest.approx(g * (compute / 6) ** a)
        assert 6 * size * tokens == pytest.approx(compute)
        assert ratio == pytest.approx(tokens / size)
        assert loss == pytest.approx(fit.predict({"N": size, "D": tokens}).rows[0].estimate)


def test_chinchilla_near_twenty_tokens_per_parameter_at_its_own_compute(fit):
    # Besiroglu et al. 2024: about 20 at Chinchilla's compute
    row = pick(allocate(fit, 5.76e23), "tokens_per_parameter")
    assert row.estimate == pytest.approx(17.92, abs=0.01)
    assert row.lower < 20 < row.upper


def test_intervals_are_those_of_optimised_draws(fit):
    found = allocate(fit, 1e25, levels=(0.5, 0.8))
    a_b = fit.draws[:, 4] / (fit.draws[:, 3] + fit.draws[:, 4])
    g = (fit.draws[:, 3] * fit.draws[:, 0] / (fit.draws[:, 4] * fit.draws[:, 1])) ** (1 / fit.draws[:, 3:].sum(axis=1))
    size = g * (1e25 / 6) ** a_b
    row = pick(found, "parameters", 0.8)
    assert (row.lower, row.median, row.upper) == pytest.approx(tuple(np.quantile(size, [0.1, 0.5, 0.9])))
    assert found.draws["parameters"][:, 0] == pytest.approx(size)
    assert pick(found, "parameters", 0.5).lower > row.lower


def test_over_training(fit):
    plain = allocate(fit, 1e25)
    loss_held = allocate(fit, 1e25, inference_tokens=1e13)
    compute_held = allocate(fit, 1e25, inference_tokens=1e13, hold="compute")
    for found in (loss_held, compute_held):
        assert pick(found, "parameters").estimate < pick(plain, "parameters").estimate
        assert pick(found, "tokens_per_parameter").estimate > 2 * pick(plain, "tokens_per_parameter").estimate
    assert pick(loss_held, "loss").estimate == pytest.approx(pick(plain, "loss").estimate, rel=1e-9)
    assert pick(loss_held, "training_compute").estimate > 1e25
    assert 0 < pick(loss_held, "compute_saved").estimate < 1
    spent = sum(pick(compute_held, name).estimate for name in ("training_compute", "inference_compute"))
    assert spent == pytest.approx(1e25)
    assert pick(compute_held, "loss").estimate > pick(plain, "loss").estimate
    assert loss_held.definition != compute_held.definition


def test_a_data_limit_that_binds(fit):
    found = allocate(fit, [1e22, 1e25], data_limit=1e12)
    small, large = (pick(found, "tokens", compute_flop=compute) for compute in (1e22, 1e25))
    assert small.estimate < 1e12
    assert large.estimate == pytest.approx(1e12)
    assert pick(found, "parameters", compute_flop=1e25).estimate == pytest.approx(1e25 / 6e12)
    assert any(note.code == "data-limit" and "repeated" in note.message for note in found.notes)
    loose = allocate(fit, 1e22, data_limit=1e15)
    assert pick(loose, "tokens").estimate == pytest.approx(pick(allocate(fit, 1e22), "tokens").estimate)
    assert any("does not bind" in note.message for note in loose.notes)


def test_a_budget_is_compute_over_price(fit):
    stated = {"chip": "H100", "mfu": "40%", "price": "$2"}
    found = allocate(fit, budget=1e8, plan=stated)
    hours = 1e8 / 2
    compute = pick(found, "compute")
    assert compute.estimate == pytest.approx(hours * 3600 * 0.4 * 9.894e14, rel=1e-3)
    assert compute.lower == pytest.approx(compute.upper)
    assert pick(found, "parameters").estimate == pytest.approx(
        pick(allocate(fit, compute.estimate), "parameters").estimate
    )
    twice = allocate(fit, budget=2e8, plan=stated)
    assert pick(twice, "compute").estimate == pytest.approx(2 * compute.estimate)
    open_price = allocate(fit, budget=1e8, plan={"chip": "H100"})
    row = pick(open_price, "compute")
    assert row.upper > 2 * row.lower
    assert {"utilization", "price_per_chip_hour_usd"} <= {each.name for each in open_price.price.assumptions}
    assert pick(open_price, "parameters").upper - pick(open_price, "parameters").lower > (
        pick(found, "parameters").upper - pick(found, "parameters").lower
    ) * (row.estimate / compute.estimate)


def test_the_curve_is_lowest_at_the_best_size(fit):
    found = allocate(fit, [1e20, 1e23], curve=True)
    for compute in (1e20, 1e23):
        points = [point for point in found.curve if point.compute_flop == compute]
        lowest = min(points, key=lambda point: point.loss)
        assert lowest.parameters == pytest.approx(pick(found, "parameters", compute_flop=compute).estimate)
        assert all(point.lower <= point.loss <= point.upper for point in points)
        assert all(6 * point.parameters * point.tokens == pytest.approx(compute) for point in points)
    figure = draw(found, "isoflop")
    assert figure.svg == draw(found, "isoflop").svg
    assert "The best size is" in figure.alt
    assert len(figure.data) == len(found.curve)


def test_extrapolation_says_how_far(fit):
    found = allocate(fit, 1e25)
    largest = float((6 * fit.inputs["N"] * fit.inputs["D"]).max())
    assert found.extrapolation[0]["C"] == pytest.approx(np.log10(1e25 / largest))
    assert any(note.code == "extrapolation" and "2.9 orders of magnitude" in note.message for note in found.notes)
    inside = allocate(fit, 1e21)
    assert inside.extrapolation == ({},)
    assert not any(note.code == "extrapolation" for note in inside.notes)


def test_the_isoflop_law_knows_the_size_only():
    fit = forecast.fit("chinchilla", "isoflop")
    found = allocate(fit, 1e22)
    assert {row.quantity for row in found.rows} == {"parameters", "tokens", "tokens_per_parameter"}
    assert pick(found, "parameters").estimate == pytest.approx(
        fit.parameters["G"].estimate * 1e22 ** fit.parameters["a"].estimate
    )
    with pytest.raises(UsageError, match="no loss"):
        allocate(fit, 1e22, curve=True)


def test_frames_and_json_hold_the_same(fit):
    found = allocate(fit, [1e22, 1e23])
    assert len(found.to_frame()) == len(found.to_dict()["rows"]) == 2 * 4 * 2
    assert found.summary().loc[1e22, "loss"] == pick(found, "loss", compute_flop=1e22).estimate
    assert {"compute_flop", "quantity", "level", "median", "lower", "upper"} <= set(found.to_dict()["rows"][0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give compute or a budget"),
        ({"compute": 1e22, "budget": 1e6}, "not both"),
        ({"compute": -1e22}, "no training run"),
        ({"compute": 0.0}, "no training run"),
        ({"compute": float("nan")}, "no training run"),
        ({"budget": 0.0}, "not above 0"),
        ({"budget": 1e30}, "more than the world produces"),
        ({"budget": 1e6, "plan": {"chip": "H1000"}}, "did you mean 'H100'"),
        ({"compute": 1e22, "inference_tokens": -1.0}, "above 0"),
        ({"compute": 1e22, "data_limit": float("inf")}, "finite"),
        ({"compute": 1e22, "hold": "los"}, "did you mean 'loss'"),
    ],
)
def test_impossible_requests_are_refused(fit, options, message):
    with pytest.raises(UsageError, match=message):
        allocate(fit, options.pop("compute", ()), **options)


def test_fits_that_cannot_allocate_are_refused(fit):
    curve = forecast.fit("chinchilla", "power", x="params", y="loss", draws=100)
    with pytest.raises(UsageError, match="takes x"):
        allocate(curve, 1e22)
    failed = dataclasses.replace(fit, certificate=dataclasses.replace(fit.certificate, status=Status.FAILED))
    with pytest.raises(FitError, match="failed"):
        allocate(failed, 1e22)
    with pytest.raises(FitError, match="no draws"):
        allocate(dataclasses.replace(fit, draws=fit.draws * np.nan), 1e22)
    with pytest.raises(UsageError, match="did you mean 'chinchilla'"):
        forecast.open_fit("chinchila")
