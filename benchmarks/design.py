"""Do the runs of `forecast design` narrow an interval as predicted? Simulated runs of a known law, added and fitted again.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/design.py [REPETITIONS]
Prints, for each loss and interval method, the predicted width of the target's 90 % interval as a share of the width before,
and the share really left after the designed runs, after runs of random sizes, and after equal compute-optimal runs, each with
its standard error over repetitions.
"""

from __future__ import annotations

import sys

import numpy as np

import forecast

TRUTH = {"A": 480.0, "B": 2100.0, "E": 1.82, "alpha": 0.35, "beta": 0.37}
TARGET, BUDGET, RUNS, NOISE = 1e24, 1e21, 6, 0.005
#: Refits with fresh scatter per repetition.
REFITS = 3
METHODS = [("mse", "pairs"), ("mse", "analytic"), ("mse", "residual"), ("huber", "pairs")]


def simulate(size, tokens, rng):
    loss = TRUTH["E"] + TRUTH["A"] / size ** TRUTH["alpha"] + TRUTH["B"] / tokens ** TRUTH["beta"]
    return {"N": size, "D": tokens, "L": loss * np.exp(NOISE * rng.standard_normal(len(size)))}


def fitted(table, loss, intervals):
    return forecast.fit(table, "chinchilla", loss=loss, intervals=intervals, draws=400)


def width(fit):
    (row,) = (row for row in forecast.allocate(fit, TARGET, levels=(0.9,)).rows if row.quantity == "loss")
    return row.upper - row.lower


def shares(loss, intervals, seed):
    """Return the predicted share, and those left after the designed, random and equal runs."""
    rng = np.random.default_rng(seed)
    size = np.repeat(np.geomspace(3e7, 3e9, 6), 6)
    table = simulate(size, size * np.tile(np.geomspace(3, 200, 6), 6), rng)
    fit = fitted(table, loss, intervals)
    before = width(fit)
    plan = forecast.design(fit, runs=RUNS, budget=BUDGET, target_compute=TARGET)
    runs = plan.to_frame()
    each = BUDGET / RUNS
    drawn = np.exp(rng.uniform(np.log(3e8), np.log(1e10), RUNS))
    equal = np.full(RUNS, np.sqrt(each / 6 / 20))
    found = [plan.intervals[-1].width_after / before]
    choices = [(runs["parameters"].to_numpy(), runs["tokens"].to_numpy())]
    choices += [(sizes, each / (6 * sizes)) for sizes in (drawn, equal)]
    for sizes, tokens in choices:
        left = []
        for _ in range(REFITS):
            more = simulate(sizes, tokens, rng)
            left.append(
                width(fitted({name: np.concatenate([table[name], more[name]]) for name in table}, loss, intervals))
            )
        found.append(np.mean(left) / before)
    return found


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    print("loss   intervals  predicted      designed       random         equal          designed / predicted")
    for loss, intervals in METHODS:
        found = np.array([shares(loss, intervals, seed) for seed in range(repetitions)])
        columns = np.column_stack([found, found[:, 1] / found[:, 0]])
        mean, error = columns.mean(axis=0), columns.std(axis=0, ddof=1) / np.sqrt(repetitions)
        cells = "  ".join(f"{m:.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
        print(f"{loss:5s}  {intervals:9s}  {cells}", flush=True)


if __name__ == "__main__":
    main()
