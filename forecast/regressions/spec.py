"""What to regress and how: everything that moves the numbers, apart from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from forecast.errors import UsageError, did_you_mean
from forecast.settings import LEVELS

#: What each estimator is, and the covariances that it has; the first is the one used unless another is asked for.
ESTIMATORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ols": ("least squares", ("nonrobust", "HC3", "cluster")),
    "wls": ("weighted least squares", ("nonrobust", "HC3", "cluster")),
    "robust": ("Huber's M-estimator (1.345)", ("asymptotic",)),
    "quantile": ("quantile regression", ("asymptotic",)),
}
COVARIANCES = {
    "nonrobust": "the same scatter everywhere",
    "HC3": "heteroscedasticity-consistent HC3 (MacKinnon and White 1985)",
    "cluster": "rows of a group share their luck (Liang and Zeger 1986)",
    "asymptotic": "of the estimator in large samples",
}


@dataclass(frozen=True)
class RegressionSpec:
    """The choices of a regression.

    Parameters
    ----------
    formula : str
        Such as ``"log10(cost) ~ log10(compute) + year"``.
    estimator : str, optional
        A name of :data:`ESTIMATORS`; by default ``wls`` with weights, else ``ols``.
    quantile : float, optional
        Of quantile regression, by default the median.
    covariance : str, optional
        A name of :data:`COVARIANCES`; by default ``cluster`` with a group, else the estimator's first.
    weights, group : str, optional
        Columns of weights, and of what rows share.
    levels : tuple of float
        Probabilities inside the intervals.
    """

    formula: str
    estimator: str | None = None
    quantile: float | None = None
    covariance: str | None = None
    weights: str | None = None
    group: str | None = None
    levels: tuple[float, ...] = LEVELS

    def resolved(self) -> RegressionSpec:
        """Return the specification with every default spelled out.

        Raises
        ------
        UsageError
            For names that do not exist and choices that do not go together.
        """
        quantile = self.quantile
        estimator = self.estimator or ("quantile" if quantile is not None else "wls" if self.weights else "ols")
        if estimator not in ESTIMATORS:
            message = f"unknown estimator {estimator!r}{did_you_mean(estimator, ESTIMATORS)}"
            raise UsageError(message, hint=f"estimators: {', '.join(ESTIMATORS)}")
        if (estimator == "wls") != (self.weights is not None):
            message = "wls needs weights" if estimator == "wls" else f"weights do not go with the estimator {estimator}"
            raise UsageError(message, hint="give both: --estimator wls --weights COLUMN")
        if quantile is not None and estimator != "quantile":
            message = f"--quantile does not go with the estimator {estimator}"
            raise UsageError(message, hint="use --estimator quantile")
        if estimator == "quantile":
            quantile = 0.5 if quantile is None else quantile
            if not 0 < quantile < 1:
                message = f"the quantile {quantile:g} must lie between 0 and 1"
                raise UsageError(message, hint="write 0.9 for the line that 90 % of the rows stay below")
        known = ESTIMATORS[estimator][1]
        folded = {name.casefold(): name for name in COVARIANCES}
        asked = self.covariance or ("cluster" if self.group and "cluster" in known else known[0])
        covariance = folded.get(asked.casefold(), asked)
        if covariance not in COVARIANCES:
            message = f"unknown covariance {asked!r}{did_you_mean(asked, COVARIANCES)}"
            raise UsageError(message, hint=f"covariances: {', '.join(COVARIANCES)}")
        if covariance not in known:
            message = f"the covariance {covariance} does not go with the estimator {estimator}"
            raise UsageError(message, hint=f"it has {', '.join(known)}")
        if (covariance == "cluster") != (self.group is not None):
            message = (
                "cluster covariance needs to know what rows share"
                if covariance == "cluster"
                else f"a group does not go with {covariance} covariance"
            )
            raise UsageError(message, hint="give both: --covariance cluster --group COLUMN")
        if not self.levels or any(not 0 < level < 1 for level in self.levels):
            message = f"levels {self.levels} must lie between 0 and 1"
            raise UsageError(message, hint="write 0.9 for 90 %")
        levels = tuple(sorted(set(self.levels)))
        return RegressionSpec(self.formula, estimator, quantile, covariance, self.weights, self.group, levels)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> RegressionSpec:
        """Return the specification of plain data."""
        return cls(**{**content, "levels": tuple(content["levels"])})
