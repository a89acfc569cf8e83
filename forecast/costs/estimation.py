"""From a planned run to its footprint and cost: draws through the cost graph, intervals, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast.costs.assumptions import ASSUMABLE, assume, tables
from forecast.costs.attribution import Swing, variance_shares
from forecast.costs.choices import Assumed
from forecast.costs.contradictions import check_consistent, check_dense, check_implied
from forecast.costs.conventions import Convention, convention
from forecast.costs.draws import Streams, spread
from forecast.costs.equivalences import equivalences
from forecast.costs.graph import Resolution, missing, quantities, quantity, resolve
from forecast.costs.plan import RunPlan, data_date, read_plan
from forecast.costs.result import FURTHER, HEADLINES, Estimate, Interval, Result
from forecast.data.constants import constant
from forecast.errors import UsageError
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.settings import DRAWS, LEVELS, SEED, generator


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
    if plan.assume and not any(name in resolution for name in HEADLINES):
        lacking = ", ".join(missing("compute_flop", resolution, ASSUMABLE))
        message = f"the plan says too little of the run; it would need {lacking}, or chip_hours, or energy"
        raise UsageError(message, hint="for example: forecast estimate --params 70B --tokens 15T")
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


def estimate_file(path: str, *, levels: Sequence[float] = LEVELS, draws: int = DRAWS, seed: int = SEED) -> Estimate:
    """Return the estimate of a saved plan.

    Parameters
    ----------
    path : str
        A TOML file, as ``forecast estimate --init`` writes it.
    levels, draws, seed
        As in :func:`estimate`; the seed stands in the provenance.

    Raises
    ------
    UsageError
        When the file cannot be read or states nothing of a run.
    """
    entries = read_plan(path)
    if not entries:
        message = f"{path}: states nothing of a run"
        raise UsageError(message, hint="run: forecast estimate --init -o plan.toml")
    found = estimate(RunPlan.read(entries), levels=levels, draws=draws, rng=generator(seed))
    return replace(found, provenance=replace(found.provenance, seed=seed))


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
    notes += _energy_share(results)
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


def _energy_share(results: Mapping[str, Result]) -> list[Note]:
    if not {"cost_energy_usd", "cost_ownership_usd"} <= results.keys() or results["cost_ownership_usd"].median <= 0:
        return []
    share = results["cost_energy_usd"].median / results["cost_ownership_usd"].median
    low, high = constant("energy_share_low"), constant("energy_share_high")
    if low <= share <= high:
        return []
    return [
        Note(
            "energy-share", "info",
            f"Electricity is {share:.1%} of the cost by ownership; {low:.0%} to {high:.0%} is usual.".replace("%", " %"),
            "Check the price of the chip, its age, and the price of electricity.",
        )
    ]  # fmt: skip
