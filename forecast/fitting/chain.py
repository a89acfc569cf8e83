"""Predictions in two steps: a fitted law gives the input of another, such as parameters and tokens to loss to accuracy.

Draw i of the second law is taken at the value that draw i of the first one gives, so that the uncertainty of both steps is
carried. Where both fits resampled the same rows in the same way their draws belong together; elsewhere they are independent,
and are shuffled to make sure of it. *mean* is where the second curve is at the first curve; *next* lets an observation scatter
around both: the loss that a new model turns out to have, and the accuracy it then turns out to have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from forecast.errors import UsageError, did_you_mean
from forecast.fitting.bounds import quantiles
from forecast.fitting.prediction import (
    Prediction,
    PredictionKind,
    PredictionRow,
    allowed,
    extrapolation,
    inputs_at,
    scatter,
)
from forecast.laws._law import Array
from forecast.laws._space import into, out_of
from forecast.notes import Note, unique
from forecast.provenance import Provenance

if TYPE_CHECKING:
    from forecast.fitting.result import Fit

_RESAMPLED = ("pairs", "cluster")


def predict_through(
    fit: Fit,
    through: Mapping[str, Fit],
    at: Mapping[str, Any] | pd.DataFrame,
    levels: tuple[float, ...],
    kind: PredictionKind,
) -> Prediction:
    """Predict with inputs that other fits give.

    Parameters
    ----------
    fit : Fit
        Of the last step.
    through : mapping of str to Fit
        The fit that gives an input, by the input's symbol, or by the column it was fitted on.
    at : mapping or DataFrame
        Inputs of the other fits, and what is left of this one's, by role.
    levels, kind
        As in :meth:`forecast.fitting.result.Fit.predict`.

    Raises
    ------
    UsageError
        When an input is unknown or missing.
    """
    if kind == "conformal":
        message = "conformal intervals need rows that hold every step, which a forecast through another fit has not"
        raise UsageError(message, hint="leave out --conformal")
    feeds = {input_name(fit, name): first for name, first in through.items()}
    own = {name for name in allowed(fit.law) if name not in feeds}
    known = own.union(*(allowed(first.law) for first in feeds.values()))
    for name in map(str, at):
        if name not in known:
            message = f"no step has an input {name!r}{did_you_mean(name, known)}"
            raise UsageError(message, hint=f"give {', '.join(f'{n}=…' for n in asked(fit, feeds))}")
    given = {str(name): np.atleast_1d(np.asarray(values, dtype=float)) for name, values in at.items()}
    rng = np.random.default_rng(np.random.SeedSequence([fit.stream, *(first.stream for first in feeds.values())]))
    places: dict[str, Array] = {}
    middle, drawn = dict[str, Array](), dict[str, Array]()
    notes: list[Note] = []
    kept = np.asarray(np.isfinite(fit.draws).all(axis=1))
    for name, first in feeds.items():
        inputs = inputs_at(first.law, {key: given[key] for key in given if key in allowed(first.law)})
        places |= inputs
        middle[name] = first.law.values(first.estimates[None], inputs)[0]
        curves = into(first.law.values(first.draws, inputs), first.space)
        if kind == "next":
            curves = curves + scatter(first, len(curves), rng)[:, None]
        drawn[name] = out_of(curves, first.space)
        if not _same_resamples(fit, first):
            drawn[name] = rng.permutation(drawn[name])
        count = min(len(kept), len(drawn[name]))
        kept = kept[:count] & np.isfinite(drawn[name][:count]).all(axis=1)
        notes += _step_notes(fit, name, first, inputs)
    length = len(next(iter(middle.values())))
    rest = {name: given[name] for name in given if name in own}
    whole = inputs_at(fit.law, {**rest, **middle})
    places |= {name: values for name, values in whole.items() if name not in feeds}
    picked = np.flatnonzero(kept)
    values = np.stack(
        [
            into(
                fit.law.values(
                    fit.draws[picked],
                    {n: drawn[n][picked, i, None] if n in feeds else whole[n][i : i + 1] for n in whole},
                ),
                fit.space,
            )[:, 0]
            for i in range(length)
        ],
        axis=1,
    )
    if kind == "next":
        values = values + scatter(fit, len(values), rng)[:, None]
    draws = out_of(values, fit.space)
    bounds = quantiles(draws, levels)
    estimate = fit.law.values(fit.estimates[None], whole)[0]
    rows = tuple(
        PredictionRow(
            {name: float(values[place]) for name, values in places.items()},
            kind, level, float(estimate[place]), float(bounds[i, 0, place]), float(bounds[i, 1, place]),
        )
        for place in range(length)
        for i, level in enumerate(levels)
    )  # fmt: skip
    outside, own_notes = extrapolation(fit, whole)
    notes += [*own_notes, *fit.doubts]
    return Prediction(rows, draws, fit.law.output.name, outside, unique(notes), _provenance(fit, feeds))


def input_name(fit: Fit, name: str) -> str:
    """Return the symbol of an input told by its symbol or by the column it was fitted on.

    Raises
    ------
    UsageError
        When the law has no such input.
    """
    names = [item.name for item in fit.law.inputs]
    if name in names:
        return name
    columns = {column: role for role, column in fit.provenance.settings.get("columns", {}).items() if role in names}
    if name in columns:
        return str(columns[name])
    message = f"the law {fit.law.name} has no input {name!r}{did_you_mean(name, [*names, *columns])}"
    raise UsageError(message)


def asked(fit: Fit, feeds: Mapping[str, Fit]) -> list[str]:
    """Return the inputs that have to be given: those of the first steps, and what is left of the last one's."""
    names = [item.name for first in feeds.values() for item in first.law.inputs]
    return list(dict.fromkeys([*names, *(item.name for item in fit.law.inputs if item.name not in feeds)]))


def _same_resamples(fit: Fit, other: Fit) -> bool:
    """Return whether draw i of both fits is of the same resample of the same rows."""

    def rows(each: Fit) -> tuple[Any, ...]:
        settings = each.provenance.settings
        told = [settings.get(name) for name in ("where", "drop_missing", "group")]
        return (each.provenance.data, told, each.count, each.stream, len(each.draws), each.spec.intervals)

    return fit.spec.intervals in _RESAMPLED and bool(fit.provenance.data) and rows(fit) == rows(other)


def _step_notes(fit: Fit, name: str, first: Fit, inputs: Mapping[str, Array]) -> list[Note]:
    step = f"first step ({first.law.output.name} by {first.law.name})"
    found = [
        Note(note.code, note.severity, f"{step}: {note.message}", note.hint)
        for note in (*extrapolation(first, inputs)[1], *first.doubts)
    ]
    if _same_resamples(fit, first):
        message = (
            f"both fits resampled the same rows, so their draws are kept together ({name} and {fit.law.output.name})"
        )
    else:
        message = f"the fit of {name} and that of {fit.law.output.name} come from different rows; their draws are paired as independent"
    return [*found, Note("two-step", "info", message)]


def _provenance(fit: Fit, feeds: Mapping[str, Fit]) -> Provenance:
    data = dict(fit.provenance.data)
    for first in feeds.values():
        data |= first.provenance.data
    settings = {"through": {name: first.provenance.call for name, first in feeds.items()}, "fit": fit.provenance.call}
    return Provenance(seed=fit.provenance.seed, data=data, settings=settings)
