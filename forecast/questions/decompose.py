"""What makes the footprint of one model larger than another's: a ratio split exactly into factors.

A footprint is a product: parameters × tokens × FLOP per parameter and token × kWh per FLOP × PUE × carbon per kWh. The
logarithm of a ratio of products is the sum of the logarithms of the factors' ratios, and the difference of the two
footprints is split in the same proportions by their logarithmic mean (log-mean Divisia index, LMDI-I), which leaves no
residual.

Reference: Ang 2015, LMDI decomposition approach: a guide for implementation, Energy Policy 86, 233-238.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from forecast.costs.assumptions import assume
from forecast.costs.graph import Resolution, resolve
from forecast.costs.model_runs import entries_of
from forecast.costs.plan import RunPlan
from forecast.data.dataset import load_dataset
from forecast.data.model_names import find_model
from forecast.display import Displayed
from forecast.errors import UsageError, did_you_mean
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.questions.auditing.claims import Claim, bundled_claims
from forecast.questions.auditing.known import boundary_of
from forecast.units import format_quantity

if TYPE_CHECKING:
    import pandas as pd

#: quantity that is decomposed -> name in the graph, unit, and what it is called
FOOTPRINTS = {
    "carbon": ("carbon_operational_kg", "kg", "operational carbon"),
    "energy": ("energy_kwh", "kWh", "energy with PUE"),
    "cost": ("cost_rental_usd", "USD", "cost by rental"),
}
#: Shown side by side where known.
SHOWN = (
    "parameters", "active_parameters", "tokens", "compute_flop", "chip_hours", "utilization", "energy_it_kwh", "pue",
    "energy_kwh", "carbon_intensity_g_per_kwh", "carbon_operational_kg", "cost_rental_usd",
)  # fmt: skip


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


@dataclass(frozen=True)
class Factor:
    """One factor of a footprint in both runs.

    Parameters
    ----------
    name, title, unit : str
        Identifier, what it is called, and its unit.
    first, second : float
        Its value in each run.
    ratio : float
        Of first to second.
    share : float
        Its part of the logarithm of the footprints' ratio; the parts add up to 1.
    contribution : float
        Its part of the difference of the footprints, in their unit; the parts add up to the difference.
    assumed : str
        Which of the runs' values rest on an assumption: empty, a model, or both.
    """

    name: str
    title: str
    unit: str
    first: float
    second: float
    ratio: float
    share: float
    contribution: float
    assumed: str = ""


@dataclass(frozen=True)
class Decomposition(Displayed):
    """The answer to `decompose`: two runs, their footprints, and the factors between them."""

    quantity: str
    unit: str
    title: str
    first: Run
    second: Run
    ratio: float
    factors: tuple[Factor, ...]
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def footprints(self) -> tuple[float, float]:
        """The two footprints."""
        name = FOOTPRINTS[self.quantity][0]
        return self.first.value(name), self.second.value(name)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per factor."""
        import pandas as pd

        return pd.DataFrame([asdict(factor) for factor in self.factors])

    summary = to_frame

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "quantity": self.quantity,
            "unit": self.unit,
            "ratio": self.ratio,
            "models": [
                {
                    "model": run.model, "published": run.published, "chip": run.chip, "footprint": value,
                    "figures": {name: asdict(each) for name, each in run.figures.items()},
                }
                for run, value in zip((self.first, self.second), self.footprints, strict=True)
            ],
            "rows": [asdict(factor) for factor in self.factors],
        }  # fmt: skip


def decompose_models(first: str, second: str, quantity: str = "carbon") -> Decomposition:
    """Split the ratio of two models' footprints into size, data, hardware, PUE and grid.

    Parameters
    ----------
    first, second : str
        Models of the dataset, by name or alias.
    quantity : {"carbon", "energy", "cost"}
        Which footprint: operational carbon (location based, PUE included), energy with PUE, or cost by rental.

    Raises
    ------
    UsageError
        When a model is unknown, or too little is known of its run even with assumptions.

    Examples
    --------
    >>> found = decompose_models("BLOOM", "GPT-3")
    >>> math.isclose(math.prod(factor.ratio for factor in found.factors), found.ratio)
    True
    """
    if quantity not in FOOTPRINTS:
        message = f"unknown footprint {quantity!r}{did_you_mean(quantity, FOOTPRINTS)}"
        raise UsageError(message, hint=f"known: {', '.join(FOOTPRINTS)}")
    runs = [run_of(first), run_of(second)]
    if runs[0].model == runs[1].model:
        message = f"{first!r} and {second!r} are the same model, {runs[0].model}"
        raise UsageError(message, hint="name two models")
    name, unit, title = FOOTPRINTS[quantity]
    for run in runs:
        if name not in run.figures:
            message = f"{run.model}: too little is known of its run for {title}"
            raise UsageError(message, hint="it would need its compute, or parameters and tokens, or chip-hours")
    factors = decompose_product(_factors(runs, quantity), footprint=runs[0].value(name))
    assumed = [_assumed(factor.name, runs) for factor in factors]
    factors = tuple(replace(factor, assumed=text) for factor, text in zip(factors, assumed, strict=True))
    ratio = runs[0].value(name) / runs[1].value(name)
    tables = {table: load_dataset(table).digest for table in ("models", "footprints", "uncertainty")}
    return Decomposition(
        quantity, unit, title, runs[0], runs[1], ratio, factors, unique(_notes(runs, factors)),
        Provenance(data=tables, settings={"quantity": quantity}),
    )  # fmt: skip


def decompose_product(
    factors: Sequence[tuple[str, str, str, float, float]], *, footprint: float | None = None
) -> tuple[Factor, ...]:
    """Split the ratio and the difference of two products into their factors.

    Parameters
    ----------
    factors : sequence of (name, title, unit, first, second)
        The factors of both products, positive.
    footprint : float, optional
        The first product in the unit that contributions shall have, where that of the factors is another.

    Examples
    --------
    >>> parts = decompose_product([("size", "size", "", 6.0, 2.0), ("grid", "grid", "", 1.0, 5.0)])
    >>> [round(part.contribution, 3) for part in parts]
    [8.603, -12.603]
    """
    first = float(math.prod(factor[3] for factor in factors))
    second = float(math.prod(factor[4] for factor in factors))
    scale = 1.0 if footprint is None else footprint / first
    first, second = first * scale, second * scale
    total = math.log(first / second)
    mean = (first - second) / total if not math.isclose(first, second, rel_tol=1e-12) else first
    found = []
    for name, title, unit, one, two in factors:
        part = math.log(one / two)
        found.append(Factor(name, title, unit, one, two, one / two, part / total if total else 0.0, mean * part))
    return tuple(found)


def _factors(runs: Sequence[Run], quantity: str) -> list[tuple[str, str, str, float, float]]:
    def pair(function: Any) -> tuple[float, float]:
        return function(runs[0]), function(runs[1])

    parts: list[tuple[str, str, str, float, float]] = []
    if all({"tokens", "active_parameters"} <= run.figures.keys() for run in runs):
        parts.append(("size", "parameters in use", "parameters", *pair(lambda run: run.value("active_parameters"))))
        parts.append(("data", "training tokens", "tokens", *pair(lambda run: run.value("tokens"))))
        per = pair(lambda run: run.value("compute_flop") / run.value("active_parameters") / run.value("tokens"))
        parts.append(("arithmetic", "FLOP per parameter and token", "", *per))
    else:
        parts.append(("compute", "training compute", "FLOP", *pair(lambda run: run.value("compute_flop"))))
    if quantity == "cost":
        parts.append(
            (
                "hardware",
                "chip-hours per ZFLOP",
                "",
                *pair(lambda run: 1e21 * run.value("chip_hours") / run.value("compute_flop")),
            )
        )
        parts.append(
            (
                "price",
                "price of a chip-hour",
                "USD/h",
                *pair(lambda run: run.value("cost_rental_usd") / run.value("chip_hours")),
            )
        )
        return parts
    parts.append(
        (
            "hardware",
            "joules per TFLOP",
            "",
            *pair(lambda run: 3.6e18 * run.value("energy_it_kwh") / run.value("compute_flop")),
        )
    )
    parts.append(("pue", "PUE", "", *pair(lambda run: run.value("energy_kwh") / run.value("energy_it_kwh"))))
    if quantity == "carbon":
        grid = pair(lambda run: 1000 * run.value("carbon_operational_kg") / run.value("energy_kwh"))
        parts.append(("grid", "carbon per kWh", "g/kWh", *grid))
    return parts


#: Which figures a factor rests on.
_BEHIND = {
    "size": ("active_parameters",), "data": ("tokens",), "arithmetic": ("compute_flop",), "compute": ("compute_flop",),
    "hardware": ("compute_flop", "energy_it_kwh"), "pue": ("pue",), "grid": ("carbon_intensity_g_per_kwh",),
    "price": ("cost_rental_usd",),
}  # fmt: skip


def _assumed(name: str, runs: Sequence[Run]) -> str:
    guilty = [
        run.model
        for run in runs
        if any(run.figures[each].status == "assumed" for each in _BEHIND[name] if each in run.figures)
    ]
    return " and ".join(guilty)


def _notes(runs: Sequence[Run], factors: Sequence[Factor]) -> list[Note]:
    notes = [note for run in runs for note in _restated(run)]
    for run in runs:
        parts = [factor.title for factor in factors if run.model in factor.assumed.split(" and ")]
        if parts:
            message = f"{run.model}: {', '.join(parts)} rest on assumptions, because no source states them"
            notes.append(Note("assumed", "warning" if len(parts) > 2 else "info", message, "The table says which."))
    return notes


def _restated(run: Run) -> list[Note]:
    """Tell where the source prints another tonnage than the one compared, which has PUE included."""
    for claim in _claims(run.model):
        printed = claim.stated.get("carbon_operational_kg")
        if printed is None or "carbon_operational_kg" not in run.figures:
            continue
        value = run.value("carbon_operational_kg")
        if abs(printed.value / value - 1) > 0.02:
            message = (
                f"{run.model}: {claim.fact('source')} prints {format_quantity(printed.value, 'kg', digits=3)}; compared is "
                f"{format_quantity(value, 'kg', digits=3)}, with PUE included as in the other run"
            )
            return [
                Note(
                    "restated",
                    "info",
                    message,
                    f"forecast audit --model {shlex.quote(run.model)} tells why they differ.",
                )
            ]
        return []
    return []


# ---- what is known of a run


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
    for claim in _claims(title):
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


#: Where a published claim says more of the figure than the models' table.
_MEASURED = ("energy_kwh", "energy_it_kwh", "chip_hours")


def _claims(model: str) -> list[Claim]:
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
