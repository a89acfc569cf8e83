"""Fit the small, predict the large: forecasts of the larger rows by laws fitted to the smaller ones, and their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecast.errors import FitError
from forecast.fitting.procedure import fit_rows
from forecast.fitting.result import Fit
from forecast.fitting.rows import Rows
from forecast.laws._law import Array
from forecast.laws._space import into
from forecast.notes import Note
from forecast.provenance import Provenance
from forecast.questions.entrants import Entrant
from forecast.scores.clustered import clustered_se
from forecast.scores.coverage import coverage
from forecast.scores.crps import crps
from forecast.scores.interval_score import interval_score

Mask = NDArray[np.bool_]
#: Fewest rows to predict.
_HELD_OUT = 3


@dataclass(frozen=True)
class Record:
    """Intervals of the next observation at larger scales: how often they held it.

    Parameters
    ----------
    law : str
        The law.
    cut : float or None
        Share of the rows fitted; ``None`` for all cuts together.
    n : int
        Rows predicted.
    level, coverage, coverage_se : float
        Nominal, observed, and its standard error, rows (or runs) taken as independent.
    interval_score, bias : float
        Mean, and mean of predicted minus observed, in the space of the comparison.
    """

    law: str
    cut: float | None
    n: int
    level: float
    coverage: float
    coverage_se: float
    interval_score: float
    bias: float


@dataclass(frozen=True)
class Cut:
    """Where small ends and large begins: the share fitted, rows on both sides, and the scales between which it lies."""

    share: float
    fitted: int
    held_out: int
    scale_fitted: float
    scale_held_out: float


@dataclass(frozen=True)
class HeldOut:
    """Scores of the rows held out at a cut, each of shape (n,), and by level, of shape (levels, n)."""

    crps: Array
    error: Array
    held: Array
    interval: Array


def fit_all(entrants: Sequence[Entrant], mask: Mask | None, stream: int) -> tuple[dict[str, Fit], list[Note]]:
    """Return the fit of each law to all rows, or to some, and a note for each that has none."""
    fits, notes = {}, []
    for entrant in entrants:
        rows = entrant.rows if mask is None else _taken(entrant.rows, mask)
        try:
            fits[entrant.label] = fit_rows(rows, entrant.law, entrant.spec, stream, Provenance())
        except FitError as error:
            which = "all rows" if mask is None else f"the smallest {int(mask.sum())} rows"
            message = f"{entrant.label} could not be fitted to {which}: {error.message}"
            notes.append(Note("law-not-fitted", "warning", message))
    return fits, notes


def _taken(rows: Rows, mask: Mask) -> Rows:
    cluster = None if rows.cluster is None else np.unique(rows.cluster[mask], return_inverse=True)[1]
    inputs = {name: values[mask] for name, values in rows.inputs.items()}
    return replace(rows, inputs=inputs, output=rows.output[mask], weight=rows.weight[mask], cluster=cluster)


def cut_rows(size: Array, unit: NDArray[np.intp], cuts: Sequence[float], free: int) -> tuple[list[Cut], list[Mask]]:
    """Return the cuts that leave enough rows on both sides; a run is as large as its largest row, and stays whole."""
    largest = np.full(int(unit.max()) + 1, -np.inf)
    np.maximum.at(largest, unit, size)
    whole = largest[unit]
    order = np.sort(whole)
    places: list[Cut] = []
    masks: list[Mask] = []
    for share in cuts:
        edge = order[max(int(np.ceil(share * len(order))) - 1, 0)]
        mask = whole <= edge
        fitted, held_out = int(mask.sum()), int((~mask).sum())
        if fitted <= free + 1 or held_out < _HELD_OUT or any(np.array_equal(mask, other) for other in masks):
            continue
        places.append(Cut(share, fitted, held_out, float(edge), float(whole.max())))
        masks.append(mask)
    return places, masks


def score_forecast(fit: Fit, rows: Rows, mask: Mask, levels: tuple[float, ...]) -> HeldOut:
    """Score the forecast of the rows held out, in the space of the fit."""
    inputs = {name: values[mask] for name, values in rows.inputs.items()}
    found = fit.predict(inputs, levels, "next")
    observed = into(rows.output[mask], fit.space)
    bounds = np.array([[row.lower, row.upper] for row in found.rows]).reshape(len(observed), len(levels), 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        bounds, drawn = into(bounds, fit.space), into(found.draws, fit.space)
        middle = into(np.array([row.estimate for row in found.rows[:: len(levels)]]), fit.space)
    bounds = np.where(np.isnan(bounds), -np.inf, bounds)
    held = np.stack([coverage(bounds[:, i, 0], bounds[:, i, 1], observed) for i in range(len(levels))])
    score = np.stack(
        [interval_score(bounds[:, i, 0], bounds[:, i, 1], observed, level) for i, level in enumerate(levels)]
    )
    good = drawn[np.isfinite(drawn).all(axis=1)]
    return HeldOut(crps(good, observed), middle - observed, held, score)


def everywhere(predicted: Sequence[Mapping[str, HeldOut]]) -> list[str]:
    """Return the laws that have a forecast at every cut."""
    return [name for name in predicted[0] if all(name in cut for cut in predicted)] if predicted else []


def records_of(
    predicted: Sequence[Mapping[str, HeldOut]], masks: Sequence[Mask], places: Sequence[Cut], unit: NDArray[np.intp],
    levels: tuple[float, ...],
) -> tuple[Record, ...]:  # fmt: skip
    """Return how often intervals held the rows held out: over all cuts, then at each."""
    rows = []
    groups: list[tuple[float | None, list[int]]] = [(None, list(range(len(places))))]
    groups += [(place.share, [i]) for i, place in enumerate(places)]
    for share, which in groups:
        names = everywhere([predicted[i] for i in which])
        for name in names:
            units = np.unique(np.concatenate([unit[~masks[i]] for i in which]), return_inverse=True)[1]
            found = [predicted[i][name] for i in which]
            bias = float(np.concatenate([one.error for one in found]).mean())
            for k, level in enumerate(levels):
                held = np.concatenate([one.held[k] for one in found])
                score = float(np.concatenate([one.interval[k] for one in found]).mean())
                error = clustered_se(held, units)
                rows.append(Record(name, share, len(held), level, float(held.mean()), error, score, bias))
    return tuple(rows)
