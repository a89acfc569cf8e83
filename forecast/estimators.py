"""Scaling laws as scikit-learn regressors, for pipelines, ``GridSearchCV`` and ``TimeSeriesSplit``.

They fit with the solver of :func:`forecast.fit`, certificate included (``status_``), and add intervals to predictions.
A law takes as many columns of ``X`` as it has inputs: the first ones, or those named by ``columns``.

Examples
--------
>>> import numpy as np
>>> size = np.geomspace(1e6, 1e10, 30)
>>> loss = 1.7 + 400 * size**-0.34
>>> law = PowerLawRegressor(floor=True).fit(size[:, None], loss)
>>> print(law.status_, {name: round(value, 2) for name, value in law.parameters_.items()})
certified {'E': 1.7, 'A': 400.0, 'k': -0.34}

Which exponents predict larger sizes is a question for a split by size, as for time:

>>> from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
>>> search = GridSearchCV(PowerLawRegressor(), {"floor": [False, True]}, cv=TimeSeriesSplit(3))
>>> search.fit(size[:, None], loss).best_params_
{'floor': True}
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

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
from forecast.fitting.procedure import fit_rows
from forecast.fitting.result import Fit
from forecast.fitting.rows import Rows
from forecast.fitting.spec import FitSpec
from forecast.laws import LAWS, Law
from forecast.provenance import Provenance
from forecast.settings import SEED

if TYPE_CHECKING:
    from collections.abc import Mapping

Array = NDArray[np.float64]
Column = int | str
#: Draws while only the fit is wanted: the fewest there can be.
_FEW_DRAWS = 100


def _value_error(error: ForecastError) -> ValueError:
    """Return one of our errors as what scikit-learn's tools expect."""
    return ValueError(f"{error.message}{f' ({error.hint})' if error.hint else ''}")


class ScalingLawRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Any law of ``forecast list laws`` as a regressor.

    Parameters
    ----------
    law : str
        Its name.
    columns : sequence of int or str, optional
        Which columns of ``X`` are its inputs, in its order; by default the first ones, with a warning if there are more.
        ``sum_power`` takes all.
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
        How far the fit can be trusted: ``certified``, ``weakly-identified``, ``multimodal``, ``at-bound``.
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
        if self._law_name() == "sum_power":
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
        """
        fewest = 1 if self._law_name() == "sum_power" else len(self._form(1).inputs)
        found: tuple[Array, Array] = validate_data(
            self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2, ensure_min_features=fewest
        )
        weight: Array = _check_sample_weight(sample_weight, found[0], dtype=np.float64)
        check_non_negative(weight, f"{type(self).__name__} (sample_weight)")
        inputs, output, weight = (values[weight > 0] for values in (*found, weight))
        self.columns_ = self._chosen()
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
        rows = Rows(self._inputs(form, inputs), output.astype(float), weight, None, None, {}, False, "X", "", ())
        self.fit_ = self._fitted(rows, "analytic", _FEW_DRAWS)
        self.parameters_ = dict(zip(self.fit_.names, map(float, self.fit_.estimates), strict=True))
        self.status_ = str(self.fit_.status)
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

    def _check_positive(self, X: Array, law: Law) -> None:
        used = X if self.columns is None else X[:, list(self.columns_)]
        check_non_negative(used, f"{type(self).__name__} (law {law.name})")

    def _chosen(self) -> tuple[int, ...]:
        """Return positions of the columns that are used."""
        features = self.n_features_in_
        everything = self._law_name() == "sum_power"
        if self.columns is None:
            wanted = features if everything else len(self._form(1).inputs)
            if features > wanted:
                message = f"X has {features} columns and the law {self._law_name()} takes {wanted}: the first; name them with columns=…"
                warnings.warn(message, UserWarning, stacklevel=3)
            return tuple(range(wanted))
        names = list(getattr(self, "feature_names_in_", ()))
        found = []
        for column in self.columns:
            place = names.index(column) if isinstance(column, str) and column in names else column
            if not isinstance(place, int | np.integer) or not -features <= place < features:
                message = f"X has no column {column!r}; it has {names or features}"
                raise ValueError(message)
            found.append(int(place) % features)
        needed = len(found) if everything else len(self._form(1).inputs)
        if len(found) != needed:
            message = f"the law {self._law_name()} takes {needed} columns, not {len(found)}"
            raise ValueError(message)
        return tuple(found)

    def _inputs(self, form: Law, X: Array) -> Mapping[str, Array]:
        inputs = {}
        for item, column, floor in zip(form.inputs, self.columns_, self.floor_, strict=True):
            values = X[:, column]
            inputs[item.name] = np.where(values > 0, values, floor) if item.positive else values
        return inputs

    def _fitted(self, rows: Rows, intervals: str, draws: int) -> Fit:
        form = self._form(len(self.columns_))
        try:
            spec = FitSpec(
                form.name, self._options(len(self.columns_)), {}, self.loss, self.space, self.delta, intervals=intervals,
                draws=draws,
            )  # fmt: skip
            return fit_rows(rows, form, spec, self.random_state, Provenance())
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

        Examples
        --------
        >>> size = np.geomspace(1e6, 1e10, 30)[:, None]
        >>> loss = (1.7 + 400 * size[:, 0]**-0.34) * (1 + 0.01 * np.sin(5 * np.arange(30)))
        >>> bounds = PowerLawRegressor(floor=True).fit(size, loss).predict_interval(size, 0.9)
        >>> float(((bounds[:, 0] < loss) & (loss < bounds[:, 1])).mean()) > 0.8
        True
        """
        inputs = self._places(X)
        fit = self.fit_
        rows = Rows(fit.inputs, fit.output, fit.weight, None, None, {}, False, "X", "", ())
        drawn = self._fitted(rows, self.intervals, self.draws)
        try:
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


class PowerLawRegressor(ScalingLawRegressor):
    """``y = A x^k``, or with a floor ``y = E + A x^k``.

    Parameters
    ----------
    floor : bool
        Whether there is a level that no scale gets below.
    columns : sequence of int or str, optional
        The column of ``X`` that is x; by default the first.
    loss, space, delta, intervals, draws, random_state
        As of :class:`ScalingLawRegressor`, which has the attributes too.
    """

    def __init__(
        self,
        *,
        floor: bool = False,
        columns: Sequence[Column] | None = None,
        loss: str | None = None,
        space: str | None = None,
        delta: float = 1e-3,
        intervals: str = "auto",
        draws: int = 1_000,
        random_state: int = SEED,
    ) -> None:
        self.floor = floor
        self.columns = columns
        self.loss = loss
        self.space = space
        self.delta = delta
        self.intervals = intervals
        self.draws = draws
        self.random_state = random_state

    def _law_name(self) -> str:
        return "power_floor" if self.floor else "power"

    def _options(self, inputs: int) -> dict[str, Any]:
        return {}


class ChinchillaRegressor(ScalingLawRegressor):
    """``L = E + A / N^alpha + B / D^beta``, Huber on log residuals as published.

    Parameters
    ----------
    columns : sequence of int or str, optional
        The columns of ``X`` that are N (parameters) and D (tokens); by default the first two.
    loss, space, delta, intervals, draws, random_state
        As of :class:`ScalingLawRegressor`, which has the attributes too.

    Examples
    --------
    >>> import forecast
    >>> runs = forecast.load_dataset("chinchilla").frame.query("loss < 3.44")
    >>> X = np.column_stack([runs["params"], runs["compute_flop"] / (6 * runs["params"])])
    >>> law = ChinchillaRegressor().fit(X, runs["loss"])
    >>> round(law.parameters_["alpha"], 5), round(law.parameters_["beta"], 5)
    (0.34731, 0.36717)
    """

    def __init__(
        self,
        *,
        columns: Sequence[Column] | None = None,
        loss: str | None = None,
        space: str | None = None,
        delta: float = 1e-3,
        intervals: str = "auto",
        draws: int = 1_000,
        random_state: int = SEED,
    ) -> None:
        self.columns = columns
        self.loss = loss
        self.space = space
        self.delta = delta
        self.intervals = intervals
        self.draws = draws
        self.random_state = random_state

    def _law_name(self) -> str:
        return "chinchilla"

    def _options(self, inputs: int) -> dict[str, Any]:
        return {}
