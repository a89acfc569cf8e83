"""The estimators on scaled columns: least squares and Huber's by statsmodels, quantiles as a linear programme.

References
----------
Huber 1964, Annals of Mathematical Statistics 35, 73 (robust). Koenker and Bassett 1978, Econometrica 46, 33 (quantile).
MacKinnon and White 1985, Journal of Econometrics 29, 305 (HC3). Liang and Zeger 1986, Biometrika 73, 13 (cluster).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from forecast.errors import FitError
from forecast.regressions.expressions import Array
from forecast.regressions.spec import RegressionSpec

_ITERATIONS = 5_000
#: Scatter below which rows lie on the fit but for rounding.
_EXACT = 1e-12


@dataclass(frozen=True)
class Estimated:
    """What an estimator gives, in the solver's coordinates.

    Parameters
    ----------
    coefficients, covariance : array of shape (p,), (p, p)
        Estimates, and their covariance.
    freedom : float
        Degrees of freedom of the Student t of the estimates.
    residual_sd : float
        Of the scatter about the fit, for a row of weight 1.
    objective : float
        What was minimised.
    iterations : int
        1 where the answer is in closed form.
    converged : bool
        Whether iterations came to rest.
    """

    coefficients: Array
    covariance: Array
    freedom: float
    residual_sd: float
    objective: float
    iterations: int = 1
    converged: bool = True


def estimate(
    spec: RegressionSpec, design: Array, response: Array, weight: Array, cluster: NDArray[np.intp] | None
) -> Estimated:
    """Return estimates of a full-rank design (n, p) with more rows than columns.

    Raises
    ------
    FitError
        When the estimator has no answer for the data.
    """
    if spec.estimator in ("ols", "wls"):
        return _least_squares(spec, design, response, weight, cluster)
    if spec.estimator == "quantile":
        return _quantile(spec, design, response)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is judged and reported below
        return _robust(design, response)


def _least_squares(
    spec: RegressionSpec, design: Array, response: Array, weight: Array, cluster: NDArray[np.intp] | None
) -> Estimated:
    from statsmodels.regression.linear_model import WLS

    weight = weight / weight.mean()
    model = WLS(response, design, weights=weight)
    count, size = design.shape
    freedom = float(count - size)
    if spec.covariance == "cluster":
        assert cluster is not None
        groups = int(cluster.max()) + 1
        if groups <= size:
            message = f"{groups} groups in {spec.group!r} cannot tell the covariance of {size} coefficients"
            raise FitError(message, hint="use --covariance HC3, a column of more groups, or a shorter formula")
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
        freedom = float(groups - 1)
    elif spec.covariance == "HC3":
        fitted = model.fit(cov_type="HC3", use_t=True)
    else:
        fitted = model.fit()
    residual = response - design @ fitted.params
    square = float((weight * residual**2).sum())
    return Estimated(
        np.asarray(fitted.params), np.asarray(fitted.cov_params()), freedom, float(np.sqrt(square / (count - size))),
        square / 2,
    )  # fmt: skip


def _robust(design: Array, response: Array) -> Estimated:
    from statsmodels.robust.norms import HuberT
    from statsmodels.robust.robust_linear_model import RLM

    model = RLM(response, design, M=HuberT())
    try:
        fitted = model.fit(maxiter=_ITERATIONS, tol=1e-10)
    except (ZeroDivisionError, FloatingPointError, ValueError, np.linalg.LinAlgError) as error:
        message = f"Huber's M-estimator has no answer for these rows ({error})"
        raise FitError(message, hint="use --estimator ols") from error
    scale = float(fitted.scale)
    if not (np.isfinite(fitted.params).all() and scale > 1e-12 * max(float(np.abs(response).max()), 1e-300)):
        message = "more than half of the rows lie exactly on a line, so Huber's M-estimator has no scale"
        raise FitError(message, hint="use --estimator ols or quantile")
    steps = int(fitted.fit_history["iteration"])
    objective = float(model.M.rho((response - design @ fitted.params) / scale).sum()) * scale**2
    return Estimated(
        np.asarray(fitted.params), np.asarray(fitted.cov_params()), float(fitted.df_resid), scale, objective, steps,
        steps < _ITERATIONS,
    )  # fmt: skip


def _quantile(spec: RegressionSpec, design: Array, response: Array) -> Estimated:
    """Return the coefficients of the linear programme, so to the last digit, with their sandwich covariance.

    Koenker 2005, Quantile Regression, sections 3.2.3 (the sparsity at one bandwidth) and 6.2 (the dual programme).
    """
    from scipy.optimize import linprog

    assert spec.quantile is not None
    quantile, (count, size) = spec.quantile, design.shape
    # what least squares leaves, in units of its spread, as the programme's tolerances are absolute
    start = np.linalg.lstsq(design, response, rcond=None)[0]
    left = response - design @ start
    scale = float(left.std())
    if scale <= _EXACT * float(np.abs(response).max()):
        message = "the rows lie exactly on the fit, so quantiles have no standard errors"
        raise FitError(message, hint="use --estimator ols")
    dual = linprog(
        -left / scale, A_eq=design.T, b_eq=(1 - quantile) * design.sum(axis=0), bounds=(0, 1), method="highs-ds"
    )
    if dual.x is None:
        message = f"quantile regression has no answer for these rows ({dual.message})"
        raise FitError(message, hint="use --estimator robust, more rows, or a quantile nearer to 0.5")
    residual = left + scale * (design @ dual.eqlin.marginals)
    residual[np.abs(residual) <= 1e-9 * scale] = 0.0  # the rows that the fit goes through
    sparsity = _sparsity(residual, quantile)
    if not np.isfinite(sparsity):
        message = f"the rows do not determine the {quantile:g} quantile and its standard errors"
        raise FitError(message, hint="use more rows, or a quantile nearer to 0.5")
    inverse = np.linalg.inv(design.T @ design)
    # the square of each row's score; a row on the fit, whose side would be rounding, gets the larger one
    below, above = residual < 0, residual > 0
    score = np.select([below, above], [(1 - quantile) ** 2, quantile**2], max(quantile, 1 - quantile) ** 2)
    objective = float((residual * (quantile - below)).sum())
    spread = float(np.sqrt((residual**2).sum() / (count - size)))
    return Estimated(
        start - scale * dual.eqlin.marginals, sparsity**2 * inverse @ (design.T * score) @ design @ inverse,
        float(count - size), spread, objective, int(dual.nit), dual.status == 0,
    )  # fmt: skip


def _sparsity(residual: Array, quantile: float) -> float:
    """Return one over the density of residuals at their quantile (Hall and Sheather 1988, Epanechnikov's kernel)."""
    count, middle = len(residual), ndtri(quantile)
    bell = np.exp(-(middle**2) / 2) / np.sqrt(2 * np.pi)
    width = (1.5 * bell**2 / (2 * middle**2 + 1)) ** (1 / 3) * count ** (-1 / 3) * ndtri(0.975) ** (2 / 3)
    if not (quantile - width > 0 and quantile + width < 1):
        return float("inf")  # too few rows beyond; with a narrower band 90 % intervals hold two thirds
    quarters = np.quantile(residual, [0.25, 0.75])
    spread = min(residual.std(), (quarters[1] - quarters[0]) / 1.34)
    band = spread * (ndtri(quantile + width) - ndtri(quantile - width))
    if band <= 0:
        return float("inf")
    inside = np.abs(residual) <= band
    density = 0.75 * float((1 - (residual[inside] / band) ** 2).sum()) / (count * band)
    return 1 / density if density > 0 else float("inf")


def leverages(design: Array, weight: Array) -> Array:
    """Return how much each row decides its own fitted value, in 0 to 1."""
    orthonormal, _ = np.linalg.qr(design * np.sqrt(weight)[:, None])
    return np.asarray((orthonormal**2).sum(axis=1))
