"""How often do intervals hold the truth? Simulated runs of a known Chinchilla law, fitted and compared.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/coverage.py [SIMULATIONS]
Prints, for each design and method, the share of 90 % intervals that held the truth, with its standard error.
"""

from __future__ import annotations

import sys

import numpy as np

import forecast

TRUTH = {"A": 480.0, "B": 2100.0, "E": 1.82, "alpha": 0.35, "beta": 0.37}
LEVEL, DRAWS = 0.9, 500
#: Scatter of the logarithm of the loss; Student t with 4 degrees of freedom, as robust losses expect.
NOISE = 0.005


def loss_at(size, tokens):
    return TRUTH["E"] + TRUTH["A"] / size ** TRUTH["alpha"] + TRUTH["B"] / tokens ** TRUTH["beta"]


def independent(count, rng):
    size, tokens = 10 ** rng.uniform(7.5, 10, count), 10 ** rng.uniform(9, 11.5, count)
    return {"N": size, "D": tokens, "L": loss_at(size, tokens) * np.exp(NOISE * rng.standard_t(4, count))}


def checkpoints(runs, rng, each=12):
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


def truth(place, compute):
    a = TRUTH["beta"] / (TRUTH["alpha"] + TRUTH["beta"])
    ratio = (TRUTH["alpha"] * TRUTH["A"] / (TRUTH["beta"] * TRUTH["B"])) ** (1 / (TRUTH["alpha"] + TRUTH["beta"]))
    optimal = ratio * (compute / 6) ** a
    return {
        "alpha": TRUTH["alpha"],
        "beta": TRUTH["beta"],
        "E": TRUTH["E"],
        "optimal N": optimal,
        "loss at 10 C": loss_at(**place),
    }


def held(table, options, compute):
    """Return which intervals held the truth."""
    a = TRUTH["beta"] / (TRUTH["alpha"] + TRUTH["beta"])
    size = (TRUTH["alpha"] * TRUTH["A"] / (TRUTH["beta"] * TRUTH["B"])) ** (1 / (TRUTH["alpha"] + TRUTH["beta"])) * (
        compute / 6
    ) ** a
    place = {"size": size, "tokens": compute / 6 / size}
    fit = forecast.fit(table, "chinchilla", N="N", D="D", L="L", levels=(LEVEL,), draws=DRAWS, **options)
    found = {name: (fit.parameters[name].lower, fit.parameters[name].upper) for name in ("alpha", "beta", "E")}
    draws = fit.draws[np.isfinite(fit.draws).all(axis=1)]
    derived = fit.law.derived(draws)
    optimal = np.log(derived["G"]) + derived["a"] * np.log(compute / 6)
    found["optimal N"] = tuple(np.exp(np.quantile(optimal, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])))
    row = fit.predict({"N": place["size"], "D": place["tokens"]}).rows[0]
    found["loss at 10 C"] = (row.lower, row.upper)
    wanted = truth(place, compute)
    return {name: low <= wanted[name] <= high for name, (low, high) in found.items()}


def main():
    simulations = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    designs = [
        *(
            (f"{n} independent runs", lambda rng, n=n: independent(n, rng), m)
            for n in (30, 60, 240)
            for m in ("pairs", "analytic")
        ),
        ("20 runs of 12 checkpoints", lambda rng: checkpoints(20, rng), "pairs"),
        ("20 runs of 12 checkpoints", lambda rng: checkpoints(20, rng), "cluster"),
        ("60 runs of 12 checkpoints", lambda rng: checkpoints(60, rng), "cluster"),
    ]
    print(f"share of {LEVEL:.0%} intervals that held the truth, {simulations} simulations, {DRAWS} draws")
    for label, make, method in designs:
        rng = np.random.default_rng(1)
        hits = []
        for _ in range(simulations):
            table = make(rng)
            compute = 10 * float((6 * table["N"] * table["D"]).max())
            options = {"intervals": method} | ({"group": "run"} if method == "cluster" else {})
            if method != "cluster":
                table.pop("run", None)
            hits.append(held(table, options, compute))
        shares = {name: np.mean([hit[name] for hit in hits]) for name in hits[0]}
        words = ", ".join(f"{name} {share:.3f}" for name, share in shares.items())
        print(f"{label:28} {method:9} {words}  (± {np.sqrt(LEVEL * (1 - LEVEL) / simulations):.3f})", flush=True)


if __name__ == "__main__":
    main()
