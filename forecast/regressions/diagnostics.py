"""How well a regression describes and predicts its own rows: residuals left out one by one, influence, scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from forecast.regressions.expressions import Array

if TYPE_CHECKING:
    from forecast.regressions.result import Regression


def left_out(regression: Regression) -> Array:
    """Return each row's residual over its standard error when the row itself is left out.

    The externally studentised residuals (Cook and Weisberg 1982), exact without a refit for least squares; Student t with
    n - p - 1 degrees of freedom.
    """
    size, weight = len(regression.names), _weight(regression)
    free = np.maximum(1 - regression.leverage, 1e-12)
    square = weight * regression.residuals**2
    rest = np.maximum(square.sum() - square / free, 0.0) / max(regression.count - size - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rest > 0, np.sqrt(weight) * regression.residuals / np.sqrt(rest * free), 0.0)


def cook(regression: Regression) -> Array:
    """Return Cook's distance of each row: how far all fitted values move when it is left out; for least squares."""
    free = np.maximum(1 - regression.leverage, 1e-12)
    variance = max(regression.estimated.residual_sd**2, 1e-300)
    square = _weight(regression) * regression.residuals**2
    return np.asarray(square * regression.leverage / (len(regression.names) * variance * free**2))


def scores(regression: Regression) -> dict[str, float]:
    """Return how well a regression describes and predicts its own rows, on the formula's scale.

    ``left_out_coverage`` is the share of rows inside the widest next-observation interval made without them.
    """
    count, size, weight = regression.count, len(regression.names), _weight(regression)
    residual = regression.residuals
    mean = int(regression.formula.has_intercept)
    middle = np.average(regression.response, weights=weight) if mean else 0.0
    total = float((weight * (regression.response - middle) ** 2).sum())
    square = float((weight * residual**2).sum())
    nan = float("nan")
    result = {
        "r2": 1 - square / total if total > 0 else nan,
        "adjusted_r2": nan,
        "residual_sd": regression.estimated.residual_sd,
        "median_absolute_residual": float(np.median(np.abs(residual))),
        "aicc": nan, "bic": nan, "left_out_coverage": nan,
    }  # fmt: skip
    if regression.spec.estimator not in ("ols", "wls"):
        return result
    if total > 0:
        result["adjusted_r2"] = 1 - square / total * (count - mean) / (count - size)
    # normal errors; the scale is a parameter too
    minus = count * (math.log(2 * math.pi * max(square, 1e-300) / count) + 1) - float(np.log(weight).sum())
    each = size + 1
    room = count - each - 1
    result["aicc"] = minus + 2 * each + 2 * each * (each + 1) / room if room > 0 else nan
    result["bic"] = minus + each * math.log(count)
    if count - size > 1:
        bound = float(stdtrit(count - size - 1, (1 + regression.level) / 2))
        result["left_out_coverage"] = float((np.abs(regression.left_out) <= bound).mean())
    return result


def _weight(regression: Regression) -> Array:
    return np.asarray(regression.rows.weight / regression.rows.weight.mean())
