"""What stands in for an input that the plan does not state: a row of the datasets, with its range and source.

One function per input; its parameters are what it depends on (chip, precision, region, provider, date, commitment), so
that many plans look each combination up once.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import statistics
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from forecast.costs.choices import DEFAULT_PROVIDER, PRECISIONS, Assumed, choose
from forecast.costs.graph import quantity
from forecast.costs.plan import RunPlan
from forecast.data.dataset import load_dataset
from forecast.data.lookup import (
    Looked,
    Row,
    electricity_price,
    find_chip,
    grid_intensity,
    minerals_for,
    pue_for,
    range_of,
    rental_price,
    water_for,
    wue_for,
)
from forecast.dates import decimal_year
from forecast.errors import UsageError

_USE_PHASE = ("memory_bytes", "inference_batch", "inference_bytes_per_parameter", "inference_memory_factor")
_TABLES = (
    "hardware", "prices", "grids", "zones", "water", "datacenters", "electricity_prices", "uncertainty",
)  # fmt: skip


def assume(plan: RunPlan) -> tuple[dict[str, Assumed], tuple[Assumed, ...], RunPlan, dict[str, str]]:
    """Return what may stand in for each input, the assumed choices, the plan with its choices, and facts for conventions.

    Raises
    ------
    UsageError
        For an unknown chip, place, precision, provider or commitment, or a date at which the chip did not exist.
    """
    if not plan.assume:
        return {}, (), plan, {}
    filled, choices = choose(plan)
    fields = setting(filled)
    found: dict[str, Assumed] = {}
    facts: dict[str, str] = {"dollars": f"nominal {fields['date'].year}"}
    for name, function in assumptions(filled).items():
        row = look_up(name, function, fields)
        if row is not None:
            found[name] = row
    if "carbon_intensity_g_per_kwh" in found:
        facts["boundary"] = found["carbon_intensity_g_per_kwh"].convention.split(",")[0]
    return found, choices, filled, facts


def tables() -> dict[str, str]:
    """Return the tables that assumptions are read from, with their SHA-256."""
    return {f"datasets/{name}.csv": load_dataset(name).digest for name in _TABLES}


def setting(plan: RunPlan) -> dict[str, Any]:
    """Return the choices that assumptions depend on, of a plan that has them all."""
    return {
        "chip": plan.chip, "precision": plan.precision, "region": plan.region, "provider": plan.provider,
        "date": plan.date, "commitment": plan.commitment,
    }  # fmt: skip


def look_up(name: str, function: Callable[..., Looked | None], fields: Mapping[str, Any]) -> Assumed | None:
    """Return the assumption for an input under the given choices; ``None`` where no row has it."""
    looked = function(**{each: fields[each] for each in parameters(function)})
    return None if looked is None else _assumed(name, looked)


@functools.cache
def parameters(function: Callable[..., Looked | None]) -> tuple[str, ...]:
    """Return the choices that an assumption depends on."""
    return tuple(inspect.signature(function).parameters)


def assumptions(plan: RunPlan) -> dict[str, Callable[..., Looked | None]]:
    """Return the assumption of each input that the plan may need and does not state."""
    wanted = dict(_FUNCTIONS)
    if not plan.development:
        del wanted["development_factor"]
    if "inference_tokens" not in plan.given:
        wanted = {name: function for name, function in wanted.items() if name not in _USE_PHASE}
    if plan.given.keys() & {
        "chip_power_w",
        "server_factor",
        "load_factor",
        "server_power_w",
        "cpu_power_w",
        "power_it_w",
    }:
        del wanted["it_power_per_chip_w"]  # the user's power counts, not a measured one
    return {name: function for name, function in wanted.items() if name not in plan.given}


def _assumed(name: str, looked: Looked) -> Assumed:
    low = looked.value if looked.low is None else looked.low
    high = looked.value if looked.high is None else looked.high
    return Assumed(
        name, quantity(name).unit, looked.value, min(low, looked.value), max(high, looked.value), looked.source,
        looked.note, looked.convention,
    )  # fmt: skip


def _of_chip(row: Row, column: str, *, note: str = "") -> Looked | None:
    if row[column] is None:
        return None
    return Looked(
        float(row[column]), None, None, "", f"datasets/hardware.csv, {row['accelerator']}: {row['source']}", note
    )


def _kind(row: Row) -> str:
    return "TPU" if row["kind"] == "TPU" else "GPU"


def _scaled(looked: Looked, factor: str, *applies_to: str) -> Looked:
    # A figure without a range of its own gets the usual one.
    if looked.low is not None and looked.high is not None:
        return looked
    spread = range_of(factor, *applies_to)
    return replace(
        looked,
        low=looked.value * (spread.low or 1) / (spread.value or 1),
        high=looked.value * (spread.high or 1) / (spread.value or 1),
        note="; ".join(part for part in (looked.note, f"range: {spread.source}") if part),
    )


def _spanning(looked: Looked, name: str) -> Looked:
    # A figure without a range of its own lies somewhere in the range of all published ones.
    usual = range_of(name)
    if looked.low is not None or looked.high is not None or usual.low is None or usual.high is None:
        return looked
    return replace(looked, low=min(usual.low, looked.value), high=max(usual.high, looked.value))


def _peak_flop_per_s(chip: str, precision: str) -> Looked | None:
    row = find_chip(chip)
    column = PRECISIONS[precision]
    if row[column] is None:
        have = [name for name, each in PRECISIONS.items() if row[each]]
        message = f"{row['accelerator']} has no known dense peak in {precision}"
        raise UsageError(message, hint=f"known: {', '.join(have)}" if have else "give peak_flop_per_s")
    return _of_chip(row, column, note=f"dense, {precision}")


def _utilization() -> Looked:
    return range_of("utilization")


def _chip_power_w(chip: str) -> Looked | None:
    return _of_chip(find_chip(chip), "tdp_w", note="rated")


def _server_factor(chip: str) -> Looked | None:
    row = find_chip(chip)
    own = _of_chip(row, "server_factor")
    if own is None:
        return range_of("server_factor", _kind(row))
    return replace(own, low=row["server_factor_low"], high=row["server_factor_high"])


def _load_factor(chip: str) -> Looked:
    return range_of("load_factor", _kind(find_chip(chip)))


def _it_power_per_chip_w(chip: str) -> Looked | None:
    row = find_chip(chip)
    if row["power_boundary"] != "system":
        return None
    measured = _of_chip(row, "measured_power_w", note="measured on whole systems, per chip")
    if measured is None:
        return None
    return _scaled(
        replace(measured, low=row["measured_power_low_w"], high=row["measured_power_high_w"]), "measured_power_spread"
    )


def _pue(provider: str, date: dt.date) -> Looked:
    found = pue_for(provider, date)
    if found.low is not None:
        return found
    usual = range_of("pue", "hyperscale" if found.value < range_of("pue", "other").value else "other")
    above = [((end or 1) - 1) / (usual.value - 1) for end in (usual.low, usual.high)]
    return replace(found, low=1 + (found.value - 1) * above[0], high=1 + (found.value - 1) * above[1])


def _wue_onsite_l_per_kwh(provider: str, date: dt.date) -> Looked:
    found = wue_for(provider, date)
    usual = range_of("wue_onsite_l_per_kwh")
    if found is None:
        return usual
    return found if found.low is not None else _scaled(found, "wue_onsite_l_per_kwh")


def _carbon_intensity_g_per_kwh(region: str, date: dt.date) -> Looked:
    return _scaled(grid_intensity(region, date), "grid_intensity")


def _ewif_l_per_kwh(region: str) -> Looked:
    return water_for(region)


def _chip_embodied_kg(chip: str) -> Looked:
    row = find_chip(chip)
    own = _of_chip(row, "embodied_kg", note=row["embodied_boundary"])
    if own is None:
        return range_of("chip_embodied_kg")
    return _spanning(replace(own, low=row["embodied_low_kg"], high=row["embodied_high_kg"]), "chip_embodied_kg")


def _server_embodied_kg(chip: str) -> Looked:
    row = find_chip(chip)
    if "share of the machine" in row["embodied_boundary"]:
        return Looked(0.0, None, None, "kg", row["source"], "counted with the chip")
    own = _of_chip(row, "server_embodied_kg", note="without the chips")
    return range_of("server_embodied_kg") if own is None else _spanning(own, "server_embodied_kg")


def _chips_per_server(chip: str) -> Looked:
    own = _of_chip(find_chip(chip), "chips_per_server")
    if own is not None:
        return own
    usual = statistics.mode(load_dataset("hardware").frame["chips_per_server"].dropna())
    return Looked(float(usual), None, None, "", "datasets/hardware.csv", "the most frequent value")


def _chip_minerals_kg_sb(chip: str) -> Looked:
    own = _of_chip(find_chip(chip), "adpe_kg_sb")
    return range_of("chip_minerals_kg_sb") if own is None else _spanning(own, "chip_minerals_kg_sb")


def _grid_minerals_kg_sb_per_kwh(region: str) -> Looked | None:
    return minerals_for(region)


def _price_per_chip_hour_usd(chip: str, date: dt.date, commitment: str, provider: str) -> Looked | None:
    return rental_price(chip, date, commitment, _provider_kind(provider))


@functools.cache
def _provider_kinds() -> Mapping[str, str]:
    frame = load_dataset("prices").frame
    kinds = {str(kind): str(kind) for kind in frame["provider_kind"]}
    return {
        str(name).casefold(): str(kind) for name, kind in zip(frame["provider"], frame["provider_kind"], strict=True)
    } | kinds


def _provider_kind(provider: str) -> str | None:
    if provider == DEFAULT_PROVIDER:
        return None  # of a provider that nobody named, every offer counts
    kinds = _provider_kinds()
    folded = provider.strip().casefold()
    return kinds.get(folded) or next((kind for name, kind in kinds.items() if folded in name), None)


def _electricity_usd_per_kwh(region: str, date: dt.date) -> Looked:
    return electricity_price(region, date)


def _chip_price_usd(chip: str) -> Looked | None:
    row = find_chip(chip)
    own = _of_chip(
        row, "price_usd", note=f"price of {row['price_date'] and row['price_date'].date()}, {row['price_scope']}"
    )
    if own is None:
        return None
    return _scaled(replace(own, source=row["price_source"] or own.source), "acquisition_cost", _kind(row))


def _chip_age_years(chip: str, date: dt.date) -> Looked | None:
    row = find_chip(chip)
    if row["price_date"] is None:
        return None
    age = max(decimal_year(date) - decimal_year(row["price_date"].date()), 0.0)
    return Looked(age, None, None, "years", "datasets/hardware.csv", "from the date of the price to that of the run")


def _server_price_factor(chip: str) -> Looked:
    row = find_chip(chip)
    if row["price_scope"] == "server":
        return Looked(1.0, None, None, "", row["price_source"], "the price is that of a share of a whole server")
    return _scaled(range_of("server_price_factor", row["family"]), "server_price_factor")


def _by_name(name: str) -> Callable[[], Looked]:
    def look() -> Looked:
        return range_of(name)

    return look


_FUNCTIONS: dict[str, Callable[..., Looked | None]] = {
    "peak_flop_per_s": _peak_flop_per_s,
    "utilization": _utilization,
    "chip_power_w": _chip_power_w,
    "server_factor": _server_factor,
    "load_factor": _load_factor,
    "it_power_per_chip_w": _it_power_per_chip_w,
    "pue": _pue,
    "wue_onsite_l_per_kwh": _wue_onsite_l_per_kwh,
    "carbon_intensity_g_per_kwh": _carbon_intensity_g_per_kwh,
    "ewif_l_per_kwh": _ewif_l_per_kwh,
    "chip_embodied_kg": _chip_embodied_kg,
    "server_embodied_kg": _server_embodied_kg,
    "chips_per_server": _chips_per_server,
    "chip_minerals_kg_sb": _chip_minerals_kg_sb,
    "grid_minerals_kg_sb_per_kwh": _grid_minerals_kg_sb_per_kwh,
    "price_per_chip_hour_usd": _price_per_chip_hour_usd,
    "electricity_usd_per_kwh": _electricity_usd_per_kwh,
    "chip_price_usd": _chip_price_usd,
    "chip_age_years": _chip_age_years,
    "server_price_factor": _server_price_factor,
    "memory_bytes": lambda chip: _of_chip(find_chip(chip), "memory_bytes"),
    **{
        name: _by_name(name)
        for name in (
            "server_minerals_kg_sb", "lifetime_years", "fleet_utilization", "depreciation_oom_per_year",
            "interconnect_share", "staff_time_share", "compensation_usd_per_year", "development_factor",
            "inference_batch", "inference_bytes_per_parameter", "inference_memory_factor",
        )
    },
}  # fmt: skip
#: Inputs for which a default exists.
ASSUMABLE = frozenset(_FUNCTIONS)
