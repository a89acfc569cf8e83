"""Which law describes the rows, and which predicts larger scales from smaller ones: differences, each with its interval.

Two questions with two answers. *Description*: AICc and BIC of the same rows, in the same space, under the same loss
(mse is a normal likelihood, lad a Laplace one). *Extrapolation*: the smallest rows are fitted, the larger ones
predicted, at several cuts; scores are those of the whole forecast (CRPS) and of its intervals (coverage), so this is also
the track record of a law on these data. Every difference is to the best law, with an interval from resampled rows (or
runs); where it holds zero, the rows do not tell the two apart.

References
----------
Hurvich and Tsai 1989, Biometrika 76, 297 (AICc). Vuong 1989, Econometrica 57, 307 (differences of likelihoods by row).
Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359 (CRPS).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.display import Displayed
from forecast.errors import FitError, UsageError
from forecast.fitting.result import Fit
from forecast.fitting.rows import Source, as_table
from forecast.laws._law import Array
from forecast.laws._space import Space
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.questions.entrants import Choices, enter
from forecast.questions.holdout import (
    Cut,
    HeldOut,
    Mask,
    Record,
    cut_rows,
    everywhere,
    fit_all,
    records_of,
    score_forecast,
)
from forecast.settings import LEVELS, SEED, generator

#: Shares of the rows, smallest first, that are fitted to predict the others.
CUTS = (0.5, 0.6, 0.7, 0.8)
#: Draws of each forecast of a cut, and resamples of rows behind the interval of a difference.
DRAWS, RESAMPLES = 400, 2_000


@dataclass(frozen=True)
class LawFit:
    """A law on all rows.

    Parameters
    ----------
    law : str
        Its name, with its option.
    free : int
        Parameters fitted.
    status : str
        Of the fit.
    objective, residual_sd : float
        Summed loss, and scatter in the space of the comparison.
    """

    law: str
    free: int
    status: str
    objective: float
    residual_sd: float


@dataclass(frozen=True)
class Row:
    """A law by a criterion, beside the best law by it; lower is better.

    Parameters
    ----------
    law : str
        The law.
    criterion : {"aicc", "bic", "crps", "error"}
        ``crps`` and ``error`` (mean absolute) are of the rows held out, in the space of the comparison.
    cut : float or None
        Share of the rows fitted; ``None`` for all rows, or for all cuts together.
    n : int
        Rows scored.
    value : float
        The criterion.
    best : str
        The law with the lowest value.
    difference, lower, upper, level : float
        To the best, with its interval.
    told_apart : bool or None
        Whether the interval leaves out zero; ``None`` for the best law.
    """

    law: str
    criterion: str
    cut: float | None
    n: int
    value: float
    best: str
    difference: float
    lower: float
    upper: float
    level: float
    told_apart: bool | None


@dataclass(frozen=True)
class Comparison(Displayed):
    """Laws beside each other.

    Parameters
    ----------
    laws : tuple of LawFit
        In the order asked for.
    rows : tuple of Row
        By criterion and cut.
    records : tuple of Record
        Coverage at larger scales.
    cuts : tuple of Cut
        Where the rows were cut; empty where there are too few.
    scale, loss, space : str
        What large means, what was summed, of which residuals.
    count, runs : int, int or None
        Rows, and runs they belong to.
    notes, provenance
        What to doubt, and what it was made from.
    """

    laws: tuple[LawFit, ...]
    rows: tuple[Row, ...]
    records: tuple[Record, ...]
    cuts: tuple[Cut, ...]
    scale: str
    loss: str
    space: Space
    count: int
    runs: int | None
    notes: tuple[Note, ...]
    provenance: Provenance

    def of(self, criterion: str) -> list[Row]:
        """Return the rows of a criterion on all rows, or all cuts together, best first."""
        found = [row for row in self.rows if row.criterion == criterion and row.cut is None]
        return sorted(found, key=lambda row: row.value if math.isfinite(row.value) else math.inf)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table."""
        return pd.DataFrame([asdict(row) for row in self.rows])

    def summary(self) -> pd.DataFrame:
        """Return one row per law: status, and the value of each criterion."""
        head = pd.DataFrame([asdict(law) for law in self.laws]).set_index("law")
        for criterion in ("aicc", "bic", "crps", "error"):
            head[criterion] = pd.Series({row.law: row.value for row in self.of(criterion)}, dtype=float)
        return head

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "scale": self.scale,
            "loss": self.loss,
            "space": self.space,
            "n": self.count,
            "runs": self.runs,
            "laws": [asdict(law) for law in self.laws],
            "cuts": [asdict(cut) for cut in self.cuts],
            "rows": [asdict(row) for row in self.rows],
            "coverage": [asdict(record) for record in self.records],
        }


def compare(
    data: Source,
    laws: Sequence[str],
    *,
    y: str | None = None,
    x: str | Sequence[str] = (),
    roles: Mapping[str, str] | None = None,
    loss: str = "mse",
    space: str | None = None,
    weights: str | None = None,
    group: str | None = None,
    scale: str | None = None,
    cuts: Sequence[float] = CUTS,
    levels: Sequence[float] = LEVELS,
    draws: int = DRAWS,
    where: Sequence[str] = (),
    drop_missing: bool = False,
    rng: np.random.Generator | None = None,
) -> Comparison:
    """Compare laws on the same rows.

    Parameters
    ----------
    data : str, Path, DataFrame, mapping or Table
        As for :func:`forecast.fit`.
    laws : sequence of str
        Two names or more; ``broken_power:2`` for two breaks.
    y, x, roles, weights, group, where, drop_missing
        As for :func:`forecast.fit`; laws of one input take compute where `x` is left out and compute is known.
    loss, space : str, optional
        The same for all laws: ``mse`` or ``lad`` (``huber`` has no likelihood); the space is that of the laws, or log.
    scale : str, optional
        Column by which rows are small or large; by default compute, or the laws' only input.
    cuts : sequence of float
        Shares of the rows to fit, smallest first.
    levels : sequence of float
        Of intervals; differences have the widest.
    draws : int
        Of each forecast of rows held out.
    rng : numpy.random.Generator, optional
        By default the generator of seed 0.

    Raises
    ------
    UsageError, DataError, FitError
        For what cannot be compared.

    Examples
    --------
    >>> size = np.geomspace(1e6, 1e12, 40)
    >>> loss = (2.0 + 40 * size**-0.2) * (1 + 0.01 * np.sin(7 * np.arange(40)))
    >>> found = compare({"size": size, "loss": loss}, ["power", "power_floor"], x="size", y="loss")
    >>> found.of("aicc")[0].law, found.of("crps")[0].law
    ('power_floor', 'power_floor')
    """
    level = tuple(sorted(set(levels)))
    choices = Choices(
        y, (x,) if isinstance(x, str) else tuple(x), dict(roles or {}), loss, space, weights, group, scale, draws, level,
        tuple(where), drop_missing,
    )  # fmt: skip
    cuts = _checked(cuts)
    table = as_table(data)
    entered = enter(table, laws, choices)
    stream = int((rng if rng is not None else generator(SEED)).integers(2**63))
    settings = {
        **asdict(choices), "laws": [entrant.label for entrant in entered.laws], "scale": entered.scale, "cuts": list(cuts),
    }  # fmt: skip
    provenance = Provenance(data={table.name: table.digest}, settings=settings)
    fits, notes = fit_all(entered.laws, None, stream)
    if len(fits) < 2:
        message = f"{table.name}: fewer than two of the laws could be fitted, so there is nothing to compare"
        raise FitError(message, hint="; ".join(note.message for note in notes) or None)
    rows = entered.laws[0].rows
    count = len(rows.output)
    unit = np.arange(count) if rows.cluster is None else np.unique(rows.cluster, return_inverse=True)[1]
    picks = generator(stream).multinomial(int(unit.max()) + 1, _even(int(unit.max()) + 1), size=RESAMPLES)
    described = _described(fits, unit, picks, level[-1])
    largest = max(len(fit.names) for fit in fits.values())
    places, masks = cut_rows(entered.size, unit, cuts, largest)
    if len(places) < len(cuts):
        lost = len(cuts) - len(places)
        message = f"{lost} of {len(cuts)} cuts leave too few rows to fit the small ones and predict the large ones"
        notes.append(Note("few-cuts", "warning" if not places else "info", message))
    predicted: list[dict[str, HeldOut]] = []
    competing = [entrant for entrant in entered.laws if entrant.label in fits]
    for mask in masks:
        small, failed = fit_all(competing, mask, stream)
        notes += failed
        usable = {name for name, fit in small.items() if np.isfinite(fit.draws).all(axis=1).any()}
        for name in small.keys() - usable:
            message = f"{name}: no resample of the smallest {int(mask.sum())} rows could be fitted, so it is not scored by them"
            notes.append(Note("no-draws", "warning", message, "It has too many parameters for so few rows."))
        predicted.append(
            {e.label: score_forecast(small[e.label], e.rows, ~mask, level) for e in competing if e.label in usable}
        )
    held_out = _extrapolated(predicted, masks, places, unit, picks, level[-1])
    records = records_of(predicted, masks, places, unit, level)
    told = tuple(
        LawFit(name, len(fit.names), str(fit.status), fit.certificate.objective, fit.scores["residual_sd"])
        for name, fit in fits.items()
    )
    runs = None if rows.cluster is None else int(unit.max()) + 1
    first = next(iter(fits.values()))
    notes = [*entered.notes, *notes, *_doubts(told, records, loss, runs)]
    return Comparison(
        told, (*described, *held_out), records, tuple(places), entered.scale, first.loss.label, first.space, count, runs,
        unique(notes), provenance,
    )  # fmt: skip


def _checked(cuts: Sequence[float]) -> tuple[float, ...]:
    for cut in cuts:
        if not 0 < cut < 1:
            message = f"the cut {cut:g} must lie between 0 and 1"
            raise UsageError(message, hint="write 0.6 to fit the smallest 60 % of the rows")
    return tuple(sorted(set(cuts)))


def _even(count: int) -> Array:
    return np.full(count, 1 / count)


def _described(fits: Mapping[str, Fit], unit: NDArray[np.intp], picks: NDArray[np.int64], level: float) -> list[Row]:
    """Return AICc and BIC of each law; none without a likelihood."""
    count = len(unit)
    each = {name: _likelihood(fit) for name, fit in fits.items()}
    if any(values is None for values in each.values()):
        return []
    rows = []
    for criterion in ("aicc", "bic"):
        penalty = {name: _penalty(criterion, len(fit.names) + 1, count) for name, fit in fits.items()}
        scores = {name: -2 * values + penalty[name] / count for name, values in each.items() if values is not None}
        rows += _beside(criterion, None, scores, unit, picks, level, total=True)
    return rows


def _likelihood(fit: Fit) -> Array | None:
    """Return the log-likelihood of each row at the fit; of a normal for mse, of a Laplace for lad."""
    weight = fit.weight / fit.weight.mean()
    residual = fit.residuals
    floor = 1e-300
    if fit.loss.name == "mse":
        variance = max(float((weight * residual**2).mean()), floor)
        return np.asarray(-0.5 * (np.log(2 * np.pi * variance / weight) + weight * residual**2 / variance))
    if fit.loss.name == "lad":
        width = max(float((weight * np.abs(residual)).mean()), floor)
        return np.asarray(-np.log(2 * width / weight) - weight * np.abs(residual) / width)
    return None


def _penalty(criterion: str, free: int, count: int) -> float:
    """Return what a criterion adds to minus twice the log-likelihood; the scale is a parameter too."""
    if criterion == "bic":
        return free * math.log(count)
    room = count - free - 1
    return 2 * free + 2 * free * (free + 1) / room if room > 0 else math.inf


def _beside(
    criterion: str, cut: float | None, scores: Mapping[str, Array], unit: NDArray[np.intp], picks: NDArray[np.int64],
    level: float, *, total: bool,
) -> list[Row]:  # fmt: skip
    """Return each law beside the best one; scores are of shape (n,), their sum or mean is the criterion.

    Rows of a unit (a run) are drawn together; `picks` says how often each unit counts in each resample.
    """
    count = len(unit)
    values = {name: float(own.sum() if total else own.mean()) for name, own in scores.items()}
    best = min(values, key=lambda name: values[name] if math.isfinite(values[name]) else math.inf)
    units = picks.shape[1]
    many = np.bincount(unit, minlength=units)
    rows = []
    for name, own in scores.items():
        difference = lower = upper = 0.0 if name == best else math.nan
        if name != best and math.isfinite(values[name]):
            apart, difference = own - scores[best], values[name] - values[best]
            sums = picks @ np.bincount(unit, apart, minlength=units)
            drawn = sums / (picks @ many).clip(1) * (count if total else 1)
            lower, upper = (float(edge) for edge in np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]))
        told_apart = None if name == best else bool(lower > 0)
        rows.append(Row(name, criterion, cut, count, values[name], best, difference, lower, upper, level, told_apart))
    return rows


def _extrapolated(
    predicted: Sequence[Mapping[str, HeldOut]], masks: Sequence[Mask], places: Sequence[Cut], unit: NDArray[np.intp],
    picks: NDArray[np.int64], level: float,
) -> list[Row]:  # fmt: skip
    """Return scores of rows held out: all cuts together, then each."""
    names = everywhere(predicted)
    rows = []
    for criterion in ("crps", "error"):
        own = [
            {name: found.crps if criterion == "crps" else np.abs(found.error) for name, found in cut.items()}
            for cut in predicted
        ]
        if names:
            together = {name: np.concatenate([cut[name] for cut in own]) for name in names}
            units = np.concatenate([unit[~mask] for mask in masks])
            rows += _beside(criterion, None, together, units, picks, level, total=False)
        for cut, mask, place in zip(own, masks, places, strict=True):
            if cut:
                rows += _beside(criterion, place.share, cut, unit[~mask], picks, level, total=False)
    return rows


def _doubts(laws: Sequence[LawFit], records: Sequence[Record], loss: str, runs: int | None) -> list[Note]:
    notes = []
    if loss == "huber":
        message = "huber is no likelihood, so there is no AICc and no BIC"
        notes.append(Note("no-likelihood", "info", message, "Use --loss mse or lad."))
    if runs is not None:
        message = "AICc and BIC take rows as independent, though rows share runs; their intervals resample runs"
        notes.append(Note("rows-share-runs", "info", message))
    doubtful = [law for law in laws if law.status != "certified"]
    if doubtful:
        message = ", ".join(f"{law.law} is {law.status}" for law in doubtful)
        notes.append(
            Note("not-certified", "warning", message, "Fit it alone to see why: forecast fit FILE --law NAME.")
        )
    off = [
        record
        for record in records
        if record.cut is None and abs(record.coverage - record.level) > 2 * record.coverage_se
    ]
    widest = [record for record in off if record.level == max(r.level for r in records)]
    if widest:
        told = ", ".join(f"{r.law} {100 * r.coverage:.0f} ± {100 * r.coverage_se:.0f} %" for r in widest)
        message = f"{100 * widest[0].level:g} % intervals at larger scales held: {told}"
        notes.append(Note("coverage-off", "warning", message, "Intervals do not hold the risk that the law bends."))
    return notes
