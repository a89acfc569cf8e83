"""Fitting: a law, data and a solver make a :class:`Fit` (or, for many groups at once, a :class:`GroupFits`)."""

from forecast.fitting.bounds import Estimate
from forecast.fitting.groups import GroupFits
from forecast.fitting.prediction import Prediction
from forecast.fitting.procedure import fit
from forecast.fitting.result import Fit, read_fit
from forecast.fitting.spec import FitSpec

__all__ = ["Estimate", "Fit", "FitSpec", "GroupFits", "Prediction", "fit", "read_fit"]
