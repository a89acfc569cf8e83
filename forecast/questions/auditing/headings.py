"""Headings of a table of claims: quantities under their names or short ones, with a unit at the end or in the cells."""

from __future__ import annotations

import re

from forecast.costs.graph import quantities
from forecast.errors import DataError, UsageError
from forecast.units import parse_quantity

#: Columns of text: who claims what, and what the claim says that it counts.
FACTS = (
    "model", "run", "organization", "year", "covers", "told_as", "primary", "part_of", "accelerator", "region",
    "accounting", "energy_boundary", "basis", "source", "note",
)  # fmt: skip


_FACT_NAMES = {
    "name": "model", "system": "model", "org": "organization", "date": "year", "published": "year", "chip": "accelerator",
    "gpu": "accelerator", "hardware": "accelerator", "country": "region", "location": "region", "place": "region",
    "scope": "covers", "boundary": "energy_boundary", "family": "part_of", "reference": "source", "link": "source",
    "url": "source", "comment": "note", "notes": "note",
}  # fmt: skip


#: Columns of numbers.
FIGURES = (
    "parameters", "active_parameters", "tokens", "compute_flop", "chips", "wall_hours", "chip_hours", "chip_power_w",
    "power_it_w", "achieved_flop_per_s", "peak_flop_per_s", "utilization", "pue", "energy_it_kwh", "energy_kwh",
    "carbon_intensity_g_per_kwh", "carbon_operational_kg", "carbon_market_kg", "carbon_idle_kg", "carbon_embodied_kg",
    "carbon_kg", "wue_onsite_l_per_kwh", "ewif_l_per_kwh", "water_onsite_l", "water_offsite_l", "water_l",
    "price_per_chip_hour_usd", "cost_usd", "chip_embodied_kg", "server_embodied_kg", "chips_per_server",
    "lifetime_years", "fleet_utilization",
)  # fmt: skip


_STEMS = {
    "params": "parameters", "n": "parameters", "total_params": "parameters", "total_parameters": "parameters",
    "active_params": "active_parameters", "compute": "compute_flop", "training_compute": "compute_flop",
    "flop": "compute_flop", "flops": "compute_flop", "n_chips": "chips", "count": "chips", "gpus": "chips",
    "hours": "wall_hours", "wall": "wall_hours", "time": "wall_hours", "duration": "wall_hours", "wall_clock": "wall_hours",
    "gpu_hours": "chip_hours", "tpu_hours": "chip_hours", "accelerator_hours": "chip_hours", "chip_power": "chip_power_w",
    "gpu_power": "chip_power_w", "tdp": "chip_power_w", "power": "chip_power_w", "power_it": "power_it_w",
    "power_total": "power_it_w", "total_power": "power_it_w", "achieved": "achieved_flop_per_s",
    "peak": "peak_flop_per_s", "mfu": "utilization", "energy": "energy_kwh", "energy_it": "energy_it_kwh",
    "carbon_intensity": "carbon_intensity_g_per_kwh", "intensity": "carbon_intensity_g_per_kwh",
    "grid": "carbon_intensity_g_per_kwh", "ci": "carbon_intensity_g_per_kwh", "carbon": "carbon_kg", "co2": "carbon_kg",
    "co2e": "carbon_kg", "co2eq": "carbon_kg", "tco2e": "carbon_kg", "tco2": "carbon_kg", "tco2eq": "carbon_kg",
    "emissions": "carbon_kg", "carbon_total": "carbon_kg", "carbon_operational": "carbon_operational_kg",
    "carbon_market": "carbon_market_kg", "carbon_idle": "carbon_idle_kg", "carbon_embodied": "carbon_embodied_kg",
    "wue": "wue_onsite_l_per_kwh", "wue_onsite": "wue_onsite_l_per_kwh", "wue_offsite": "ewif_l_per_kwh",
    "ewif": "ewif_l_per_kwh", "water": "water_l", "water_onsite": "water_onsite_l", "water_offsite": "water_offsite_l",
    "price": "price_per_chip_hour_usd", "price_per_chip_hour": "price_per_chip_hour_usd",
    "price_per_hour": "price_per_chip_hour_usd", "price_per_gpu_hour": "price_per_chip_hour_usd", "cost": "cost_usd",
    "lifetime": "lifetime_years",
}  # fmt: skip


#: Unit at the end of a heading -> as units.py spells it; headings are folded to lower case.
_UNITS = {
    "wh": "Wh", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "twh": "TWh", "g": "g", "kg": "kg", "t": "t", "tonnes": "t",
    "tons": "t", "tco2e": "t", "tco2": "t", "kt": "kt", "lb": "lb", "lbs": "lb", "l": "L", "kl": "kL", "m3": "m3", "litres": "L",
    "liters": "L", "w": "W", "kw": "kW", "h": "h", "hours": "h", "hrs": "h", "days": "d", "years": "years", "usd": "USD",
    "musd": "M", "b": "B", "m": "M", "bn": "B", "billion": "B", "million": "M", "trillion": "T", "flop": "FLOP", "flops": "FLOP",
    "tflops": "T", "tflop_per_s": "T", "flop_per_s": "FLOP/s", "percent": "%", "pct": "%", "g_per_kwh": "g/kWh",
    "kg_per_kwh": "kg/kWh", "l_per_kwh": "L/kWh", "kg_per_mwh": "kg/MWh", "usd_per_h": "USD/h", "usd_per_hour": "USD/h",
}  # fmt: skip


_TONNES = ("tco2e", "tco2", "tco2eq")


_AMBIGUOUS = {"water_ml": "water_l with litres, or cells such as 5.4ML"}


def plain(heading: str) -> str:
    """Return a heading in lower case with underscores.

    Examples
    --------
    >>> plain("Energy (MWh)"), plain("g CO2/kWh")
    ('energy_mwh', 'g_co2_per_kwh')
    """
    return re.sub(r"[^0-9a-z]+", "_", heading.strip().casefold().replace("/", "_per_")).strip("_")


def read_heading(heading: str, table: str) -> tuple[str, str] | None:
    """Return the column that a heading means and the unit of its bare numbers; ``None`` where it means none.

    Raises
    ------
    DataError
        When it could mean two things.

    Examples
    --------
    >>> read_heading("energy_mwh", "mine.csv"), read_heading("GPU hours", "mine.csv"), read_heading("loss", "mine.csv")
    (('energy_kwh', 'MWh'), ('chip_hours', ''), None)
    """
    name = plain(heading)
    if name in _AMBIGUOUS:
        message = f"{table}: column {heading!r} could be millilitres or megalitres"
        raise DataError(message, hint=f"call it {_AMBIGUOUS[name]}")
    fact = _FACT_NAMES.get(name, name)
    if fact in FACTS:
        return fact, ""
    if name in FIGURES:
        return name, ""
    if name in _STEMS:
        return _STEMS[name], "t" if name in _TONNES else ""
    parts = name.split("_")
    for cut in range(len(parts) - 1, 0, -1):
        stem, tail = "_".join(parts[:cut]), "_".join(parts[cut:])
        target = stem if stem in FIGURES else _STEMS.get(stem)
        if target and tail in _UNITS:
            try:
                parse_quantity(f"1{_UNITS[tail]}", quantities()[target].unit)
            except UsageError:
                continue
            return target, _UNITS[tail]
    return None


def known_names() -> list[str]:
    """Return every name that a heading may have, without units."""
    return [*FIGURES, *FACTS, *_STEMS, *_FACT_NAMES]
