"""The estimators, by statsmodels, on scaled columns.

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

from forecast.errors import FitError
from forecast.regressions.expressions import Array
from forecast.regressions.spec import RegressionSpec

_ITERATIONS = 5_000


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is judged and reported below
        return _robust(design, response) if spec.estimator == "robust" else _quantile(spec, design, response)


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
    from statsmodels.regression.quantile_regression import QuantReg

    assert spec.quantile is not None
    try:
        fitted = QuantReg(response, design).fit(q=spec.quantile, max_iter=_ITERATIONS, p_tol=1e-8)
        covariance = np.asarray(fitted.cov_params())
    except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
        message = f"quantile regression has no answer for these rows ({error})"
        raise FitError(message, hint="use --estimator robust, more rows, or a quantile nearer to 0.5") from error
    if not (np.isfinite(fitted.params).all() and np.isfinite(covariance).all()):
        message = f"the rows do not determine the {spec.quantile:g} quantile and its standard errors"
        raise FitError(message, hint="use more rows, or a quantile nearer to 0.5")
    residual = response - design @ fitted.params
    objective = float((residual * (spec.quantile - (residual < 0))).sum())
    count, size = design.shape
    spread = float(np.sqrt((residual**2).sum() / (count - size)))
    steps = int(fitted.iterations)
    return Estimated(
        np.asarray(fitted.params), covariance, float(count - size), spread, objective, steps, steps < _ITERATIONS
    )


def leverages(design: Array, weight: Array) -> Array:
    """Return how much each row decides its own fitted value, in 0 to 1."""
    orthonormal, _ = np.linalg.qr(design * np.sqrt(weight)[:, None])
    return np.asarray((orthonormal**2).sum(axis=1))
