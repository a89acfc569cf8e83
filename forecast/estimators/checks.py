"""Checks of scikit-learn that give a law too few columns, declared in scikit-learn's own way."""

from __future__ import annotations

from forecast.estimators.scaling_law import ScalingLawRegressor

#: Checks of :func:`sklearn.utils.estimator_checks.check_estimator` whose tables have two columns.
_TWO_COLUMNS = (
    "check_estimators_overwrite_params",
    "check_estimators_fit_returns_self",
    "check_readonly_memmap_input",
    "check_sample_weights_pandas_series",
    "check_sample_weights_not_an_array",
    "check_sample_weights_shape",
    "check_sample_weights_not_overwritten",
    "check_fit_idempotent",
    "check_fit_check_is_fitted",
    "check_n_features_in",
)


def expected_failed_checks(estimator: ScalingLawRegressor) -> dict[str, str]:
    """Return the checks of scikit-learn that an estimator cannot pass, each with its reason.

    They are those whose tables have two columns, for a law that takes more; for all others there are none. The same
    estimator passes them once ``columns`` says that a column plays two parts.

    Parameters
    ----------
    estimator : ScalingLawRegressor
        The estimator to check.

    Examples
    --------
    >>> from forecast.estimators import ScalingLawRegressor
    >>> expected_failed_checks(ScalingLawRegressor(law="chinchilla"))
    {}
    >>> reasons = expected_failed_checks(ScalingLawRegressor(law="data_constrained"))
    >>> reasons["check_fit_idempotent"]
    'the law data_constrained takes 3 columns, and the check gives 2'
    >>> expected_failed_checks(ScalingLawRegressor(law="data_constrained", columns=(0, 1, 1)))
    {}
    """
    needed = estimator._features_needed()
    if needed <= 2:
        return {}
    return dict.fromkeys(_TWO_COLUMNS, f"the law {estimator._law_name()} takes {needed} columns, and the check gives 2")
