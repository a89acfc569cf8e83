"""Reading what ``forecast fit … -o fit.json`` wrote, whether a law or a formula was fitted."""

from __future__ import annotations

from pathlib import Path

from forecast.errors import DataError, ForecastError
from forecast.fitting.result import Fit, fit_of, read_envelope
from forecast.regressions.result import LAW, Regression


def read_fit(path: str | Path) -> Fit | Regression:
    """Read a saved fit of a law or a formula.

    Raises
    ------
    UsageError
        When the file cannot be opened.
    DataError
        When it holds no fit.
    """
    content = read_envelope(path)
    if content["result"].get("law") != LAW:
        return fit_of(content, path)
    try:
        return Regression.from_dict(content["result"], content.get("notes", ()), content.get("provenance"))
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError, ForecastError) as error:
        message = f"{path}: is a damaged fit ({type(error).__name__}: {error})"
        raise DataError(message, hint="write it again with forecast fit") from error
