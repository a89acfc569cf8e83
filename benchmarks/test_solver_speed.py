"""Timings of the solver, beside its peers in the same run; one BLAS thread.

Run: OPENBLAS_NUM_THREADS=1 python -m pytest benchmarks/test_solver_speed.py -q -s
"""

import time

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import least_squares, minimize

import forecast
from forecast.data.dataset import load_dataset
from forecast.intervals import INTERVALS
from forecast.laws import LAWS
from forecast.solve.losses import Loss
from forecast.solve.problem import Problem
from forecast.solve.search import search

DELTA = 1e-3
#: starts of the published grid (Besiroglu et al. 2024), and how many of them are timed
GRID, SLICE = 4_500, 30


def runs():
    frame = load_dataset("chinchilla").frame
    frame = frame[frame["loss"] < 3.44]
    size = frame["params"].to_numpy()
    return size, frame["compute_flop"].to_numpy() / (6 * size), frame["loss"].to_numpy()


def problem():
    size, tokens, loss = runs()
    model = LAWS["chinchilla"].model({"N": size[None], "D": tokens[None]}, "log")
    target = np.log(loss)[None]
    return Problem(model, Loss("huber", DELTA), target, np.ones_like(target), *model.bounds(target))


def seconds(function, repeats=5):
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best


def least_squares_once():
    """Fit once from a neutral start, as one would by hand."""
    size, tokens, loss = runs()
    n, d, y = np.log(size) - np.log(size).mean(), np.log(tokens) - np.log(tokens).mean(), np.log(loss)

    def residual(t):
        terms = np.stack([t[0] - t[3] * n, t[1] - t[4] * d, np.full_like(n, t[2])])
        return np.logaddexp.reduce(terms, axis=0) - y

    return least_squares(
        residual, [0.0, 0.0, 0.0, 0.5, 0.5], loss="huber", f_scale=DELTA, xtol=1e-12, ftol=1e-12, gtol=1e-12
    )


def lbfgs(start):
    size, tokens, loss = runs()
    n, d, y = np.log(size), np.log(tokens), np.log(loss)

    def objective(t):
        terms = np.stack([t[0] - t[3] * n, t[1] - t[4] * d, np.full_like(n, t[2])])
        value = np.logaddexp.reduce(terms, axis=0)
        residual = value - y
        share = np.exp(terms - value)
        slope = np.clip(residual, -DELTA, DELTA)
        gradient = [
            slope @ share[0], slope @ share[1], slope @ share[2], -(slope * share[0]) @ n, -(slope * share[1]) @ d
        ]  # fmt: skip
        return float(np.sum(slope * (residual - slope / 2))), np.array(gradient)

    return minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-10},
    )


def published_starts():
    axes = [
        np.arange(0, 30, 5),
        np.arange(0, 30, 5),
        np.arange(-1, 1.5, 0.5),
        np.arange(0, 2.5, 0.5),
        np.arange(0, 2.5, 0.5),
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 5)
    assert len(grid) == GRID
    return grid[np.random.default_rng(0).choice(GRID, SLICE, replace=False)]


def test_whole_fit_against_its_peers(benchmark):
    task = problem()
    optimum = benchmark(lambda: search(problem()))
    ours = seconds(lambda: search(task))
    once = seconds(least_squares_once)
    slice_time = seconds(lambda: [lbfgs(start) for start in published_starts()], repeats=1)
    scaled = slice_time * GRID / SLICE
    print(
        f"\nwhole multi-start fit {1e3 * ours:.1f} ms; one least_squares call {1e3 * once:.1f} ms (ratio {ours / once:.2f}); "
        f"{GRID} L-BFGS starts {scaled:.0f} s, scaled from {SLICE} (ratio {scaled / ours:.0f})"
    )
    assert optimum.certificates[0].objective <= 0.0010182740180
    assert ours < 2 * once
    assert scaled > 1000 * ours


def test_a_thousand_refits(benchmark):
    optimum = search(problem())
    draw = lambda: INTERVALS["pairs"].draw(optimum, np.zeros(1, dtype=int), 1000, np.random.default_rng(0))  # noqa: E731
    theta = benchmark.pedantic(draw, rounds=5, warmup_rounds=1)
    ours = seconds(draw)
    once = seconds(least_squares_once)
    print(f"\n1,000 pairs refits {ours:.3f} s, {ours / once:.1f} times one least_squares call of {1e3 * once:.1f} ms")
    assert np.isfinite(theta).all()
    assert ours < 0.35 * once / 0.013


@pytest.mark.parametrize("resamples", [500, 1000, 2000, 4000])
def test_time_grows_with_resamples(benchmark, resamples):
    optimum = search(problem())
    benchmark.pedantic(
        lambda: INTERVALS["pairs"].draw(optimum, np.zeros(1, dtype=int), resamples, np.random.default_rng(0)), rounds=3
    )


@pytest.mark.parametrize("groups", [1_000, 10_000])
def test_many_groups(benchmark, groups):
    rng = np.random.default_rng(0)
    x = 10 ** rng.uniform(1, 6, (groups, 30))
    y = np.exp(rng.normal(2, 1, (groups, 1)) - 0.3 * np.log(x) + 0.1 * rng.standard_normal(x.shape))
    frame = pd.DataFrame({"group": np.repeat(np.arange(groups), 30), "x": x.ravel(), "y": y.ravel()})
    fits = benchmark.pedantic(lambda: forecast.fit(frame, "power", by_group="group", intervals="pairs"), rounds=1)
    taken = benchmark.stats.stats.max
    print(f"\n{groups} groups of 30 rows, power law, 1,000 pairs draws each: {taken:.1f} s")
    assert (fits.summary()["status"] == "certified").all()
    assert taken < 20


@pytest.mark.parametrize("rows", [240, 2_400, 24_000])
def test_time_grows_with_rows(benchmark, rows):
    size, tokens, loss = (np.tile(v, rows // 240) for v in runs())
    model = LAWS["chinchilla"].model({"N": size[None], "D": tokens[None]}, "log")
    target = np.log(loss)[None]
    task = Problem(model, Loss("huber", DELTA), target, np.ones_like(target), *model.bounds(target))
    benchmark.pedantic(lambda: search(task), rounds=2)
