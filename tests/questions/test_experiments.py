"""Designs: the predicted narrowing is what simulated runs bring, and the budget is kept."""

import dataclasses
import math

import numpy as np
import pytest

import forecast
from forecast.errors import FitError, UsageError
from forecast.laws import LAWS
from forecast.questions.experiments import design
from forecast.questions.prospects import candidates, noise_of, prospect

LAW = LAWS["chinchilla"]
TRUTH = np.array([[480.0, 2100.0, 1.82, 0.35, 0.37]])
TARGET, BUDGET, NOISE = 1e24, 1e21, 0.005


def simulate(size, tokens, seed):
    rng = np.random.default_rng(seed)
    loss = LAW.values(TRUTH, {"N": size, "D": tokens})[0] * np.exp(NOISE * rng.standard_normal(len(size)))
    return {"N": size, "D": tokens, "L": loss}


def first_runs(seed=0):
    size = np.repeat(np.geomspace(3e7, 3e9, 6), 6)
    return simulate(size, size * np.tile(np.geomspace(3, 200, 6), 6), seed)


def fitted(table):
    return forecast.fit(table, "chinchilla", loss="mse", draws=250)


def width(fit):
    (row,) = (row for row in forecast.allocate(fit, TARGET, levels=(0.9,)).rows if row.quantity == "loss")
    return row.upper - row.lower


def width_with(table, size, tokens, seeds):
    """Return the mean width after simulated runs are added to a table."""
    found = []
    for seed in seeds:
        more = simulate(np.asarray(size), np.asarray(tokens), 1000 + seed)
        found.append(width(fitted({name: np.concatenate([table[name], more[name]]) for name in table})))
    return float(np.mean(found))


def test_simulated_runs_narrow_as_predicted_and_more_than_other_choices():
    ratios, shares = [], []
    for seed in range(4):
        table = first_runs(seed)
        fit = fitted(table)
        plan = design(fit, runs=6, budget=BUDGET, target_compute=TARGET)
        runs = plan.to_frame()
        before, predicted = plan.intervals[-1].width_before, plan.intervals[-1].width_after
        assert before == pytest.approx(width(fit), rel=1e-4)  # quantiles of logarithms
        actual = width_with(table, runs["parameters"], runs["tokens"], range(3))
        ratios.append(actual / predicted)
        largest = np.full(6, math.sqrt(BUDGET / 6 / 6 / 20))
        rng = np.random.default_rng(seed)
        drawn = np.exp(rng.uniform(np.log(3e8), np.log(1e10), 6))
        shares += [width_with(table, size, BUDGET / 36 / size, range(3)) / actual for size in (largest, drawn)]
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.12)
    assert np.mean(shares) > 1.05
    assert np.mean(np.array(shares) > 1) > 0.75


def test_the_budget_is_kept_and_runs_stand_apart():
    fit = fitted(first_runs())
    for runs, budget in ((1, 1e19), (4, 1e20), (12, 1e22)):
        plan = design(fit, runs=runs, budget=budget, target_compute=TARGET)
        assert len(plan.runs) == runs
        assert plan.compute_flop <= budget * (1 + 1e-9)
        size, tokens = (np.log([getattr(run, name) for run in plan.runs]) for name in ("parameters", "tokens"))
        for i in range(runs):
            near = (np.abs(size - size[i]) < math.log(2)) & (np.abs(tokens - tokens[i]) < math.log(2))
            assert near.sum() == 1
        widths = [run.width_after for run in plan.runs]
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] == pytest.approx(plan.intervals[-1].width_after)
        assert widths[-1] < plan.intervals[-1].width_before


def test_more_budget_and_more_runs_never_tell_less():
    fit = fitted(first_runs())
    left = [
        design(fit, runs=runs, budget=budget, target_compute=TARGET).intervals[-1].width_after
        for runs, budget in ((2, 1e20), (2, 1e22), (6, 1e22))
    ]
    assert left == sorted(left, reverse=True)


def test_no_exchange_of_one_run_does_better():
    fit = fitted(first_runs())
    plan = design(fit, runs=3, budget=1e20, target_compute=TARGET)
    draws = fit.draws
    best = forecast.allocate(fit, TARGET).draws["loss"][:, 0]
    size, tokens = candidates(fit, 3, 1e20)
    found = prospect(fit, draws, np.log(best), size, tokens, noise_of(fit, draws))
    chosen = [
        int(np.argmin(np.abs(np.log(size / r.parameters)) + np.abs(np.log(tokens / r.tokens)))) for r in plan.runs
    ]
    variance = found.variance(chosen)
    shrink = math.sqrt(variance / found.variance([]))
    assert plan.intervals[-1].width_after / plan.intervals[-1].width_before == pytest.approx(shrink, rel=0.02)
    rng = np.random.default_rng(0)
    for _ in range(200):
        other = rng.choice(len(size), 3, replace=False)
        if found.compute[other].sum() <= 1e20:
            assert found.variance(other) > variance * 0.98


def test_noise_is_that_of_the_scatter():
    fit = forecast.fit(first_runs(), "chinchilla", loss="mse", intervals="analytic", draws=4000)
    # Student t draws are wider than their covariance by their degrees of freedom
    wide = math.sqrt(fit.freedom / (fit.freedom - 2))
    assert noise_of(fit, fit.draws) == pytest.approx(fit.scores["residual_sd"] * wide, rel=0.05)


def test_the_same_seed_gives_the_same_runs():
    fit = fitted(first_runs())
    one, two = (design(fit, runs=4, budget=1e20, rng=np.random.default_rng(3)).to_dict() for _ in range(2))
    assert one == two


@pytest.mark.parametrize("runs", [9, 12, 17, 30])
def test_an_isoflop_plan_spends_the_budget_on_log_spaced_budgets(runs):
    plan = design(runs=runs, budget=1e21)
    frame = plan.to_frame()
    assert len(frame) == runs
    assert frame["compute_flop"].sum() == pytest.approx(1e21)
    budgets = np.unique(frame["compute_flop"].round(-12))
    steps = np.diff(np.log10(budgets))
    assert len(budgets) >= 3
    assert steps == pytest.approx(np.full(len(steps), steps[0]), rel=1e-6)
    assert budgets.max() / budgets.min() > 50
    assert plan.intervals[-1].width_before is None
    # what was planned can be fitted, as well as was said
    table = simulate(frame["parameters"].to_numpy(), frame["tokens"].to_numpy(), 0)
    if runs >= 15:
        assert str(forecast.fit(table, "isoflop", draws=100).status) == "certified"


def test_a_plan_tells_what_it_says_it_would():
    plan = design(runs=20, budget=1e22, target_compute=1e24)
    frame, anchor = plan.to_frame(), forecast.open_fit("chinchilla")
    size, tokens = frame["parameters"].to_numpy(), frame["tokens"].to_numpy()
    true = anchor.law.values(anchor.estimates[None], {"N": size, "D": tokens})[0]
    found = []
    for seed in range(12):
        scatter = plan.noise * np.random.default_rng(seed).standard_normal(20)
        fit = forecast.fit({"N": size, "D": tokens, "L": true * np.exp(scatter)}, "chinchilla", loss="mse", draws=100)
        found.append(forecast.allocate(fit, 1e24).summary()["loss"].item())
    spread = np.std(found, ddof=1) * 2 * 1.753  # Student t, 15 degrees of freedom
    assert spread == pytest.approx(plan.intervals[-1].width_after, rel=0.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"runs": 0, "budget": 1e20}, "0 runs"),
        ({"runs": 6, "budget": -1.0}, "no training run"),
        ({"runs": 6, "budget": 1e20, "target_compute": 0.0}, "no training run"),
        ({"runs": 6, "budget": 100.0}, "does not hold 6 runs"),
    ],
)
def test_impossible_designs_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        design(forecast.open_fit("chinchilla"), **options)


def test_what_cannot_be_designed_for_is_refused():
    with pytest.raises(UsageError, match="5 runs") as refused:
        design(runs=5, budget=1e20)
    assert "9 or more" in refused.value.hint
    with pytest.raises(UsageError, match="no loss"):
        design(forecast.fit("chinchilla", "isoflop", draws=100), runs=2, budget=1e20)
    fit = forecast.open_fit("chinchilla")
    with pytest.raises(FitError, match="no draws"):
        design(dataclasses.replace(fit, draws=fit.draws * np.nan), runs=2, budget=1e20)
