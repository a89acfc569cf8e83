"""The training run of a dataset model as a plan: what is known of it, and what the cost graph has to assume."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from forecast.costs.plan import data_date
from forecast.data.catalog import find_chip, find_zone
from forecast.data.constants import constant
from forecast.errors import UsageError

#: Short names of countries where the dataset's differ from those of the table of zones.
_COUNTRIES = {"United Kingdom of Great Britain and Northern Ireland": "GBR", "Korea (Republic of)": "KOR"}
_SIZES = ("parameters", "active_parameters", "tokens")


def entries_of(model: Mapping[str, Any], *, blind: bool = False) -> dict[str, Any]:
    """Return the entries of a plan for a model's run.

    Parameters
    ----------
    model : mapping
        A row of ``models``, numbers or NaN.
    blind : bool
        Only what is known before a run: parameters, tokens, compute, chip, date and the developer's country; without
        it also its hours, its energy and the water or carbon that was reported.

    Returns
    -------
    dict
        Entries for :meth:`forecast.costs.plan.RunPlan.read`; empty when neither compute, hours nor energy are known.

    Notes
    -----
    The chip is the first that the dataset names; the place is the developer's country where it has one. A chip on sale
    only after the publication counts as unknown.
    """
    known = {name: _number(model, name) for name in (*_SIZES, "training_compute_flop", "chip_hours", "energy_kwh")}
    date = min(model["published"].date(), data_date())
    entries: dict[str, Any] = {"date": date}
    chip = chip_of(str(model["hardware"]), date)
    if chip is not None:
        entries["chip"] = chip
    place = place_of(str(model["country"]))
    if place is not None:
        entries["region"] = place
    if "chip" in entries and str(model["numerical_format"]).casefold() in ("fp32", "tf32"):
        entries["precision"] = str(model["numerical_format"]).casefold()
    provider = provider_of(str(model["organization"]))
    if provider is not None:
        entries["provider"] = provider
    if not blind and known["energy_kwh"] is not None and model["energy_kwh_status"] != "imputed":
        entries["energy_it_kwh" if model["energy_boundary"] == "IT" else "energy_kwh"] = known["energy_kwh"]
    hours = known["chip_hours"] if not blind and chip is not None else None
    if hours is not None:
        entries["chip_hours"] = hours
    elif known["training_compute_flop"] is not None:
        entries["compute_flop"] = known["training_compute_flop"]
    elif _whole(model) and (known["parameters"] or known["active_parameters"]) is not None:
        entries |= {name: known[name] for name in _SIZES if known[name] is not None}
        entries["tokens"] *= _number(model, "epochs") or 1.0
    enough = {"energy_kwh", "energy_it_kwh", "chip_hours", "compute_flop", "tokens"} & entries.keys()
    return entries if enough else {}


def _number(model: Mapping[str, Any], name: str) -> float | None:
    value = float(model[name])
    return value if np.isfinite(value) and value > 0 else None


def _whole(model: Mapping[str, Any]) -> bool:
    """Whether the tokens are all that the run saw: the epochs are known, or there were too many to repeat."""
    tokens = _number(model, "tokens")
    return tokens is not None and (_number(model, "epochs") is not None or tokens >= constant("single_epoch_tokens"))


def chip_of(hardware: str, date: dt.date) -> str | None:
    """Return the first chip that a model's row names and the tables know; ``None`` where it was not yet on sale."""
    for name in hardware.split("; "):
        if not name:
            continue
        try:
            row = find_chip(name)
        except UsageError:
            continue
        if row["released"] is None or row["released"].date() <= date:
            return str(row["accelerator"])
    return None


@functools.cache
def place_of(country: str) -> str | None:
    """Return the zone of a developer's country; ``None`` where the row names none or several.

    Examples
    --------
    >>> place_of("France"), place_of("United States of America; France"), place_of("Multinational")
    ('FRA', None, None)
    """
    if not country or ";" in country:
        return None
    try:
        return str(find_zone(_COUNTRIES.get(country, country))["zone"])
    except UsageError:
        return None


@functools.cache
def provider_of(organization: str) -> str | None:
    """Return the operator of data centres among the developers, where the tables know one.

    Examples
    --------
    >>> provider_of("Google DeepMind"), provider_of("Meta AI"), provider_of("OpenAI")
    ('Google', 'Meta', None)
    """
    named = {"google": "Google", "deepmind": "Google", "meta ai": "Meta", "facebook": "Meta", "microsoft": "Microsoft"}
    folded = organization.casefold()
    return next((name for part, name in named.items() if part in folded), None)
