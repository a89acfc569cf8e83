"""Reading what ``forecast fit … -o fit.json`` wrote, whether a law or a formula was fitted."""

from __future__ import annotations

from pathlib import Path

from forecast.fitting.result import Fit, fit_of, read_envelope, whole
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
    return whole(Regression.from_dict, content, path)
