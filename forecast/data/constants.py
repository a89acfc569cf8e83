"""The tool's empirical constants: rows of ``datasets/constants.csv``, each with its source, never numbers in code."""

from __future__ import annotations

import csv
from functools import cache

from forecast.data.resources import datasets_folder


@cache
def _rows() -> dict[str, dict[str, str]]:
    with (datasets_folder() / "constants.csv").open(encoding="utf-8", newline="") as stream:
        return {row["name"]: row for row in csv.DictReader(stream)}


def constant(name: str) -> float:
    """Return the value of a constant in its stated unit.

    Examples
    --------
    >>> constant("longest_horizon_years")
    5.0
    """
    return float(_rows()[name]["value"])
