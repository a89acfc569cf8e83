"""How long a formula takes in many groups, against statsmodels' formulas group by group."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import forecast

GROUPS, ROWS, SAMPLE = 1_000, 30, 50


def table():
    rng = np.random.default_rng(0)
    count = GROUPS * ROWS
    x, z, kind = rng.normal(size=count), rng.normal(size=count), rng.choice(list("abc"), count)
    y = 1 + 2 * x + z + 0.3 * rng.standard_normal(count)
    group = np.repeat([f"g{i:04}" for i in range(GROUPS)], ROWS)
    return pd.DataFrame({"group": group, "x": x, "z": z, "kind": kind, "y": y})


@pytest.mark.parametrize("estimator", ["ols", "robust", "quantile"])
def test_many_groups(benchmark, estimator):
    frame = table()
    fits = benchmark.pedantic(
        lambda: forecast.regress(frame, "y ~ x + z + C(kind)", by_group="group", estimator=estimator), rounds=1
    )
    taken = benchmark.stats.stats.max
    peer = {"ols": smf.ols, "robust": smf.rlm, "quantile": smf.quantreg}[estimator]
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # quantreg warns where it does not converge
        for _, rows in list(frame.groupby("group"))[:SAMPLE]:
            peer("y ~ x + z + C(kind)", rows).fit().conf_int()
    theirs = (time.perf_counter() - start) * GROUPS / SAMPLE
    print(
        f"\n{GROUPS} groups of {ROWS} rows, {estimator}: {taken:.1f} s; statsmodels, scaled from {SAMPLE}: {theirs:.1f} s"
    )
    assert fits.frame["group"].nunique() == GROUPS
    assert taken < theirs
