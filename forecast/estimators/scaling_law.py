"""Any law as a regressor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    check_non_negative,
    validate_data,
)

from forecast.errors import ForecastError
from forecast.estimators.columns import Column, choose, features_needed
from forecast.estimators.doubts import warn_of
from forecast.estimators.rows import distinct, ordered
from forecast.fitting.procedure import fit_rows
from forecast.fitting.result import Fit
from forecast.fitting.rows import Rows
from forecast.fitting.spec import FitSpec
from forecast.laws import LAWS, Law
from forecast.provenance import Provenance
from forecast.settings import SEED
from forecast.solve.search import Status

Array = NDArray[np.float64]
#: Draws while only the fit is wanted: the fewest there can be.
_FEW_DRAWS = 100


def _value_error(error: ForecastError) -> ValueError:
    """Return one of our errors as what scikit-learn's tools expect, without a hint that names options of the command."""
    return ValueError(f"{error.message} ({error.hint})" if error.hint and "--" not in error.hint else error.message)


class ScalingLawRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Any law of ``forecast list laws`` as a regressor.

    Parameters
    ----------
    law : str
        Its name.
    columns : sequence of int or str, optional
        Which columns of ``X`` are its inputs, in its order; by default the first ones, with a warning if there are more.
        ``sum_power`` takes up to five. A column may play two parts: ``data_constrained`` with ``(0, 1, 1)`` counts every
        token as new.
    loss, space : str, optional
        What is summed, of which residuals; by default those of the law. See :class:`forecast.solve.losses.Loss`.
    delta : float
        Where huber turns linear.
    breaks : int, optional
        Breaks of ``broken_power``.
    intervals : str
        How :meth:`predict_interval` draws: a name from ``forecast list intervals``, or ``auto``.
    draws : int
        How many it draws.
    random_state : int
        Seed of the draws; fits have no randomness.

    Attributes
    ----------
    fit_ : Fit
        The fit, with certificate, covariance and notes.
    parameters_ : dict
        The law's parameters.
    status_ : str
        How far the fit can be trusted: ``certified``, ``weakly-identified``, ``multimodal``, ``at-bound``; all but the
        first come with a :class:`DoubtfulFitWarning`.
    columns_ : tuple of int
        Columns of ``X`` that are used.
    floor_ : array of shape (inputs,)
        Smallest positive value of each positive input; zeros, which have no power, are taken as it.
    n_features_in_, feature_names_in_
        As everywhere in scikit-learn.
    """

    def __init__(
        self,
        law: str = "power_floor",
        *,
        columns: Sequence[Column] | None = None,
        loss: str | None = None,
        space: str | None = None,
        delta: float = 1e-3,
        breaks: int | None = None,
        intervals: str = "auto",
        draws: int = 1_000,
        random_state: int = SEED,
    ) -> None:
        self.law = law
        self.columns = columns
        self.loss = loss
        self.space = space
        self.delta = delta
        self.breaks = breaks
        self.intervals = intervals
        self.draws = draws
        self.random_state = random_state

    def _law_name(self) -> str:
        return self.law.replace("-", "_")

    def _options(self, inputs: int) -> dict[str, Any]:
        options: dict[str, Any] = {} if self.breaks is None else {"breaks": self.breaks}
        if LAWS[self._law_name()].most_inputs:
            options["inputs"] = [f"x{j + 1}" for j in range(inputs)]
        return options

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the law.

        Parameters
        ----------
        X : array-like of shape (n, features)
            Inputs; 0 or more for laws of powers.
        y : array-like of shape (n,)
            The response; above 0 for most laws.
        sample_weight : array-like of shape (n,), optional
            Weights; rows of weight 0 do not count.

        Raises
        ------
        ValueError
            When the data cannot determine the law.

        Warns
        -----
        DoubtfulFitWarning
            When the fit is not certified.
        """
        found: tuple[Array, Array] = validate_data(
            self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2,
            ensure_min_features=self._features_needed(),
        )  # fmt: skip
        weight: Array = _check_sample_weight(sample_weight, found[0], dtype=np.float64)
        check_non_negative(weight, f"{type(self).__name__} (sample_weight)")
        inputs, output, weight = (values[weight > 0] for values in (*found, weight))
        names = list(getattr(self, "feature_names_in_", ()))
        fewest, most = self._takes()
        self.columns_ = choose(self.columns, self.n_features_in_, names, fewest, most, self._law_name())
        form = self._form(len(self.columns_))
        self.floor_ = np.full(len(form.inputs), np.nan)
        if any(item.positive for item in form.inputs):
            self._check_positive(inputs, form)
            for j, (item, column) in enumerate(zip(form.inputs, self.columns_, strict=True)):
                above = inputs[inputs[:, column] > 0, column]
                if item.positive and len(above):
                    self.floor_[j] = above.min()
        if form.output.positive and len(output) and output.min() <= 0:
            message = f"the law {form.name} needs y above 0; the smallest is {output.min():g}"
            raise ValueError(message)
        rows = self._rows(self._inputs(form, inputs), output.astype(float), weight)
        self.fit_ = self._fitted(rows, form)
        self.parameters_ = dict(zip(self.fit_.names, map(float, self.fit_.estimates), strict=True))
        self.status_ = str(self.fit_.status)
        warn_of(self.fit_)
        return self

    def _form(self, inputs: int) -> Law:
        try:
            law = LAWS[self._law_name()].configured(**self._options(inputs))
        except ForecastError as error:
            raise _value_error(error) from error
        if law.asks() != (law.inputs, law.output):
            message = f"the law {law.name} is not fitted to the rows themselves, so it is no regressor"
            raise ValueError(message)
        return law

    def _takes(self) -> tuple[int, int]:
        """Return how many columns the law takes, at least and at most."""
        law = self._form(1)
        return (1, law.most_inputs) if law.most_inputs else (len(law.inputs), len(law.inputs))

    def _features_needed(self) -> int:
        return features_needed(self.columns, self._takes()[0])

    def _check_positive(self, X: Array, law: Law) -> None:
        used = X if self.columns is None else X[:, list(self.columns_)]
        check_non_negative(used, f"{type(self).__name__} (law {law.name})")

    def _inputs(self, form: Law, X: Array) -> dict[str, Array]:
        inputs = {}
        for item, column, floor in zip(form.inputs, self.columns_, self.floor_, strict=True):
            values = X[:, column]
            inputs[item.name] = np.where(values > 0, values, floor) if item.positive else values
        return inputs

    def _rows(self, inputs: Mapping[str, Array], output: Array, weight: Array) -> Rows:
        names = getattr(self, "feature_names_in_", [f"X[:, {j}]" for j in range(self.n_features_in_)])
        columns = {name: str(names[j]) for name, j in zip(inputs, self.columns_, strict=True)}
        return Rows(inputs, output, weight, None, None, columns, False, "X", "", ())

    def _fitted(self, rows: Rows, form: Law) -> Fit:
        try:
            spec = FitSpec(
                form.name, self._options(len(self.columns_)), {}, self.loss, self.space, self.delta,
                intervals="analytic", draws=_FEW_DRAWS,
            )  # fmt: skip
            sorted_rows = ordered(rows)
            once = distinct(sorted_rows)
            fit = fit_rows(once, form, spec, self.random_state, Provenance(), few=True)
            if fit.status is Status.CERTIFIED:  # there is one optimum: to the last digit that of the rows as they came
                return fit_rows(rows, form, spec, self.random_state, Provenance(), few=True)
            if len(once.output) == len(rows.output):
                return fit
            return fit_rows(sorted_rows, form, fit.spec, self.random_state, Provenance(), known=fit, few=True)
        except ForecastError as error:
            raise _value_error(error) from error

    def _places(self, X: ArrayLike) -> Mapping[str, Array]:
        check_is_fitted(self)
        places: Array = validate_data(self, X, dtype=np.float64, reset=False)
        if any(item.positive for item in self.fit_.law.inputs):
            self._check_positive(places, self.fit_.law)
        return self._inputs(self.fit_.law, places)

    def predict(self, X: ArrayLike) -> Array:
        """Return the fitted law at inputs, of shape (n,)."""
        inputs = self._places(X)
        return np.asarray(self.fit_.law.values(self.fit_.estimates[None], inputs)[0])

    def predict_interval(self, X: ArrayLike, level: float = 0.9, kind: Literal["mean", "next"] = "next") -> Array:
        """Return lower and upper bounds at inputs, of shape (n, 2).

        Parameters
        ----------
        X : array-like of shape (n, features)
            Inputs.
        level : float
            Probability inside.
        kind : {"mean", "next"}
            Where the fitted curve is, or where the next observation will fall.

        Raises
        ------
        ValueError
            When there are not more different rows than parameters.

        Examples
        --------
        >>> size = np.geomspace(1e6, 1e10, 30)[:, None]
        >>> loss = (1.7 + 400 * size[:, 0]**-0.34) * (1 + 0.01 * np.sin(5 * np.arange(30)))
        >>> bounds = ScalingLawRegressor("power_floor").fit(size, loss).predict_interval(size, 0.9)
        >>> float(((bounds[:, 0] < loss) & (loss < bounds[:, 1])).mean()) > 0.8
        True
        """
        inputs = self._places(X)
        fit = self.fit_
        rows = self._rows(fit.inputs, fit.output, fit.weight)
        different = len(distinct(ordered(rows)).output)
        if different <= len(fit.names):
            message = (
                f"{different} different rows and {len(fit.names)} parameters leave no scatter to make an interval of"
            )
            raise ValueError(message)
        try:
            spec = replace(fit.spec, intervals=self.intervals, draws=self.draws)
            drawn = fit_rows(rows, fit.law, spec, self.random_state, Provenance(), known=fit)
            found = drawn.predict(inputs, (level,), kind).rows
        except ForecastError as error:
            raise _value_error(error) from error
        return np.array([[row.lower, row.upper] for row in found])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        try:
            law = self._form(1)
        except ValueError:
            return tags  # what is wrong with it is said by fit
        tags.input_tags.positive_only = any(item.positive for item in law.inputs)
        tags.target_tags.positive_only = law.output.positive
        # a law describes data that follow it, not any table of numbers
        tags.regressor_tags.poor_score = True
        return tags
