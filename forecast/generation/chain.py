"""From compute to every other metric, draw by draw: the identities of the coherent forecast live here.

In every draw ``6 N_active D = C``, energy = power × time, the cost contains its electricity, and carbon and water follow
from energy, grid and date through the cost graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.costs.graph import evaluate
from forecast.data.constants import constant
from forecast.generation.links import DrawnLinks

Array = NDArray[np.float64]

#: metric -> (unit, title)
METRICS: dict[str, tuple[str, str]] = {
    "compute_flop": ("FLOP", "training compute"),
    "parameters": ("parameters", "parameters, all experts"),
    "active_parameters": ("parameters", "active parameters"),
    "tokens": ("tokens", "training tokens"),
    "wall_hours": ("h", "training time"),
    "energy_kwh": ("kWh", "energy, PUE included"),
    "power_w": ("W", "average facility power"),
    "carbon_operational_kg": ("kg", "operational carbon, location based"),
    "water_l": ("L", "water, on site and off site"),
    "cost_usd": ("USD", "cost of the final run (hardware used up, electricity)"),
    "cost_energy_usd": ("USD", "of which electricity"),
    "cost_per_flop_usd": ("USD/FLOP", "price of compute"),
    "efficiency_flop_per_kwh": ("FLOP/kWh", "compute per kWh, PUE included"),
}


@dataclass(frozen=True)
class Chain:
    """Drawn links and surroundings at fixed dates, which turn compute into everything else.

    Parameters
    ----------
    links : DrawnLinks
        One of each per draw.
    surroundings : mapping
        Inputs of the cost graph, of shape (draws, dates) or (draws, 1).
    year : array of shape (dates,)
        Decimal years.
    """

    links: DrawnLinks
    surroundings: Mapping[str, Array]
    year: Array

    def metrics(self, compute: Array) -> dict[str, Array]:
        """Return every metric of :data:`METRICS` for compute of shape (draws, dates)."""
        log_compute, year = np.log10(compute), self.year[None, :]
        active = 10 ** self.links.parameters.at(log_compute)
        hours = np.minimum(10 ** self.links.duration.at(year), constant("longest_run_hours"))
        graph = evaluate(
            {
                "energy_it_kwh": 10 ** (log_compute - self.links.efficiency.at(year)),
                "wall_hours": np.broadcast_to(hours, compute.shape),
                **self.surroundings,
            }
        )
        energy, bill = graph["energy_kwh"], graph["cost_energy_usd"]
        cost = 10 ** self.links.money.at(log_compute, year) + bill
        return {
            "compute_flop": compute,
            "parameters": active * 10 ** self.links.experts[:, None],
            "active_parameters": active,
            "tokens": compute / (6 * active),
            "wall_hours": np.broadcast_to(hours, compute.shape),
            "energy_kwh": energy,
            "power_w": 1000 * energy / hours,
            "carbon_operational_kg": graph["carbon_operational_kg"],
            "water_l": graph["water_l"],
            "cost_usd": cost,
            "cost_energy_usd": bill,
            "cost_per_flop_usd": cost / compute,
            "efficiency_flop_per_kwh": compute / energy,
        }
