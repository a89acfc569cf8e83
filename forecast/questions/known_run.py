"""What is known of a model's training run: stated by a source, computed from that, or assumed by the cost graph."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forecast.costs.assumptions import assume
from forecast.costs.graph import Resolution, resolve
from forecast.costs.model_runs import entries_of
from forecast.costs.plan import RunPlan
from forecast.data.model_names import find_model
from forecast.errors import UsageError
from forecast.questions.auditing.claims import Claim, bundled_claims
from forecast.questions.auditing.known import boundary_of

#: Shown side by side where known.
SHOWN = (
    "parameters", "active_parameters", "tokens", "compute_flop", "chip_hours", "utilization", "energy_it_kwh", "pue",
    "energy_kwh", "carbon_intensity_g_per_kwh", "carbon_operational_kg", "cost_rental_usd",
)  # fmt: skip
#: Where a published claim says more of the figure than the models' table.
_MEASURED = ("energy_kwh", "energy_it_kwh", "chip_hours")


@dataclass(frozen=True)
class Known:
    """A figure of a run: its value, and whether it was stated, computed from what was, or assumed; and where it comes from."""

    name: str
    value: float
    status: str
    source: str


@dataclass(frozen=True)
class Run:
    """A model's training run, with what is known of it."""

    model: str
    published: str
    chip: str
    figures: Mapping[str, Known]

    def value(self, name: str) -> float:
        """Return a figure."""
        return self.figures[name].value


def run_of(name: str) -> Run:
    """Return what is known of a model's run: stated by a source, computed from that, or assumed by the cost graph.

    Raises
    ------
    UsageError
        When the model is unknown, or nothing can be computed of its run.
    """
    model = {str(key): value for key, value in find_model(name).items()}
    title = str(model["name"])
    entries = entries_of(model)
    if not entries:
        message = f"{title}: neither compute, chip-hours nor energy of its run are known"
        raise UsageError(message, hint="forecast data show MODEL tells what is")
    sources = dict.fromkeys(entries, "models.csv")
    compute = float(model["training_compute_flop"])
    if math.isfinite(compute) and "compute_flop" not in entries and "tokens" not in entries:
        entries["compute_flop"], sources["compute_flop"] = compute, "models.csv"
    for claim in claims_of(title):
        for key, value in _from_claim(claim).items():
            if key not in entries or (key in _MEASURED and sources[key] == "models.csv"):
                entries[key], sources[key] = value, claim.fact("source")
                if key == "energy_it_kwh":
                    entries.pop("energy_kwh", None)
    plan = RunPlan.read(entries)
    assumed, _, filled, _ = assume(plan)
    given = {key: each.central for key, each in plan.given.items()}
    resolution = resolve(given, assumed)
    values = resolution.evaluate({**{key: each.value for key, each in assumed.items()}, **given})
    figures = {
        key: Known(key, float(values[key]), _status(key, resolution), _source(key, resolution, sources, assumed))
        for key in (*SHOWN, "active_parameters")
        if key in values
    }
    for key in ("parameters", "active_parameters", "tokens"):
        stated = float(model[key])
        if math.isfinite(stated):
            status = "assumed" if model[f"{key}_status"] == "imputed" else "stated"
            figures[key] = Known(key, stated, status, "models.csv")
    if "parameters" in figures and not math.isfinite(float(model["active_parameters"])):
        figures["active_parameters"] = figures["parameters"]
    return Run(title, str(model["published"].date()), filled.chip or "", figures)


def claims_of(model: str) -> list[Claim]:
    """Return the final claims of a model's run by its authors, the fullest first."""
    kept = [claim for claim in bundled_claims().rows if claim.primary and claim.final and claim.run == model]
    return sorted(kept, key=lambda claim: -len(claim.stated))


def _from_claim(claim: Claim) -> dict[str, float]:
    """Return the figures of a claim under the graph's names, energy by what it counts."""
    stated = {name: figure.value for name, figure in claim.stated.items()}
    found: dict[str, float] = {
        name: stated[name] for name in ("pue", "carbon_intensity_g_per_kwh", "chip_hours") if name in stated
    }
    if "chip_hours" not in found and {"chips", "wall_hours"} <= stated.keys():
        found["chip_hours"] = stated["chips"] * stated["wall_hours"]
    if "energy_kwh" in stated:
        found["energy_it_kwh" if boundary_of(claim) == "IT" else "energy_kwh"] = stated["energy_kwh"]
    elif {"chip_hours", "chip_power_w"} <= stated.keys() and "carbon_operational_kg" in stated:
        # A card with hours, rated power and tonnes: its energy is that of the chips, and its intensity contains the PUE.
        found["energy_it_kwh"] = stated["chip_hours"] * stated["chip_power_w"] / 1000
        if "carbon_intensity_g_per_kwh" not in found:
            found["carbon_operational_kg"] = stated["carbon_operational_kg"]
    return found


def _status(name: str, resolution: Resolution) -> str:
    if name in resolution.given:
        return "stated"
    behind = resolution.ancestors(name) | {name}
    return "assumed" if behind & resolution.assumed else "computed"


def _source(name: str, resolution: Resolution, sources: Mapping[str, str], assumed: Mapping[str, Any]) -> str:
    if name in resolution.given:
        return sources.get(name, "models.csv")
    if name in resolution.assumed:
        return str(assumed[name].source)
    guesses = sorted(resolution.ancestors(name) & resolution.assumed)
    return f"computed; assumed: {', '.join(guesses)}" if guesses else "computed"
