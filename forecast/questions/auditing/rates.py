"""Rates that a claim implies although nobody states them: carbon per kWh, watts and dollars per chip-hour, litres per kWh.

Nothing follows exactly; what is possible is a range of the tables, and outside of it a claim is impossible.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator

from forecast.data.catalog import rows_of
from forecast.data.looked import range_of
from forecast.data.lookup import grid_intensity
from forecast.errors import UsageError
from forecast.questions.auditing.known import Implied, Known, carbon_target, it_energy, year_of


@functools.cache
def grid_range() -> tuple[float, float]:
    """Return the cleanest and the dirtiest grid of a country and year, in g/kWh."""
    values = [row["g_per_kwh"] for row in rows_of("grids") if row["zone_kind"] == "country" and row["g_per_kwh"] > 0]
    return min(values), max(values)


def rates(known: Known) -> Iterator[Implied]:
    """Yield figures whose factor nobody states, with all that the factor could be."""
    yield from _carbon_rate(known)
    claim = known.claim
    pue_high = range_of("pue", "other").high or 1.0
    if (
        "energy_kwh" in claim.stated
        and "chip_hours" in known
        and "chip_power_w" not in known
        and known.chip is not None
    ):
        row = known.chip
        if row["tdp_w"] is not None:
            factor = row["server_factor"] or range_of("server_factor", row["kind"]).value
            middle = known["chip_hours"].value * row["tdp_w"] / 1000
            load = range_of("chip_idle_load").low or 0.0
            watts = 1000 * claim.stated["energy_kwh"].value / known["chip_hours"].value
            text = f"{watts:.0f} W per chip-hour, where the chip is rated at {row['tdp_w']:g} W and its share of a server at {row['tdp_w'] * factor:.0f} W"
            yield Implied(
                "energy_kwh",
                "power per chip-hour",
                middle,
                middle * load,
                middle * factor * pue_high,
                frozenset({"rate"}),
                known.values(),
                text,
            )
    if (
        "cost_usd" in claim.stated
        and "chip_hours" in known
        and "price_per_chip_hour_usd" not in known
        and known.chip is not None
    ):
        family = known.chip["family"]
        kin = {row["accelerator"] for row in rows_of("hardware") if row["family"] == family}
        prices = [row["usd_per_chip_hour"] for row in rows_of("prices") if row["accelerator"] in kin]
        if prices:
            hours = known["chip_hours"].value
            owned = range_of("amortised_cost", known.chip["kind"]).low or 1.0
            each = claim.stated["cost_usd"].value / hours
            text = f"${each:.2f} per chip-hour, where offers for a {family} went from ${min(prices):.2f} to ${max(prices):.2f}"
            middle = hours * sorted(prices)[len(prices) // 2]
            yield Implied(
                "cost_usd",
                "price per chip-hour",
                middle,
                hours * min(prices) * owned,
                hours * max(prices),
                frozenset({"rate"}),
                known.values(),
                text,
            )
    for name in ("water_l",):
        if (
            name in claim.stated
            and claim.stated[name].value > 0
            and "energy_kwh" in known
            and not {"ewif_l_per_kwh", "wue_onsite_l_per_kwh"} & known.figures.keys()
        ):
            rates = [row["offsite_l_per_kwh"] for row in rows_of("water")]
            rate = claim.stated[name].value / known["energy_kwh"].value
            energy = known["energy_kwh"].value
            text = f"{rate:.2g} L/kWh, where power plants of the countries take {min(rates):.2g} to {max(rates):.2g}"
            high = max(rates) + (range_of("wue_onsite_l_per_kwh").high or 0.0)
            yield Implied(
                name,
                "water per kWh",
                energy * sorted(rates)[len(rates) // 2],
                energy * min(rates),
                energy * high * pue_high,
                frozenset({"rate"}),
                known.values(),
                text,
            )
    if (
        "utilization" not in claim.stated
        and {"compute_flop", "chip_hours", "peak_flop_per_s"} <= known.figures.keys()
        and "compute_flop" in claim.stated
    ):
        most = known["chip_hours"].value * 3600 * known["peak_flop_per_s"].value
        share = claim.stated["compute_flop"].value / most
        usual = range_of("utilization")
        text = f"a utilization of {share:.3g} of the dense 16-bit peak; stated ones are {usual.low:g} to {usual.high:g}"
        middle = most * usual.value
        yield Implied(
            "compute_flop", "utilization", middle, middle / 100, most, frozenset({"rate", "peak"}), known.values(), text
        )


def _carbon_rate(known: Known) -> Iterator[Implied]:
    target = carbon_target(known.claim)
    if not target or "carbon_intensity_g_per_kwh" in known or known.claim.stated[target].value == 0:
        return
    ways = [(known["energy_kwh"].value, "kWh")] if "energy_kwh" in known else []
    for _, names, function, _ in it_energy(known):
        ways.append((known.combine(function, *names).value, "kWh of the chips, PUE not counted"))
    if not ways:
        return
    low, high = grid_range()
    pue = range_of("pue", "other").high or 1.0
    kilograms = known.claim.stated[target].value
    # Of two energies the plausible one: an impossible energy has a finding of its own.
    energy, what = next((way for way in ways if low <= 1000 * kilograms / way[0] <= high * pue), ways[0])
    middle = _place_or_world(known.claim.fact("region"), year_of(known.claim))
    text = (
        f"{1000 * kilograms / energy:.3g} g per {what}; the grids of countries go from {low:.3g} to {high:,.0f} g/kWh"
    )
    yield Implied(
        target, "carbon per kWh", energy * middle / 1000, energy * low / 1000, energy * high * pue / 1000,
        frozenset({"rate"}), known.values(), text,
    )  # fmt: skip


def _place_or_world(region: str, year: int | None) -> float:
    date = dt.date(year or 2023, 7, 1)
    try:
        return grid_intensity(region or "WORLD", date).value
    except UsageError:
        return grid_intensity("WORLD", date).value
