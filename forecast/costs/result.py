"""An estimate: quantities with intervals and conventions, what was assumed, and what the uncertainty comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecast.costs.assumptions import ASSUMABLE
from forecast.costs.attribution import Swing
from forecast.costs.choices import Assumed
from forecast.costs.conventions import Convention, comparable
from forecast.costs.equivalences import Equivalence
from forecast.costs.graph import Resolution, missing, quantity
from forecast.costs.plan import RunPlan
from forecast.display import Displayed
from forecast.errors import UsageError
from forecast.notes import Note
from forecast.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd

#: What a plan is asked for, in the order of tables.
HEADLINES = (
    "compute_flop", "chip_hours", "wall_hours", "energy_it_kwh", "energy_kwh", "carbon_operational_kg",
    "carbon_embodied_kg", "carbon_kg", "water_l", "cost_rental_usd", "cost_hardware_usd", "cost_energy_usd",
    "cost_staff_usd", "cost_usd",
)  # fmt: skip
#: Shown beside them where they follow.
FURTHER = (
    "power_w", "carbon_market_kg", "carbon_idle_kg", "water_onsite_l", "water_offsite_l", "minerals_kg_sb",
    "cost_ownership_usd", "cost_acquisition_usd", "cost_future_usd", "inference_energy_kwh", "inference_carbon_kg",
    "inference_water_l", "breakeven_tokens",
)  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """A central interval: the probability inside, and its ends."""

    level: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Result:
    """One quantity of an estimate.

    Parameters
    ----------
    name, unit, title : str
        From the cost graph.
    median : float
        Half of the draws lie below; the value itself when nothing is uncertain.
    intervals : tuple of Interval
        Ascending by level.
    convention : Convention
        What the number includes.
    inputs : tuple of str
        Quantities that it was computed from; none when it was given.
    """

    name: str
    unit: str
    title: str
    median: float
    intervals: tuple[Interval, ...]
    convention: Convention
    inputs: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the widest interval beside the median, all intervals, and the convention."""
        widest = self.intervals[-1]
        return {
            "unit": self.unit,
            "level": widest.level,
            "median": self.median,
            "lower": widest.lower,
            "upper": widest.upper,
            "intervals": [asdict(interval) for interval in self.intervals],
            "convention": self.convention.to_dict(),
            "inputs": list(self.inputs),
        }


@dataclass(frozen=True)
class Estimate(Displayed):
    """The answer to `estimate`.

    Parameters
    ----------
    plan : RunPlan
        What was asked, with the choices that were assumed filled in.
    results : mapping of str to Result
        Every quantity that could be computed, headlines first.
    assumptions : tuple of Assumed
        Inputs that the plan does not state, with range and source.
    shares : mapping
        Part of each component in the median cost.
    variance_shares : mapping
        Headline -> input -> first-order share of its variance, largest first.
    swings : mapping
        Headline -> its swing with each uncertain input.
    equivalences : tuple of Equivalence
        The footprint in things people know.
    draws : mapping
        Quantity -> its draws, or one value where nothing is uncertain.
    resolution : Resolution
        Which rule computed what.
    """

    plan: RunPlan
    results: Mapping[str, Result]
    assumptions: tuple[Assumed, ...]
    shares: Mapping[str, float]
    variance_shares: Mapping[str, Mapping[str, float]]
    swings: Mapping[str, tuple[Swing, ...]]
    equivalences: tuple[Equivalence, ...]
    notes: tuple[Note, ...]
    provenance: Provenance
    draws: Mapping[str, NDArray[np.float64]] = field(repr=False)
    resolution: Resolution = field(repr=False)

    def __getitem__(self, name: str) -> Result:
        """Return a quantity.

        Raises
        ------
        UsageError
            When it does not exist, or does not follow from what is known.
        """
        node = quantity(name)
        if name not in self.results:
            lacking = ", ".join(missing(name, self.resolution, ASSUMABLE))
            message = f"{node.title} ({name}) does not follow from what is given"
            raise UsageError(message, hint=f"give also: {lacking}")
        return self.results[name]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per quantity and level."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def summary(self) -> pd.DataFrame:
        """Return the headlines, one row per quantity and level."""
        frame = self.to_frame()
        return frame[frame["quantity"].isin(HEADLINES)].reset_index(drop=True)

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per quantity and level as plain data."""
        return [
            {"quantity": each.name, "unit": each.unit, "level": interval.level, "median": each.median,
             "lower": interval.lower, "upper": interval.upper, "convention": str(each.convention)}
            for each in self.results.values() for interval in each.intervals
        ]  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "quantities": {name: each.to_dict() for name, each in self.results.items()},
            "shares": dict(self.shares),
            "dominant": {
                name: {"input": next(iter(shares)), "share": next(iter(shares.values()))}
                for name, shares in self.variance_shares.items()
            },
            "variance_shares": {name: dict(shares) for name, shares in self.variance_shares.items()},
            "assumptions": [each.to_dict() for each in self.assumptions],
            "given": self.plan.to_dict(),
            "equivalences": [each.to_dict() for each in self.equivalences],
        }


def total(estimates: Sequence[Estimate], name: str) -> float:
    """Return the sum of the medians of one quantity over several runs, such as a family's models.

    Raises
    ------
    UsageError
        When a run lacks the quantity, or the runs count different things.
    """
    results = [each[name] for each in estimates]
    for other in results[1:]:
        differences = comparable(results[0].convention, other.convention)
        if differences:
            message = f"{name} of these runs cannot be added: {'; '.join(differences)}"
            raise UsageError(message)
    return float(sum(result.median for result in results))
