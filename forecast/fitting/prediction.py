"""Predictions of a fit: where the curve is, or where the next observation will fall, and how far that is from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from forecast.errors import UsageError, did_you_mean
from forecast.fitting.bounds import quantiles
from forecast.fitting.conformal import jackknife_plus
from forecast.fitting.roles import COMPUTED
from forecast.intervals import INTERVALS
from forecast.laws._law import Array, Law
from forecast.laws._space import into, out_of
from forecast.notes import Note
from forecast.provenance import Provenance
from forecast.settings import generator

if TYPE_CHECKING:
    from forecast.fitting.result import Fit

PredictionKind = Literal["mean", "next", "conformal"]
#: What each kind of interval is about.
KINDS: dict[str, str] = {
    "mean": "where the fitted curve is",
    "next": "where the next observation will fall",
    "conformal": "where the next observation will fall, by jackknife+",
}


@dataclass(frozen=True)
class PredictionRow:
    """One interval: where, of what kind, at which level."""

    at: dict[str, Any]
    kind: PredictionKind
    level: float
    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Prediction:
    """Predictions with their intervals.

    Parameters
    ----------
    rows : tuple of PredictionRow
        By place and level.
    draws : array of shape (draws, places)
        Of the curve or of observations, in the unit of the output.
    output : str
        Symbol of what is predicted.
    extrapolation : tuple of dict
        For each place, by how many orders of magnitude (or, for time, years) it leaves the range of each input.
    notes, provenance
        What to doubt, and what it was made from.
    """

    rows: tuple[PredictionRow, ...]
    draws: Array
    output: str
    extrapolation: tuple[dict[str, float], ...]
    notes: tuple[Note, ...]
    provenance: Provenance

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table, one column per input."""
        return pd.DataFrame([{**row.at, **{k: v for k, v in asdict(row).items() if k != "at"}} for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "output": self.output,
            "rows": [{**{k: v for k, v in asdict(row).items() if k != "at"}, "at": row.at} for row in self.rows],
            "extrapolation": list(self.extrapolation),
        }


def allowed(law: Law) -> set[str]:
    """Return the roles by which a place may be told: the law's inputs, and what they can be computed from."""
    needed = [item.name for item in law.inputs]
    return {*needed, *(parent for name in needed if name in COMPUTED for parent in COMPUTED[name][0])}


def inputs_at(law: Law, at: Mapping[str, Any] | pd.DataFrame) -> dict[str, Array]:
    """Return the law's inputs at places given by role, all of one length.

    Raises
    ------
    UsageError
        When a role is missing, unknown, or not a number that makes sense.
    """
    given = {str(name): np.atleast_1d(np.asarray(values, dtype=float)) for name, values in at.items()}
    needed = [item.name for item in law.inputs]
    for name in needed:
        parents, _ = COMPUTED.get(name, (("", ""), ""))
        if name not in given and parents[0] in given and parents[1] in given:
            first, second = (given[parent] for parent in parents)
            given[name] = 6 * first * second if name == "C" else first / (6 * second)
    known = allowed(law)
    for name in given:
        if name not in known:
            message = f"the law {law.name} has no input {name!r}{did_you_mean(name, known)}"
            raise UsageError(message, hint=f"give {', '.join(f'{n}=…' for n in needed)}")
    missing = [name for name in needed if name not in given]
    if missing:
        message = f"the law {law.name} needs a value of {missing[0]}"
        raise UsageError(message, hint=f"give {','.join(f'{n}=…' for n in needed)}")
    length = max(len(given[name]) for name in needed)
    result = {}
    for item in law.inputs:
        values = given[item.name]
        if not np.isfinite(values).all() or (item.positive and (values <= 0).any()):
            message = f"{item.name} = {values[0]:g} must be {'above 0 and ' if item.positive else ''}finite"
            raise UsageError(message)
        if len(values) not in (1, length):
            message = f"{item.name} has {len(values)} values where another input has {length}"
            raise UsageError(message)
        result[item.name] = np.broadcast_to(values, (length,)).astype(float)
    return result


def predict(
    fit: Fit, at: Mapping[str, Any] | pd.DataFrame, levels: tuple[float, ...], kind: PredictionKind
) -> Prediction:
    """Predict; the arguments are those of :meth:`forecast.fitting.result.Fit.predict`."""
    if kind not in KINDS:
        message = f"unknown kind of prediction {kind!r}{did_you_mean(kind, KINDS)}"
        raise UsageError(message)
    law = fit.law
    inputs = inputs_at(law, at)
    places = len(next(iter(inputs.values())))
    estimate = law.values(fit.estimates[None], inputs)[0]
    draws, bounds = _conformal(fit, inputs, levels) if kind == "conformal" else _drawn(fit, inputs, levels, kind)
    rows = tuple(
        PredictionRow(
            {name: float(values[place]) for name, values in inputs.items()},
            kind, level, float(estimate[place]), float(bounds[i, 0, place]), float(bounds[i, 1, place]),
        )
        for place in range(places)
        for i, level in enumerate(levels)
    )  # fmt: skip
    outside, notes = extrapolation(fit, inputs)
    if kind == "conformal" and any(outside):
        message = (
            "conformal intervals promise nothing outside the data, where they can be narrower than that of the curve"
        )
        notes.append(Note("conformal-outside", "warning", message))
    provenance = Provenance(seed=fit.provenance.seed, data=fit.provenance.data, settings={"fit": fit.provenance.call})
    return Prediction(rows, draws, law.output.name, outside, (*notes, *fit.doubts), provenance)


def _drawn(fit: Fit, inputs: Mapping[str, Array], levels: tuple[float, ...], kind: str) -> tuple[Array, Array]:
    """Return draws (draws, places) and bounds (levels, 2, places) by the draws of the fit, or by its theory."""
    law, space = fit.law, fit.space
    good = fit.draws[np.isfinite(fit.draws).all(axis=1)]
    curves = into(law.values(good, inputs), space)
    if kind == "next":
        curves = curves + scatter(fit, len(good), generator(fit.stream))[:, None]
    draws = out_of(curves, space)
    if INTERVALS[fit.spec.intervals].bounds != "quantiles":
        extra = fit.scores["residual_sd"] if kind == "next" else 0.0
        _, found = fit.theory.interval(lambda p: into(law.values(p, inputs), space), levels, extra=extra, logs=False)
        return draws, out_of(found[0], space)
    if kind == "next":
        return draws, quantiles(draws, levels)
    return draws, fit.bounds(lambda parameters: law.values(parameters, inputs), levels)


def _conformal(fit: Fit, inputs: Mapping[str, Array], levels: tuple[float, ...]) -> tuple[Array, Array]:
    """Return draws and bounds of :func:`forecast.fitting.conformal.jackknife_plus`, in the unit of the output."""
    draws, bounds = jackknife_plus(fit, inputs, levels)
    return out_of(draws, fit.space), out_of(bounds, fit.space)


def scatter(fit: Fit, count: int, rng: np.random.Generator) -> Array:
    """Return what a new observation adds to the curve: residuals of the fit, widened for the parameters they cost."""
    residual = fit.residuals * np.sqrt(fit.weight / fit.weight.mean())
    moving = int((np.diag(fit.covariance) > 0).sum())
    wide = np.sqrt(fit.count / max(fit.count - moving, 1))
    return np.asarray(rng.choice(residual * wide, size=count))


def extrapolation(fit: Fit, inputs: Mapping[str, Array]) -> tuple[tuple[dict[str, float], ...], list[Note]]:
    """Return by how far places leave the range of each input (see :class:`Prediction`), and what to say of it."""
    law = fit.law
    positive = {item.name: item.positive for item in law.inputs}
    seen, asked = dict(fit.inputs), dict(inputs)
    if {"N", "D"} <= set(seen):
        positive["C"] = True
        seen["C"], asked["C"] = 6 * seen["N"] * seen["D"], 6 * asked["N"] * asked["D"]
    places = len(next(iter(asked.values())))
    outside: list[dict[str, float]] = [{} for _ in range(places)]
    notes = []
    for name, values in asked.items():
        scale = np.log10 if positive[name] else np.asarray
        low, high = float(scale(seen[name].min())), float(scale(seen[name].max()))
        beyond = np.maximum(scale(values) - high, 0.0) - np.maximum(low - scale(values), 0.0)
        for place in np.flatnonzero(np.abs(beyond) > 1e-9):
            outside[place][name] = float(beyond[place])
        far = float(beyond[np.abs(beyond).argmax()])
        if abs(far) <= 1e-9:
            continue
        side, edge = ("above the largest", seen[name].max()) if far > 0 else ("below the smallest", seen[name].min())
        much = (
            f"{10 ** abs(far):.3g} times ({abs(far):.2g} orders of magnitude)" if positive[name] else f"{abs(far):.3g}"
        )
        span = high - low
        share = f", {abs(far) / span:.0%} of the fitted range".replace("%", " %") if span > 0 else ""
        message = f"{name} goes {much} {side} value fitted, {edge:.4g}{share}."
        severity: Literal["info", "warning"] = "warning" if span <= 0 or abs(far) > 0.1 * span else "info"
        notes.append(Note("extrapolation", severity, message, "Intervals do not hold the risk that the law bends."))
    return tuple(outside), notes
