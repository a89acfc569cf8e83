"""Inputs of the cost graph: quantities that nothing computes; they are given, or assumed from a row of the datasets."""

from __future__ import annotations

import functools

from forecast.costs.quantity import Quantity
from forecast.units import check_unit


def _input(
    name: str, unit: str, title: str, *, minimum: float = 0.0, maximum: float = float("inf"), zero: bool = False,
    linear: bool = False,
) -> Quantity:  # fmt: skip
    return Quantity(name, check_unit(unit), title, (), minimum, maximum, not zero, linear)


_ALL = (
    _input("parameters", "parameters", "parameters"),
    _input("tokens", "tokens", "training tokens", zero=True),
    _input("flop_per_parameter_token", "", "FLOP per parameter and token"),
    _input("finetuning_tokens", "tokens", "fine-tuning tokens"),
    _input("finetuning_flop_per_parameter_token", "", "FLOP per parameter and fine-tuning token"),
    _input("development_factor", "", "compute of the whole development over the final run", minimum=1, zero=True),
    _input("peak_flop_per_s", "FLOP/s", "dense peak of a chip"),
    _input("chips", "", "chips", minimum=1, zero=True),
    _input("chip_power_w", "W", "rated power of a chip"),
    _input("server_power_w", "W", "rated power of a server"),
    _input("cpu_power_w", "W", "power of the processors", zero=True),
    _input("dram_power_w", "W", "power of the memory", zero=True),
    _input("load_factor", "", "average load of the server", maximum=1.5),
    _input("idle_energy_kwh", "kWh", "energy of reserved but idle nodes", zero=True),
    _input("carbon_intensity_market_g_per_kwh", "g/kWh", "carbon intensity of contracts", maximum=5000, zero=True),
    _input("chip_embodied_kg", "kg", "embodied carbon of a chip", zero=True),
    _input("server_embodied_kg", "kg", "embodied carbon of a server without chips", zero=True),
    _input("chips_per_server", "", "chips per server", minimum=1, zero=True),
    _input("lifetime_years", "years", "service life", maximum=30),
    _input("fleet_utilization", "fraction", "share of its life that a chip works", maximum=1),
    _input("wue_onsite_l_per_kwh", "L/kWh", "water on site per computing kWh", zero=True),
    _input("ewif_l_per_kwh", "L/kWh", "water off site per metered kWh", zero=True),
    _input("chip_minerals_kg_sb", "kg", "minerals of a chip (Sb eq)", zero=True),
    _input("server_minerals_kg_sb", "kg", "minerals of a server (Sb eq)", zero=True),
    _input("grid_minerals_kg_sb_per_kwh", "kg/kWh", "minerals of a kWh (Sb eq)", zero=True),
    _input("electricity_usd_per_kwh", "USD/kWh", "price of electricity", zero=True),
    _input("chip_price_usd", "USD", "purchase price of a chip", zero=True),
    _input("chip_age_years", "years", "age of the chip's price", zero=True),
    _input("server_price_factor", "", "server over chip price", minimum=1, zero=True),
    _input("interconnect_share", "fraction", "network share of the cluster's cost", maximum=0.9, zero=True),
    _input("depreciation_oom_per_year", "", "fall of hardware prices, orders of magnitude a year", zero=True, linear=True),
    _input("contributors", "", "contributors", zero=True),
    _input("staff_time_share", "fraction", "share of a year per contributor", maximum=1),
    _input("compensation_usd_per_year", "USD", "total compensation a year"),
    _input("cost_growth_per_year", "", "growth of frontier cost a year"),
    _input("years_ahead", "years", "years ahead", zero=True),
    _input("memory_bytes", "bytes", "memory of a chip"),
    _input("inference_tokens", "tokens", "tokens generated in use"),
    _input("inference_batch", "", "requests served together", minimum=1, zero=True),
    _input("inference_bytes_per_parameter", "", "bytes per parameter in use"),
    _input("inference_memory_factor", "", "memory in use over the size of the weights", minimum=1, zero=True),
)  # fmt: skip


@functools.cache
def inputs() -> dict[str, Quantity]:
    """Return the inputs by name.

    Examples
    --------
    >>> inputs()["load_factor"].limits
    'greater than 0 and at most 1.5'
    """
    return {quantity.name: quantity for quantity in _ALL}
