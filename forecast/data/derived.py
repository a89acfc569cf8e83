"""Footprints that the cost graph derived for models that report none; a reported figure is never replaced."""

from __future__ import annotations

import pandas as pd

from forecast.data.dataset import load_dataset

#: Columns of ``derived`` that fill columns of ``models``; rental cost stays apart, because the models' cost is ownership.
FILLED = ("energy_kwh", "carbon_kg", "water_l")


def add_derived(models: pd.DataFrame) -> pd.DataFrame:
    """Return the models with derived energy, carbon and water where none is known, marked by status.

    Parameters
    ----------
    models : pandas.DataFrame
        Typed rows of ``models``.

    Examples
    --------
    >>> bare = load_dataset("models").frame
    >>> full = add_derived(bare)
    >>> bool((full["carbon_kg_status"] == "reported").sum() == (bare["carbon_kg_status"] == "reported").sum())
    True
    """
    derived = load_dataset("derived").frame.set_index("name")
    result = models.copy()
    at = result["name"]
    for column in FILLED:
        fill = at.map(derived[column])
        gap = result[column].isna() & fill.notna()
        result[column] = result[column].where(~gap, fill)
        result[f"{column}_status"] = result[f"{column}_status"].where(~gap, at.map(derived["status"]))
    return result
