"""What a run's energy turns into at a place and date: overhead, grid, water and electricity, each with its scatter.

The grid's intensity, the price of electricity and the overhead of large data centres are lines in time with Student-t
draws; where regions of one country differ, their spread about the country is the scatter of the site. Water factors are
drawn from their stated ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.costs.draws import Streams, spread
from forecast.costs.graph import quantity
from forecast.data.dataset import load_dataset
from forecast.data.lookup import find_zone, range_of, water_for
from forecast.trends.conditional import Conditional, fit_conditional

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Surroundings:
    """Fitted surroundings of one place.

    Parameters
    ----------
    zone : str
        The place, as in ``datasets/zones.csv``.
    grid, price, excess : Conditional
        log10 of g/kWh, of USD/kWh, and of PUE - 1, each by year.
    site_sd : float
        Spread of regions about their country's grid, OOM; 0 where none is known.
    """

    zone: str
    grid: Conditional
    price: Conditional
    excess: Conditional
    site_sd: float

    def overhead(self, year: Array) -> Array:
        """Return the fitted PUE by year."""
        return np.asarray(1 + 10 ** self.excess.at(year))

    def electricity(self, year: Array) -> Array:
        """Return the fitted price of electricity, USD/kWh."""
        return np.asarray(10 ** self.price.at(year))

    def draw(self, year: Array, draws: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return draws of shape (draws, dates), by the names of the cost graph's inputs."""
        streams = rng.spawn(4)
        site = self.site_sd * streams[3].standard_normal((draws, 1))
        scores = Streams(draws, streams[3]).scores
        wet = {
            "wue_onsite_l_per_kwh": range_of("wue_onsite_l_per_kwh"),
            "ewif_l_per_kwh": water_for(self.zone),
        }
        water = {
            name: spread(
                quantity(name), found.low or found.value, found.value, found.high or found.value, scores(name)
            )[:, None]
            for name, found in wet.items()
        }
        year = year[None, :]
        return {
            # So few fleets leave the Student-t draws tails that no building has.
            "pue": np.minimum(1 + 10 ** self.excess.draw(draws, streams[0]).at(year), quantity("pue").maximum),
            "carbon_intensity_g_per_kwh": 10 ** (self.grid.draw(draws, streams[1]).at(year) + site),
            "electricity_usd_per_kwh": 10 ** self.price.draw(draws, streams[2]).at(year),
            **water,
        }


def fit_surroundings(zone: str) -> Surroundings:
    """Fit the surroundings of a place; a region takes its country's grid and price, a country without them the world's.

    Raises
    ------
    UsageError
        When the place is unknown.
    """
    place = find_zone(zone)
    country = str(place["country_iso3"] or place["zone"])
    grids = load_dataset("grids").frame
    yearly = grids[
        (grids["basis"] == "location") & (grids["method"] == "annual average") & (grids["boundary"] == "lifecycle")
    ]
    own = yearly[yearly["zone"] == country]
    own = own if len(own) >= 5 else yearly[yearly["zone"] == "WORLD"]
    prices = load_dataset("electricity_prices").frame
    bills = prices[prices["country_iso3"] == country]
    bills = bills if len(bills) >= 5 else prices[prices["country_iso3"] == "USA"]
    centres = load_dataset("datacenters").frame
    fleets = centres[(centres["scope"] == "fleet") & (centres["pue"] > 1)]
    return Surroundings(
        str(place["zone"]),
        _line("grid intensity by year", own["year"], own["g_per_kwh"]),
        _line("electricity price by year", bills["year"], bills["usd_per_kwh"]),
        _line("overhead of data centres by year", fleets["year"], fleets["pue"] - 1),
        _site_spread(grids, country),
    )


def _line(what: str, year: pd.Series, value: pd.Series) -> Conditional:
    known = year.notna() & value.notna()
    # A figure of a year stands at its middle.
    return fit_conditional(np.log10(value[known].to_numpy(float)), {"year": year[known].to_numpy(float) + 0.5}, what)


def _site_spread(grids: pd.DataFrame, country: str) -> float:
    regions = grids[
        (grids["country_iso3"] == country) & (grids["zone_kind"] == "cloud_region") & (grids["g_per_kwh"] > 0)
    ]
    regions = regions[regions["basis"] == "location"]
    if regions["zone"].nunique() < 3:
        return 0.0
    latest = regions.sort_values("year").groupby("zone")["g_per_kwh"].last()
    return float(np.log10(latest).std(ddof=1))
