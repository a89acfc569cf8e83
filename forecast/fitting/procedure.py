"""`fit`: rows to a certified law with intervals; the one implementation behind command, report, API and scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, overload

import numpy as np

from forecast.errors import FitError, UsageError
from forecast.fitting.bounds import Estimate, Theory, bca, quantiles, stacked
from forecast.fitting.diagnosis import UNDETERMINED, certificate_notes, check_rows, coarse_notes, design_notes
from forecast.fitting.groups import GroupFits, fit_groups
from forecast.fitting.problem import make_problem, resolved
from forecast.fitting.result import Fit
from forecast.fitting.rows import Rows, Source, as_table, read_rows
from forecast.fitting.scatter import FEW, narrow, with_delta
from forecast.fitting.spec import DRAWS, Delta, FitSpec, Kind
from forecast.intervals import INTERVALS
from forecast.intervals._resampling import handfuls, leave_out
from forecast.laws import Law
from forecast.laws._law import Array
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.settings import LEVELS, SEED, generator
from forecast.solve.search import Optimum, Status, adopt, search


@overload
def fit(data: Source, law: str, *, by_group: None = None, **options: Any) -> Fit: ...
@overload
def fit(data: Source, law: str, *, by_group: str, **options: Any) -> GroupFits: ...
@overload
def fit(data: Source, law: str, *, by_group: str | None, **options: Any) -> Fit | GroupFits: ...
def fit(
    data: Source,
    law: str,
    *,
    y: str | None = None,
    x: str | Sequence[str] = (),
    roles: Mapping[str, str] | None = None,
    loss: str | None = None,
    delta: Delta = 1e-3,
    asymmetry: float = 0.5,
    space: str | None = None,
    weights: str | None = None,
    group: str | None = None,
    by_group: str | None = None,
    intervals: str = "auto",
    kind: Kind = "auto",
    draws: int = DRAWS,
    levels: Sequence[float] = LEVELS,
    fixed: Mapping[str, float] | None = None,
    breaks: int | None = None,
    where: Sequence[str] = (),
    drop_missing: bool = False,
    rng: np.random.Generator | None = None,
    **columns: str,
) -> Fit | GroupFits:
    """Fit a law to data.

    Parameters
    ----------
    data : str, Path, DataFrame, mapping or Table
        A file, a bundled table by its name, or columns in memory.
    law : str
        A name from ``forecast list laws``.
    y, x : str
        Columns of the response and of the inputs, in the law's order.
    roles : mapping, optional
        Column of each role; ``N="params"`` as a keyword is the same.
    loss, delta, asymmetry, space : optional
        What is summed, of which residuals; by default those of the law. See :class:`forecast.solve.losses.Loss`. A
        delta of ``"auto"`` is 1.345 robust standard deviations of the residuals.
    weights, group : str, optional
        Columns of weights, and of the run that rows share.
    by_group : str, optional
        Fit the rows of each value of this column apart; the result is then a :class:`GroupFits`.
    intervals : str
        ``"auto"``: ``cluster`` with a group, ``analytic`` for straight lines by least squares and beyond 50,000 rows, else
        ``pairs``.
    kind : {"auto", "percentile", "bca"}
        How bounds are read off draws. ``"auto"``: percentiles, but ``bca`` with pairs of up to 100 rows under a loss that
        is nearly that of medians, where percentiles lie too far apart.
    draws : int
        Draws of the parameters.
    levels : sequence of float
        Probabilities inside the intervals.
    fixed : mapping, optional
        Parameters held at a value.
    breaks : int, optional
        Breaks of ``broken_power``.
    where : sequence of str
        Conditions that rows must match, such as ``"loss<4"``.
    drop_missing : bool
        Leave out rows with an empty cell instead of refusing them.
    rng : numpy.random.Generator, optional
        By default the generator of seed 0.

    Returns
    -------
    Fit or GroupFits

    Raises
    ------
    UsageError, DataError, FitError
        For what cannot be fitted.

    Examples
    --------
    >>> import numpy as np
    >>> size = np.geomspace(1e6, 1e9, 12)
    >>> noise = 1 + 0.01 * np.sin(np.arange(12))
    >>> power = fit({"size": size, "loss": 9.0 * size**-0.07 * noise}, "power", x="size", y="loss")
    >>> print(power.status, round(power.parameters["k"].estimate, 2))
    certified -0.07
    """
    source = as_table(data)
    given = {**(roles or {}), **columns}
    wanted = (x,) if isinstance(x, str) else tuple(x)
    options: dict[str, Any] = {} if breaks is None else {"breaks": breaks}
    if law.replace("-", "_") == "sum_power" and (wanted or given):
        options["inputs"] = list(wanted) or [name for name in given if name != "y"]
    spec = FitSpec(
        law.replace("-", "_"), options, {}, loss, space, delta, asymmetry, weights, group, intervals.replace("-", "_"),
        kind, draws, tuple(sorted(set(levels))), dict(fixed or {}),
    )  # fmt: skip
    form = spec.resolved_law()
    spec = replace(spec, roles=roles_of(form, given, y, wanted))
    if spec.intervals != "auto":
        INTERVALS[spec.intervals]
    rows = read_rows(source, form, spec, where, by_group, drop_missing=drop_missing)
    stream = int((rng if rng is not None else generator(SEED)).integers(2**63))
    settings = {"where": list(where), "drop_missing": drop_missing}
    provenance = Provenance(data={rows.name: rows.digest}, settings=settings)
    if by_group is not None:
        return fit_groups(rows, form, spec, by_group, stream, provenance)
    return fit_rows(rows, form, spec, stream, provenance)


def roles_of(law: Law, given: Mapping[str, str], y: str | None, x: Sequence[str]) -> dict[str, str]:
    """Return the column of each role that the caller named, by role or by ``y`` and ``x``."""
    inputs, output = law.asks()
    names = [item.name for item in inputs]
    if len(x) > len(names):
        message = f"the law {law.name} takes {len(names)} input{'s' if len(names) != 1 else ''}, not {len(x)}"
        raise UsageError(message, hint=f"its inputs: {', '.join(names)}; for any number use sum_power")
    roles = {**dict(zip(names, x, strict=False)), **given}
    if y is not None:
        roles.setdefault(output.name, y)
    return roles


def fit_rows(
    rows: Rows, form: Law, spec: FitSpec, stream: int, provenance: Provenance, *, known: Fit | None = None,
    few: bool = False,
) -> Fit:  # fmt: skip
    """Fit checked rows; see :func:`fit`.

    With a `known` fit of the same data its optimum is taken. `few` lets too few rows for the parameters through, whose
    fit then is not certified.
    """
    reduced = form.reduced(rows.inputs, rows.output, rows.weight)
    if reduced.inputs is not rows.inputs:
        rows = replace(
            rows, inputs=reduced.inputs, output=reduced.output, weight=reduced.weight, cluster=None,
            notes=(*rows.notes, *reduced.notes),
        )  # fmt: skip
    law = known.law if known else form.prepared(rows.inputs)
    free = len(law.names) - len(spec.fixed)
    check_rows(rows, law, 0 if few else free)
    inputs = {name: values[None] for name, values in rows.inputs.items()}
    spec = with_delta(spec, law, inputs, rows.output[None], rows.weight[None])
    problem = make_problem(law, spec, inputs, rows.output[None], rows.weight[None], rows.cluster)
    optimum = (
        adopt(problem, problem.model.coordinates(known.estimates[None]), known.certificate)
        if known
        else search(problem)
    )
    certificate = optimum.certificates[0]
    if certificate.status is Status.FAILED:
        message = f"{rows.name}: none of {certificate.starts} starts of the law {law.name} reached an optimum"
        raise FitError(message, hint="try --loss huber, another law, or look for rows that do not belong")
    coarse = narrow(problem.loss, optimum)
    spec = resolved(spec, law, optimum, bca=coarse and len(rows.output) <= FEW)
    method = INTERVALS[spec.intervals]
    if spec.kind == "bca" and method.bounds != "quantiles":
        message = f"{spec.intervals} intervals are not read off draws, so they have no bias to correct"
        raise UsageError(message, hint="leave out --bca, or use --intervals pairs")
    theta = method.draw(optimum, np.zeros(1, dtype=int), spec.draws, generator(stream))[0]
    natural = problem.model.natural(theta)
    left_out = None
    if spec.kind == "bca":
        each = np.arange(len(rows.output)) if rows.cluster is None else rows.cluster
        out = handfuls(each, generator(stream))
        left_out = problem.model.natural(leave_out(optimum.problem, optimum.theta[0], out))
    intervals = _intervals(optimum, law, spec, natural, left_out)
    runs = None if rows.cluster is None else int(rows.cluster.max()) + 1
    design = design_notes(rows.inputs, law, len(rows.output), free, runs, spec.intervals)
    if certificate.status is Status.CERTIFIED and not problem.linear and {n.code for n in design} & UNDETERMINED:
        certificate = replace(certificate, status=Status.WEAKLY_IDENTIFIED)
    notes = [
        *rows.notes,
        *design,
        *certificate_notes(certificate, law),
        *(coarse_notes(spec, optimum, runs) if coarse else ()),
        *_draw_notes(theta),
    ]
    return Fit(
        spec, law, certificate, problem.model.natural(optimum.theta)[0], optimum.theta[0],
        optimum.covariance.matrix[0], float(optimum.covariance.freedom[0]), natural, left_out, intervals, rows.inputs, rows.output,
        rows.weight, None if rows.cluster is None else rows.cluster.astype(float), stream, unique(notes),
        replace(provenance, settings={**provenance.settings, **spec.to_dict(), "columns": dict(rows.columns)}),
    )  # fmt: skip


def _intervals(
    optimum: Optimum, law: Law, spec: FitSpec, natural: Array, left_out: Array | None
) -> dict[str, list[Estimate]]:
    """Return, for each parameter and derived quantity, one estimate per level."""
    problem, model = optimum.problem, optimum.problem.model
    method = INTERVALS[spec.intervals]

    def everything(parameters: Array) -> Array:
        return np.concatenate([parameters, stacked(law.derived(parameters), len(parameters))], axis=1)

    here = model.natural(optimum.theta)
    names = (*law.names, *law.derived(here))
    values = everything(here)[0]
    drawn = everything(natural)
    if method.bounds == "quantiles":
        good = drawn[np.isfinite(drawn).all(axis=1)]
        errors = good.std(axis=0, ddof=1) if len(good) > 1 else np.full(len(values), np.nan)
        if left_out is None:
            bounds = quantiles(drawn, spec.levels)
        else:
            bounds = bca(drawn, values, everything(left_out), spec.levels)
    else:
        spread = optimum.covariance
        found = Theory(model, optimum.theta, spread.matrix, spread.freedom).interval(everything, spec.levels)
        errors, bounds = found[0][0], found[1][0]
        if method.bounds == "profile":
            bounds[:, :, : len(law.names)] = method.parameters(optimum, spec.levels)  # type: ignore[attr-defined]
    held = ~problem.free
    for name, value in spec.fixed.items():
        values[names.index(name)] = value  # as given: the solver's logarithm knows no 0
    errors[: len(held)][held] = 0.0
    bounds[:, :, : len(held)][..., held] = values[: len(held)][held]
    return {
        name: [
            Estimate(float(values[k]), float(errors[k]), float(bounds[i, 0, k]), float(bounds[i, 1, k]), level)
            for i, level in enumerate(spec.levels)
        ]
        for k, name in enumerate(names)
    }


def _draw_notes(theta: Array) -> list[Note]:
    lost = int((~np.isfinite(theta).all(axis=1)).sum())
    if not lost:
        return []
    message = f"{lost:,} of {len(theta):,} resamples had no optimum and are left out of the intervals"
    return [Note("lost-draws", "warning" if lost > 0.01 * len(theta) else "info", message)]
