"""From a planned run to its footprint and cost: draws through the cost graph, intervals, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecast.costs.assumptions import ASSUMABLE, Assumed, assume, tables
from forecast.costs.attribution import Swing, variance_shares
from forecast.costs.contradictions import check_consistent, check_dense, check_implied
from forecast.costs.conventions import Convention, comparable, convention
from forecast.costs.draws import Streams, spread
from forecast.costs.equivalences import Equivalence, equivalences
from forecast.costs.graph import Resolution, missing, quantities, quantity, resolve
from forecast.costs.plan import RunPlan, data_date
from forecast.errors import UsageError
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.settings import DRAWS, LEVELS, SEED, generator
from forecast.units import format_quantity

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
class Estimate:
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


def estimate(
    plan: RunPlan | Mapping[str, Any] | None = None,
    *,
    given: Mapping[str, Any] | None = None,
    levels: Sequence[float] = LEVELS,
    draws: int = DRAWS,
    rng: np.random.Generator | None = None,
    **entries: Any,
) -> Estimate:
    """Estimate time, energy, carbon, water and cost of a training run.

    Parameters
    ----------
    plan : RunPlan or mapping, optional
        The run; keys as in a plan file. What it leaves out is assumed, and listed.
    given : mapping, optional
        Quantities given exactly (or as ranges). Alone, without a plan, nothing is assumed: what does not follow from
        them is left out.
    levels : sequence of float
        Probabilities inside the intervals.
    draws : int
        Number of draws.
    rng : numpy.random.Generator, optional
        By default that of seed 0.
    **entries
        More of the plan, as keywords.

    Returns
    -------
    Estimate

    Raises
    ------
    UsageError
        For unknown names, impossible values, or givens that contradict each other.

    Examples
    --------
    >>> run = {"chip_hours": 1082990, "chip_power_w": 400, "server_factor": 1, "load_factor": 1, "pue": 1}
    >>> estimate(given=run)["energy_kwh"].median
    433196.0
    """
    wanted = _plan(plan, entries, given or {})
    generator_ = rng if rng is not None else generator(SEED)
    return _estimate(wanted, tuple(sorted(levels)), draws, generator_)


def _plan(plan: RunPlan | Mapping[str, Any] | None, entries: Mapping[str, Any], given: Mapping[str, Any]) -> RunPlan:
    if isinstance(plan, RunPlan):
        return plan.with_given(**{**entries, **given})
    stated = {**(plan or {}), **entries}
    if not stated and not given:
        message = "nothing is known of the run"
        raise UsageError(message, hint="give at least its size: forecast estimate --params 70B --tokens 15T")
    return RunPlan.read({**stated, **given}, assume=bool(stated))


def _estimate(plan: RunPlan, levels: tuple[float, ...], count: int, rng: np.random.Generator) -> Estimate:
    assumed, choices, plan, facts = assume(plan)
    exact = {name: each.central for name, each in plan.given.items() if each.exact}
    resolution = resolve(
        plan.given,
        assumed,
        zero=[name for name, value in exact.items() if value == 0],
        prefer={"cost_usd": "by_ownership" if plan.own else "by_rental"},
    )
    ranges = {name: (each.low, each.central, each.high) for name, each in plan.given.items()}
    used = {name: assumed[name] for name in assumed if name in resolution.assumed}
    ranges |= {name: (each.low, each.value, each.high) for name, each in used.items()}
    streams = Streams(count, rng)
    values = {
        name: spread(quantity(name), *limits, streams.scores(name)) if limits[0] < limits[2] else np.asarray(limits[1])
        for name, limits in ranges.items()
    }
    everything = resolution.evaluate(values)
    check_implied(plan, resolution, everything)
    notes = [note for note in (check_dense(plan),) if note is not None]
    notes += check_consistent(plan, assumed, resolution, everything, streams)
    names = [name for name in (*HEADLINES, *FURTHER, *quantities()) if _reported(name, resolution)]
    results = {
        name: replace(
            _result(name, everything[name], levels, convention(name, resolution, facts, exact)),
            inputs=resolution.inputs.get(name, ()),
        )
        for name in dict.fromkeys(names)
    }
    behind = frozenset().union(*(resolution.ancestors(name) for name in results))
    listed = (*choices, *(each for name, each in used.items() if name in behind))
    uncertain = {name: values[name] for name in values if values[name].ndim}
    headlines = [name for name in results if name in (*HEADLINES, *FURTHER) and everything[name].ndim]
    shares = {name: _variance(name, resolution, everything, uncertain) for name in headlines}
    notes += _notes(plan, resolution, results, listed)
    return Estimate(
        plan=plan,
        results=results,
        assumptions=listed,
        shares=_cost_shares(results, everything),
        variance_shares={name: found for name, found in shares.items() if found},
        swings={
            name: _swings(name, resolution, ranges, uncertain, shares[name])
            for name in ("energy_kwh", "carbon_kg", "water_l", "cost_usd")
            if name in shares
        },
        equivalences=equivalences(results),
        notes=unique(notes),
        provenance=Provenance(
            data=tables() if plan.assume else {},
            settings={"draws": count, "levels": list(levels), "assume": plan.assume} | plan.to_dict(),
        ),
        draws=everything,
        resolution=resolution,
    )


def _reported(name: str, resolution: Resolution) -> bool:
    # A rule computed it, or it was given although a rule could compute it; plain inputs stand in the plan.
    return name in resolution.rules or (name in resolution.given and bool(quantities()[name].rules))


def _result(name: str, values: NDArray[np.float64], levels: tuple[float, ...], meaning: Convention) -> Result:
    node = quantity(name)
    ends = [0.5, *(end for level in levels for end in ((1 - level) / 2, (1 + level) / 2))]
    points = np.quantile(values, ends) if values.ndim else np.full(len(ends), float(values))
    intervals = tuple(
        Interval(level, float(points[1 + 2 * at]), float(points[2 + 2 * at])) for at, level in enumerate(levels)
    )
    return Result(name, node.unit, node.title, float(points[0]), intervals, meaning)


def _variance(
    name: str, resolution: Resolution, everything: Mapping[str, NDArray[np.float64]],
    uncertain: Mapping[str, NDArray[np.float64]],
) -> dict[str, float]:  # fmt: skip
    behind = resolution.ancestors(name)
    return variance_shares(everything[name], {each: draws for each, draws in uncertain.items() if each in behind})


def _swings(
    name: str, resolution: Resolution, ranges: Mapping[str, tuple[float, float, float]],
    uncertain: Mapping[str, NDArray[np.float64]], shares: Mapping[str, float],
) -> tuple[Swing, ...]:  # fmt: skip
    behind = [each for each in shares if each in uncertain]
    middle = {each: limits[1] for each, limits in ranges.items()}
    found = []
    for each in behind:
        ends = resolution.evaluate({**middle, each: ranges[each]})[name]
        if ends.ndim:
            low, centre, high = (float(end) for end in ends)
            found.append(Swing(each, low, centre, high, shares[each]))
    return tuple(found)


def _cost_shares(results: Mapping[str, Result], everything: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    # Means of the draws' shares add up to 1; ratios of medians would not.
    if "cost_usd" not in results:
        return {}
    kind = results["cost_usd"].convention.cost
    parts = {"rental": ("cost_rental_usd",), "ownership": ("cost_hardware_usd", "cost_energy_usd")}.get(kind or "", ())
    staffed = results["cost_usd"].convention.staff
    named = [*parts, *(["cost_staff_usd"] if staffed else [])]
    if not all(name in results for name in named):
        return {}
    total = sum((everything[name] for name in named), start=np.asarray(0.0))
    if not np.all(total > 0):
        return {}
    return {name.removeprefix("cost_").removesuffix("_usd"): float(np.mean(everything[name] / total)) for name in named}


def _notes(
    plan: RunPlan, resolution: Resolution, results: Mapping[str, Result], assumed: Sequence[Assumed]
) -> list[Note]:
    notes = []
    if not plan.assume:
        absent = [name for name in ("energy_kwh", "carbon_kg", "water_l", "cost_usd") if name not in results]
        for name in absent:
            lacking = ", ".join(missing(name, resolution, ASSUMABLE))
            notes.append(
                Note("left-out", "info", f"{name} does not follow from what is given; it would need {lacking}.")
            )
        if absent:
            notes.append(
                Note(
                    "nothing-assumed",
                    "info",
                    "With --set alone nothing is assumed.",
                    "Name a chip, a place or a size for defaults.",
                )
            )
    if plan.date is not None and plan.date > data_date():
        notes.append(
            Note(
                "date-after-data", "warning",
                f"The run is planned for {plan.date}; prices, grids and hardware are those known by {data_date()}.",
                "Give the prices and intensities you expect with --set.",
            )
        )  # fmt: skip
    embodied = results.get("carbon_embodied_kg")
    if embodied is not None and embodied.convention.embodied == "chips":
        notes.append(
            Note(
                "servers-left-out",
                "info",
                "Embodied carbon counts the chips alone; give server_embodied_kg and chips_per_server for the servers.",
            )
        )
    return notes


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


def headline(estimate: Estimate, name: str) -> str:
    """Return a quantity with its widest interval in words."""
    result = estimate[name]
    widest = result.intervals[-1]
    text = format_quantity(result.median, result.unit)
    if widest.lower == widest.upper:
        return text
    return f"{text} ({100 * widest.level:.3g} %: {format_quantity(widest.lower, result.unit)} to {format_quantity(widest.upper, result.unit)})"
