"""How often do intervals hold the truth? Simulated runs of a known Chinchilla law, fitted and compared.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/coverage.py [SIMULATIONS]
Prints, for each design and choice of options, the share of 90 % intervals that held the truth. Simulations run in as many
processes as there are cores; each line has its own seed, so that the figures do not depend on their number.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import forecast

TRUTH = {"A": 480.0, "B": 2100.0, "E": 1.82, "alpha": 0.35, "beta": 0.37}
LEVEL, DRAWS = 0.9, 500
#: Scatter of the logarithm of the loss; Student t with 4 degrees of freedom, as robust losses expect.
NOISE = 0.005
#: Options in words -> options of the fit
ROWS = (
    ("(default)", {}),
    ("`--percentile`", {"kind": "percentile"}),
    ("`--delta auto`", {"delta": "auto"}),
    ("`--loss mse`", {"loss": "mse"}),
    ("`--intervals wild`", {"intervals": "wild"}),
    ("`--intervals analytic`", {"intervals": "analytic"}),
)
RUNS = (
    ("(default, the runs unsaid)", {}),
    ("`--group run`", {"group": "run"}),
    ("`--group run --delta auto`", {"group": "run", "delta": "auto"}),
    ("`--group run --loss mse`", {"group": "run", "loss": "mse"}),
    ("`--group run --intervals wild`", {"group": "run", "intervals": "wild"}),
    ("`--group run --intervals wild --delta auto`", {"group": "run", "intervals": "wild", "delta": "auto"}),
)


def loss_at(size, tokens):
    return TRUTH["E"] + TRUTH["A"] / size ** TRUTH["alpha"] + TRUTH["B"] / tokens ** TRUTH["beta"]


def independent(count, rng):
    size, tokens = 10 ** rng.uniform(7.5, 10, count), 10 ** rng.uniform(9, 11.5, count)
    return {"N": size, "D": tokens, "L": loss_at(size, tokens) * np.exp(NOISE * rng.standard_t(4, count))}


def checkpoints(runs, each, rng):
    size = np.repeat(10 ** rng.uniform(7.5, 10, runs), each)
    tokens = np.repeat(10 ** rng.uniform(10, 11.5, runs), each) * np.tile(np.geomspace(0.05, 1, each), runs)
    luck = np.repeat(NOISE * rng.standard_t(4, runs), each)
    scatter = luck + 0.2 * NOISE * rng.standard_normal(runs * each)
    return {
        "N": size,
        "D": tokens,
        "L": loss_at(size, tokens) * np.exp(scatter),
        "run": np.repeat(np.arange(runs), each),
    }


def optimum(compute):
    """Return the compute-optimal run of the true law."""
    total = TRUTH["alpha"] + TRUTH["beta"]
    ratio = (TRUTH["alpha"] * TRUTH["A"] / (TRUTH["beta"] * TRUTH["B"])) ** (1 / total)
    size = ratio * (compute / 6) ** (TRUTH["beta"] / total)
    return size, compute / 6 / size


def held(table, options):
    """Return which intervals held the truth; compute is ten times the largest of the table."""
    compute = 10 * float((6 * table["N"] * table["D"]).max())
    size, tokens = optimum(compute)
    fit = forecast.fit(table, "chinchilla", N="N", D="D", L="L", levels=(LEVEL,), draws=DRAWS, **options)

    def optimal(parameters):
        derived = fit.law.derived(parameters)
        return (derived["G"] * (compute / 6) ** derived["a"])[:, None]

    found = {name: (fit.parameters[name].lower, fit.parameters[name].upper) for name in ("alpha", "beta", "E")}
    if fit.spec.intervals == "analytic":
        found["optimal N"] = tuple(fit.theory.interval(optimal, (LEVEL,))[1].ravel())
    else:
        found["optimal N"] = tuple(fit.bounds(optimal, (LEVEL,)).ravel())
    row = fit.predict({"N": size, "D": tokens}).rows[0]
    found["loss at 10 C"] = (row.lower, row.upper)
    wanted = {"optimal N": size, "loss at 10 C": loss_at(size, tokens), **TRUTH}
    return [low <= wanted[name] <= high for name, (low, high) in found.items()]


def share(task):
    """Return the shares of one line."""
    (make, *shape), options, simulations = task
    rng = np.random.default_rng(1)
    return np.mean([held(make(*shape, rng), options) for _ in range(simulations)], axis=0)


def main():
    simulations = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    lines = [
        *((f"{n} independent runs", (independent, n), words, options) for n in (30, 60, 240) for words, options in ROWS),
        *((f"{n} runs of {k} checkpoints", (checkpoints, n, k), words, options)
          for n, k in ((10, 6), (20, 12), (60, 12)) for words, options in RUNS),
    ]  # fmt: skip
    error = np.sqrt(LEVEL * (1 - LEVEL) / simulations)
    print(
        f"Share of {LEVEL:.0%} intervals that held the truth, {simulations} simulations (standard error {error:.3f}),"
    )
    print(f"{DRAWS} draws; a * is more than two standard errors off.\n")
    print("| design | options | alpha | beta | E | optimal N at 10 C | loss at 10 C |\n|---|---|---|---|---|---|---|")
    with ProcessPoolExecutor() as pool:
        tasks = [(design, options, simulations) for _, design, _, options in lines]
        for (label, _, words, _), shares in zip(lines, pool.map(share, tasks), strict=True):
            cells = [f"{value:.3f}{'*' if abs(value - LEVEL) > 2 * error else ''}" for value in shares]
            print(f"| {label} | {words} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
