"""Published fits of scaling laws beside ours, from the tables that the tests hold.

Run: python benchmarks/reproduce.py
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

import forecast

DATA = Path(__file__).parent.parent / "tests" / "published" / "data"


def line(what, published, ours):
    print(f"{what:58} {published:46} {ours}")


def shown(fit, names, digits=6):
    return ", ".join(f"{name} {fit.intervals[name][-1].estimate:.{digits}g}" for name in names)


def main():
    line("data and law", "published", "here")
    parameters = ("A", "B", "E", "alpha", "beta")
    for options, published in (
        ({"loss": "huber"}, "objective 0.00101827 (same data, prototype)"),
        ({"loss": "lad"}, "482.01, 2085.43, 1.8172, 0.3478, 0.3658"),
        ({"loss": "mse"}, ""),
        ({"loss": "mse", "space": "raw"}, ""),
    ):
        fit = forecast.fit("chinchilla", "chinchilla", where=["loss<3.44"], intervals="analytic", **options)
        label = f"Chinchilla, 240 runs, {fit.loss.label} on {fit.space}"
        line(label, published, f"{shown(fit, parameters, 7)}, objective {fit.certificate.objective:.14g}")
    fit = forecast.fit("chinchilla", "chinchilla", intervals="analytic")
    line(
        "Chinchilla, 245 runs, huber 0.001 on log",
        "",
        f"{shown(fit, parameters)}, objective {fit.certificate.objective:.10g}",
    )
    for corpus, published in (
        ("c4_original", "113.69, 189.52, -0.24247, 1.50826"), ("rpj", "166.21, 366.69, -0.27285, 1.83665"),
        ("rw_original", "125.10, 246.21, -0.25439, 1.73446"),
    ):  # fmt: skip
        fit = forecast.fit(DATA / "overtraining.csv", "overtraining", where=[f"corpus={corpus}"], intervals="analytic")
        line(f"over-training, {corpus}, 5 runs", published, shown(fit, ("coefficient_N", "b", "exponent", "E")))
    held = {
        "A": math.exp(6.255414),
        "B": math.exp(7.3049974),
        "E": math.exp(0.6254804),
        "alpha": 0.3526596,
        "beta": 0.3526596,
    }
    fit = forecast.fit(DATA / "data_constrained.csv", "data_constrained", fixed=held, intervals="profile")
    low, high = fit.parameters["R_D"].lower, fit.parameters["R_D"].upper
    line(
        "data-constrained, 182 runs", "R_D 15.39, R_N 5.31 (objective 0.0158259)",
        f"{shown(fit, ('R_D', 'R_N'), 4)} (objective {fit.certificate.objective:.6g}), {fit.status}; "
        f"90 % profile of R_D {low:.2g} to {high:.2g}",
    )  # fmt: skip
    rows = np.loadtxt(DATA / "addition.csv", delimiter=",", skiprows=1, usecols=(0, 1))
    for space in ("log1p", "log"):
        fit = forecast.fit({"x": rows[:14, 0], "y": rows[:14, 1]}, "broken_power", space=space, intervals="analytic")
        error = np.log(fit.law.values(fit.estimates[None], {"x": rows[:, 0]})[0] / rows[:, 1])
        line(
            f"broken power law, four-digit addition, mse on {space}",
            "RMSLE 0.000598, 0.01092 on the last 3" if space == "log1p" else "",
            f"{shown(fit, fit.names)}, RMSLE {np.sqrt(np.mean(error[:14] ** 2)):.6f}, {np.sqrt(np.mean(error[14:] ** 2)):.5f}",
        )
    for table, published in (("cost_amortised", "2.448 [2.036, 2.944]"), ("cost_cloud", "2.592 [2.169, 3.097]")):
        growth = forecast.fit(DATA / f"{table}.csv", "exponential", y="cost_usd").derived["factor_per_year"]
        line(
            f"{table}, growth a year, 90 %",
            published,
            f"{growth.estimate:.3f} [{growth.lower:.3f}, {growth.upper:.3f}]",
        )
    fits = forecast.fit(
        DATA / "optimal_sizes.csv", "power", x="flop", y="optimal_params", weights="weight", by_group="configuration",
        drop_missing=True,
    )  # fmt: skip
    published = {
        "base-long-kaplan-kaplan-train": "0.8353 [0.824, 0.846]", "base-long-kaplan-standard-val": "0.7065 [0.691, 0.717]",
        "base-short-kaplan-standard-val": "0.6020 [0.591, 0.617]", "base-short-chinchilla-standard-val": "0.5715 [0.560, 0.589]",
        "tuned-short-const-standard-val": "0.4969 [0.491, 0.505]",
    }  # fmt: skip
    for name, row in fits.summary().iterrows():
        line(
            f"optimal size, {name}",
            published[name],
            f"{row['k']:.4f} [{row['k_lower']:.3f}, {row['k_upper']:.3f}] (90 %)",
        )


if __name__ == "__main__":
    main()
