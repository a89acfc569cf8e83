"""How the other metrics follow from compute and date, fitted to models near the frontier.

=================  ==============================================================================
parameters         ``log10 N_active = a + p log10 C``; tokens are then ``C / (6 N_active)`` by definition
experts            total over active parameters, resampled from recent models
efficiency         ``log10(FLOP / kWh of IT energy) = a + b year``: hardware, its utilization and its servers together
duration           ``log10 hours = a + b year``
money              ``log10(cost without energy) = a + b log10 C + c year``
=================  ==============================================================================

Each is a regression with Student-t predictive draws and its own scatter. The allocation is fitted to ``C = 6 N D`` by
construction, so it is the distribution of sizes at a given compute, and no test of a scaling law.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.constants import constant
from forecast.dates import decimal_year
from forecast.errors import FitError
from forecast.generation.surroundings import Surroundings
from forecast.trends.conditional import Conditional, DrawnConditional, fit_conditional

Array = NDArray[np.float64]
#: Models of the last years before the origin whose share of experts the next generation draws from.
_RECENT_YEARS = 2.0


@dataclass(frozen=True)
class Links:
    """Fitted links.

    Parameters
    ----------
    parameters, efficiency, duration, money : Conditional
        See the module.
    experts : array
        log10 of total over active parameters of recent models; 0 for dense ones.
    """

    parameters: Conditional
    efficiency: Conditional
    duration: Conditional
    money: Conditional
    experts: Array

    def draw(self, draws: int, rng: np.random.Generator) -> DrawnLinks:
        """Draw every link, each from a stream of its own."""
        streams = rng.spawn(5)
        return DrawnLinks(
            self.parameters.draw(draws, streams[0]),
            self.efficiency.draw(draws, streams[1]),
            self.duration.draw(draws, streams[2]),
            self.money.draw(draws, streams[3]),
            streams[4].choice(self.experts, draws),
        )

    def summary(self) -> list[dict[str, object]]:
        """Return what each link was fitted to: name, inputs, slopes, points, scatter (OOM) and R2."""
        fitted = {
            "parameters": self.parameters,
            "efficiency": self.efficiency,
            "duration": self.duration,
            "money": self.money,
        }
        return [
            {
                "link": name, "given": " and ".join(link.names), "slopes": [float(b) for b in link.coefficients[1:]],
                "n": link.count, "residual_sd_oom": link.residual_sd, "r2": link.r2,
            }
            for name, link in fitted.items()
        ]  # fmt: skip


@dataclass(frozen=True)
class DrawnLinks:
    """One regression of each kind per draw, and the draw's ratio of total to active parameters (log10)."""

    parameters: DrawnConditional
    efficiency: DrawnConditional
    duration: DrawnConditional
    money: DrawnConditional
    experts: Array


def fit_links(frame: pd.DataFrame, origin: float, surroundings: Surroundings) -> Links:
    """Fit the links to models published by the origin and near the frontier.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of the bundled models that may be ranked.
    origin : float
        Decimal year of the last known day.
    surroundings : Surroundings
        Overhead and electricity prices, which separate energy from the rest of a cost.

    Raises
    ------
    FitError
        Where too few models state what a link needs.
    """
    near = frame[_near_frontier(frame, origin)]
    year = decimal_year(near["published"].to_numpy("datetime64[D]"))
    compute = near["training_compute_flop"].to_numpy(float)
    active = near["active_parameters"].fillna(near["parameters"]).to_numpy(float)
    language = near["tokens"].notna().to_numpy() & np.isfinite(active)
    energy = near["energy_kwh"].to_numpy(float)
    energy_it = np.where(near["energy_boundary"] == "IT", energy, energy / surroundings.overhead(year))
    hours, cost = near["training_time_hours"].to_numpy(float), near["cost_usd"].to_numpy(float)
    log_compute = np.log10(compute)

    def fit(what: str, log_value: Array, given: dict[str, Array]) -> Conditional:
        kept = np.isfinite(log_value)
        return fit_conditional(log_value[kept], {name: values[kept] for name, values in given.items()}, what)

    with np.errstate(divide="ignore", invalid="ignore"):
        parameters = fit(
            "parameters given compute", np.where(language, np.log10(active), np.nan), {"log10 compute": log_compute}
        )
        efficiency = fit("energy efficiency by date", log_compute - np.log10(energy_it), {"year": year})
        duration = fit("training time by date", np.log10(hours), {"year": year})
        power_bill = (
            10 ** (log_compute - efficiency.at(year)) * surroundings.overhead(year) * surroundings.electricity(year)
        )
        rest = np.log10(np.maximum(cost - power_bill, 0.5 * cost))
        money = fit("cost given compute and date", rest, {"log10 compute": log_compute, "year": year})
    recent = near[language & (year > origin - _RECENT_YEARS)]
    ratio = np.log10(recent["parameters"] / recent["active_parameters"].fillna(recent["parameters"])).to_numpy(float)
    ratio = ratio[np.isfinite(ratio)]
    if not len(ratio):
        message = f"no language model of the last {_RECENT_YEARS:g} years states its parameters"
        raise FitError(message)
    return Links(parameters, efficiency, duration, money, ratio)


def _near_frontier(frame: pd.DataFrame, origin: float) -> NDArray[np.bool_]:
    year = decimal_year(frame["published"].to_numpy("datetime64[D]"))
    compute = frame["training_compute_flop"].to_numpy(float)
    order = np.argsort(year, kind="stable")
    record = np.empty_like(compute)
    record[order] = np.fmax.accumulate(np.nan_to_num(compute[order], nan=0.0))
    with np.errstate(invalid="ignore"):
        near = compute >= record / 10 ** constant("link_nearness_oom")
    return np.asarray(near & (year <= origin) & (year >= constant("link_since_year")))
