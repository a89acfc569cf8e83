"""Regressions with a formula: columns of a table, a formula and an estimator make a :class:`Regression`."""

from forecast.regressions.procedure import regress
from forecast.regressions.result import Regression
from forecast.regressions.saved import read_fit
from forecast.regressions.spec import RegressionSpec

__all__ = ["Regression", "RegressionSpec", "read_fit", "regress"]
