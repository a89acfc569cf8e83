"""Regressions with a formula: a table, a formula and an estimator make a :class:`Regression`, or one per group."""

from forecast.regressions.groups import GroupRegressions
from forecast.regressions.procedure import regress
from forecast.regressions.result import Regression
from forecast.regressions.saved import read_fit
from forecast.regressions.spec import RegressionSpec

__all__ = ["GroupRegressions", "Regression", "RegressionSpec", "read_fit", "regress"]
