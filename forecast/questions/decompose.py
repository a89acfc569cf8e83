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
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from forecast.data.dataset import load_dataset
from forecast.display import Displayed
from forecast.errors import UsageError, did_you_mean
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.questions.known_run import Run, claims_of, run_of
from forecast.units import format_quantity

if TYPE_CHECKING:
    import pandas as pd

#: quantity that is decomposed -> name in the graph, unit, and what it is called
FOOTPRINTS = {
    "carbon": ("carbon_operational_kg", "kg", "operational carbon"),
    "energy": ("energy_kwh", "kWh", "energy with PUE"),
    "cost": ("cost_rental_usd", "USD", "cost by rental"),
}


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
    for claim in claims_of(run.model):
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
