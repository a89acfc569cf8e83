"""Find a model by what people type: its name in any spelling, or another name it has."""

from __future__ import annotations

import pandas as pd

from forecast.data.checks.duplicates import folded
from forecast.data.dataset import load_dataset
from forecast.errors import UsageError, did_you_mean


def find_model(name: str) -> pd.Series:
    """Return the row of a model.

    Parameters
    ----------
    name : str
        Its name, ignoring case, spaces and punctuation, or an alias such as ``chatgpt``.

    Raises
    ------
    UsageError
        When there is none of that name, with the nearest.

    Examples
    --------
    >>> str(find_model("chatgpt")["name"]), str(find_model("llama 2 70b")["name"])
    ('GPT-3.5', 'Llama 2-70B')
    """
    models = load_dataset("models").frame
    aliases = load_dataset("aliases").frame
    by_alias = dict(zip(aliases["alias"].str.casefold(), aliases["name"], strict=True))
    by_key = {folded(alias): target for alias, target in zip(aliases["alias"], aliases["name"], strict=True)}
    by_key |= {folded(known): known for known in models["name"][::-1]}
    exact = models[models["name"] == name]
    if not len(exact):
        found = by_alias.get(name.casefold()) or by_key.get(folded(name))
        if found is None:
            message = f"unknown model or dataset {name!r}{did_you_mean(name, [*models['name'], *by_alias])}"
            raise UsageError(message, hint="run: forecast data list, or: forecast data show models")
        exact = models[models["name"] == found]
    return exact.iloc[0]


def aliases_of(name: str) -> list[str]:
    """Return the other names of a model."""
    aliases = load_dataset("aliases").frame
    return list(aliases["alias"][aliases["name"] == name])
