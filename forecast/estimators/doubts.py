"""What a fit warns of: scikit-learn's users call ``predict`` without reading a certificate."""

from __future__ import annotations

import warnings

from forecast.fitting.diagnosis import certificate_notes
from forecast.fitting.result import Fit
from forecast.solve.search import Status


class DoubtfulFitWarning(UserWarning):
    """The data do not settle the law: a parameter is on a bound or open, or another optimum fits as well."""


def warn_of(fit: Fit) -> None:
    """Warn of a fit that is not certified, with the reasons of its certificate."""
    if fit.status is Status.CERTIFIED:
        return
    told = certificate_notes(fit.certificate, fit.law) or [n for n in fit.notes if n.severity == "warning"]
    reasons = "; ".join(note.message.rstrip(".") for note in told)
    message = f"the fit of the law {fit.law.name} is {fit.status}: {reasons}"
    warnings.warn(message, DoubtfulFitWarning, stacklevel=3)
