"""What to doubt about a fit: said by the data before, and by the certificate after."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from forecast.errors import FitError
from forecast.fitting.rows import Rows
from forecast.fitting.scatter import FEW, suited_delta
from forecast.fitting.spec import FitSpec
from forecast.laws import Law
from forecast.laws._law import Array
from forecast.notes import Note
from forecast.solve.search import ILL_CONDITIONED, Certificate, Optimum, Status

#: Orders of magnitude below which an input is too narrow for an exponent.
_NARROW = 1.0
_COLLINEAR = 0.99
#: Rows for each free parameter, and runs, below which intervals are a rough guide.
_ROWS_PER_PARAMETER, _FEW_RUNS = 5, 20


#: Notes on the design with which a law of several terms is never certified.
UNDETERMINED = {"narrow-range", "few-sizes", "collinear"}


def check_rows(rows: Rows, law: Law, free: int) -> None:
    """Refuse data that cannot determine the law at all.

    Raises
    ------
    FitError
        With too few rows, a constant input or a constant output.
    """
    count = len(rows.output)
    if count <= free:
        message = (
            f"{rows.name}: the law {law.name} has {free} free parameters, and {count} "
            f"row{'s' if count != 1 else ''} cannot determine {'it' if free == 1 else 'them'}"
        )
        raise FitError(message, hint=f"give at least {free + 1} rows, or hold parameters: --fix {law.names[-1]}=VALUE")
    for name, values in rows.inputs.items():
        if float(np.ptp(values)) <= 1e-12 * float(np.abs(values).max()):
            column = rows.columns.get(name, name)
            message = (
                f"{rows.name}: column {column!r} ({name}) is {values[0]:g} in every row, so its effect cannot be seen"
            )
            raise FitError(message, hint="add rows that differ in it, or choose a law without it: forecast list laws")
    if float(np.ptp(rows.output)) <= 1e-12 * float(np.abs(rows.output).max()):
        column = rows.columns.get(law.output.name, law.output.name)
        message = f"{rows.name}: column {column!r} ({law.output.name}) is {rows.output[0]:g} in every row; there is nothing to fit"
        raise FitError(message, hint="check that it is the column you meant")


def design_notes(
    inputs: Mapping[str, Array], law: Law, count: int, free: int, runs: int | None, intervals: str
) -> list[Note]:
    """Return doubts about the design: few rows or runs (by the method of the intervals), narrow inputs, few sizes."""
    notes = []
    if count < _ROWS_PER_PARAMETER * free:
        message = f"{count} rows for {free} free parameters; intervals from so few are a rough guide."
        notes.append(Note("few-points", "warning", message, f"Aim for {_ROWS_PER_PARAMETER * free} rows or more."))
    if runs is not None and runs < _FEW_RUNS:
        message = f"only {runs} runs; the scatter between so few is hardly known."
        note = Note("few-clusters", "warning", message)
        if intervals == "cluster":
            hint = "Resampled whole they give poor intervals; --intervals wild does better."
            note = Note("few-clusters", "warning", message, hint)
        notes.append(note)
    logs = {item.name: np.log10(inputs[item.name]) for item in law.inputs if item.positive}
    for name, values in logs.items():
        span, sizes = float(np.ptp(values)), len(np.unique(np.round(values, 6)))
        if sizes < 3:
            message = f"{name} takes only {sizes} different values; an exponent and a floor need three or more"
            notes.append(Note("few-sizes", "warning", message))
        elif span < _NARROW:
            message = f"{name} spans {span:.2g} orders of magnitude; exponents need at least one."
            notes.append(Note("narrow-range", "warning", message, "Add runs at other scales before extrapolating."))
    for (first, a), (second, b) in itertools.combinations(logs.items(), 2):
        together = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else 0.0
        if abs(together) > _COLLINEAR:
            message = f"{first} and {second} vary together (correlation {together:.3f} of the logarithms), so the data cannot tell their effects apart."
            notes.append(Note("collinear", "warning", message, f"Add runs of other ratios of {second} to {first}."))
    return notes


def coarse_notes(spec: FitSpec, optimum: Optimum, runs: int | None) -> list[Note]:
    """Return what to do where few rows, or runs, are resampled under a loss that is nearly that of medians."""
    few, of = (runs, "runs") if runs is not None else (int(optimum.problem.counts[0]), "rows")
    if spec.kind != "percentile" or few > FEW or spec.intervals not in ("pairs", "cluster"):
        return []
    zone = f"delta {optimum.problem.loss.delta:g}" if optimum.problem.loss.name == "huber" else "the loss lad"
    message = (
        f"{zone} is narrow for how the rows scatter ({suited_delta(optimum):.2g} would suit), and the medians of resamples "
        f"of {few} {of} jump: intervals come out wide."
    )
    return [
        Note(
            "narrow-loss",
            "info",
            message,
            "--loss huber --delta auto gives narrower ones that hold as often as they say.",
        )
    ]


def certificate_notes(certificate: Certificate, law: Law) -> list[Note]:
    """Return what a certificate other than `certified` means."""
    notes = []
    if certificate.at_bound:
        named = ", ".join(certificate.at_bound)
        message = f"{named} ended on a bound: the data ask for a simpler law than {law.name}, or for another one."
        notes.append(Note("at-bound", "warning", message, "Compare it with a law that lacks the term."))
    if certificate.status is Status.MULTIMODAL:
        other = ", ".join(f"{n} {v:.4g}" for n, v in zip(law.names, certificate.runner_up_parameters, strict=True))
        message = (
            f"another optimum fits as well (objective {certificate.runner_up:.8g} against {certificate.objective:.8g}) "
            f"with {other}"
        )
        notes.append(Note("multimodal", "warning", message, "Quote neither alone; see --intervals profile."))
    if certificate.weak or not certificate.condition < ILL_CONDITIONED:
        named = ", ".join(certificate.weak) or "a combination of the parameters"
        message = f"the data hardly determine {named} (condition number {certificate.condition:.2g})."
        notes.append(Note("weakly-identified", "warning", message, "Predictions inside the data may still be sound."))
    return notes
