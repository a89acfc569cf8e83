"""Predictions through another fit: planted truth in two steps, and which draws belong together."""

import numpy as np
import pytest

import forecast
from forecast.errors import UsageError

LOSS = {"A": 480.0, "B": 2100.0, "E": 1.82, "alpha": 0.35, "beta": 0.37}
CURVE = {"low": 0.25, "high": 0.92, "k": -3.5, "x_0": 2.4}
PLACE = {"N": 7e9, "D": 1e12}


def loss_at(n, d):
    return LOSS["E"] + LOSS["A"] * n ** -LOSS["alpha"] + LOSS["B"] * d ** -LOSS["beta"]


def accuracy_at(loss):
    return CURVE["low"] + (CURVE["high"] - CURVE["low"]) / (1 + np.exp(-CURVE["k"] * (loss - CURVE["x_0"])))


def runs(seed, noise=0.004):
    rng = np.random.default_rng(seed)
    n, d = np.repeat(np.geomspace(3e7, 3e10, 7), 7), np.tile(np.geomspace(1e9, 1e12, 7), 7)
    return {"N": n, "D": d, "L": loss_at(n, d) * np.exp(noise * rng.standard_normal(49))}


def tasks(seed, count=40, noise=0.008):
    rng = np.random.default_rng(seed)
    loss = np.linspace(1.9, 3.6, count)
    return {"loss": loss, "accuracy": accuracy_at(loss) + noise * rng.standard_normal(count)}


@pytest.fixture(scope="module")
def first():
    return forecast.fit(runs(0), "chinchilla", loss="mse", draws=400)


@pytest.fixture(scope="module")
def second():
    return forecast.fit(tasks(1), "logistic", x="loss", y="accuracy", draws=400)


def test_the_planted_truth_of_two_steps_is_inside_the_interval_as_often_as_it_says():
    inside = []
    for seed in range(12):
        one = forecast.fit(runs(seed), "chinchilla", loss="mse", draws=150)
        two = forecast.fit(tasks(100 + seed), "logistic", x="loss", y="accuracy", draws=150)
        (row,) = two.predict(PLACE, [0.8], through={"x": one}).rows
        inside.append(row.lower <= accuracy_at(loss_at(**{k.lower(): v for k, v in PLACE.items()})) <= row.upper)
    assert 6 <= sum(inside) <= 12


def test_the_estimate_is_one_law_at_the_other(first, second):
    (row,) = second.predict(PLACE, [0.9], through={"x": first}).rows
    loss = first.predict(PLACE, [0.9]).rows[0].estimate
    assert row.estimate == pytest.approx(second.predict({"x": loss}, [0.9]).rows[0].estimate, rel=1e-12)
    assert row.at == PLACE


def test_uncertainty_of_both_steps_is_carried(first, second):
    def width(kind, **options):
        (row,) = second.predict(options.pop("at", PLACE), [0.9], kind, **options).rows
        return row.upper - row.lower

    loss = first.predict(PLACE, [0.9]).rows[0].estimate
    alone = width("mean", at={"x": loss})
    through = width("mean", through={"x": first})
    assert through > alone
    # variances of independent steps add up, to first order
    ends = [second.predict({"x": each}, [0.9]).rows[0].estimate for each in (loss - 1e-4, loss + 1e-4)]
    slope = (ends[1] - ends[0]) / 2e-4
    spread = first.predict(PLACE, [0.9]).draws.std() * abs(slope)
    inner = second.predict({"x": loss}, [0.9]).draws.std()
    assert second.predict(PLACE, [0.9], through={"x": first}).draws.std() == pytest.approx(
        np.hypot(spread, inner), rel=0.15
    )
    assert width("next", through={"x": first}) > max(through, width("next", at={"x": loss}))


def test_the_same_rows_keep_their_draws_together():
    rng = np.random.default_rng(5)
    table = runs(3) | {"score": None}
    common = 0.01 * rng.standard_normal(49)
    table["L"] = loss_at(table["N"], table["D"]) * np.exp(common)
    table["score"] = 3.0 * table["L"] ** -1.0 * np.exp(common)  # what moves the loss of a row moves its score as well
    one = forecast.fit(table, "chinchilla", loss="mse", draws=300)
    two = forecast.fit(table, "power", x="L", y="score", intervals="pairs", draws=300)
    together = two.predict(PLACE, [0.9], through={"x": one})
    assert "draws are kept together" in next(n.message for n in together.notes if n.code == "two-step")
    reloaded = forecast.Fit.from_dict(one.to_dict(), [], one.provenance.to_dict() | {"data": {"other": "rows"}})
    apart = two.predict(PLACE, [0.9], through={"x": reloaded})
    assert "independent" in next(n.message for n in apart.notes if n.code == "two-step")
    assert together.rows[0].estimate == apart.rows[0].estimate
    assert together.draws.std() != pytest.approx(apart.draws.std(), rel=1e-3)


def test_several_places_and_names_of_columns(first, second):
    both = second.predict({"N": [7e9, 7e10], "D": [1e12, 2e12]}, [0.9], through={"loss": first})
    alone = second.predict({"N": 7e10, "D": 2e12}, [0.9], through={"x": first})
    assert len(both.rows) == 2
    assert both.rows[1].estimate == pytest.approx(alone.rows[0].estimate)
    by_compute = second.predict({"N": 7e10, "C": 6 * 7e10 * 2e12}, [0.9], through={"x": first})
    assert by_compute.rows[0].upper == pytest.approx(alone.rows[0].upper)


def test_extrapolation_of_either_step_is_said(first, second):
    far = second.predict({"N": 1e13, "D": 1e15}, [0.9], through={"x": first})
    said = [note.message for note in far.notes if note.code == "extrapolation"]
    assert any(message.startswith("first step") for message in said)
    assert any(message.startswith("x goes") for message in said)


@pytest.mark.parametrize(
    ("at", "through", "message"),
    [
        ({"N": 7e9}, "x", "needs a value of D"),
        ({"N": 7e9, "D": 1e12, "q": 1.0}, "x", "no step has an input 'q'"),
        ({"N": 7e9, "D": -1.0}, "x", "above 0"),
        (PLACE, "los", "did you mean 'loss'"),
    ],
)
def test_wrong_calls_are_refused(first, second, at, through, message):
    with pytest.raises(UsageError, match=message):
        second.predict(at, [0.9], through={through: first})
