"""`predict`: observations to a forecast with its estimand, level, method, data and doubts named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.constants import constant
from forecast.data.frontier import FrontierRule
from forecast.data.table import Table, read_table
from forecast.dates import decimal_year, from_decimal_year, parse_date
from forecast.errors import FitError, UsageError
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.settings import DRAWS, LEVELS, generator
from forecast.trends._method import FittedTrend
from forecast.trends.choices import Settings
from forecast.trends.hindcast import method_name
from forecast.trends.line import fit_line
from forecast.trends.members import Members, select_members
from forecast.trends.methods import METHODS
from forecast.trends.observations import BUNDLED_SINCE, Observations, observe_models, observe_table
from forecast.trends.result import ESTIMANDS, Estimand, FitSummary, Forecast, GrowthRate, Row
from forecast.trends.targets import bundled_target, column_target
from forecast.trends.track_record import backtest_of, choose_method, record_notes, track_record


def predict(
    target: str,
    by: Sequence[str | dt.date] = (),
    *,
    data: str | pd.DataFrame | Table | None = None,
    date: str | None = None,
    where: Sequence[str] = (),
    known_by: str | dt.date | None = None,
    since: str | dt.date | None = None,
    frontier: str | None = None,
    method: str = "auto",
    estimand: Estimand = "member",
    levels: Sequence[float] = LEVELS,
    draws: int = DRAWS,
    rng: np.random.Generator | None = None,
) -> Forecast:
    """Forecast a metric of frontier models at future dates.

    Parameters
    ----------
    target : str
        ``parameters``, ``compute``, ``tokens``, ``cost``, ``energy``, ``carbon``, ``water`` or ``power`` of the bundled models, or with
        `data` any column.
    by : sequence of str or datetime.date
        Dates, such as ``"2028"`` or ``"+18m"``; by default one, two and three years past the last known day.
    data : str, DataFrame or Table, optional
        A file or frame of one's own.
    date : str, optional
        Its date column.
    where : sequence of str
        Conditions such as ``"domain=Language"``.
    known_by : str or datetime.date, optional
        Forget everything published later.
    since : str or datetime.date, optional
        First fitted day; by default 2018 for the bundled models, and the first row of one's own.
    frontier : str, optional
        ``top10`` (default), ``top1``, ``percentile20`` or ``all``.
    method : str
        ``auto`` or a name from ``forecast list methods``.
    estimand : {"member", "record", "trend"}
        Which question the rows of the result answer.
    levels : sequence of float
        Probabilities inside the intervals.
    draws : int
        Random draws.
    rng : numpy.random.Generator, optional
        By default the generator of seed 0.

    Returns
    -------
    Forecast

    Raises
    ------
    UsageError, DataError, FitError
        For what cannot be answered.

    Examples
    --------
    >>> outlook = predict("compute", ["2028"])
    >>> outlook.select("member", 0.9, outlook.dates[0]).lower < outlook.record * 1e3
    True
    """
    (observations,) = observe([target], data, date, where, known_by)
    settings = settings_for(data, since, frontier, method, estimand, levels, draws)
    return forecast_observations(observations, by, settings, rng if rng is not None else generator(0))


def observe(
    targets: Sequence[str],
    data: str | pd.DataFrame | Table | None,
    date: str | None,
    where: Sequence[str],
    known_by: str | dt.date | None,
) -> list[Observations]:
    """Return the observations of each target, reading the table once; the arguments are those of :func:`predict`."""
    known = parse_date(known_by) if isinstance(known_by, str) else known_by
    if data is None:
        return [observe_models(bundled_target(target), where, known) for target in targets]
    table = data if isinstance(data, Table) else _as_table(data)
    return [observe_table(table, column_target(target), where, known, date) for target in targets]


def settings_for(
    data: object,
    since: str | dt.date | None,
    frontier: str | None,
    method: str,
    estimand: Estimand,
    levels: Sequence[float],
    draws: int,
) -> Settings:
    """Return settings with the defaults that depend on whose data it is; the arguments are those of :func:`predict`."""
    first = parse_date(since) if isinstance(since, str) else since
    if first is None and data is None:
        first = BUNDLED_SINCE
    return Settings(first, frontier or "top10", method, estimand, tuple(sorted(levels)), draws)


def _as_table(data: str | pd.DataFrame) -> Table:
    if isinstance(data, str):
        return read_table(data)
    digest = str(pd.util.hash_pandas_object(data).sum())
    return Table(data.reset_index(drop=True), "the data frame", digest, 0)


def forecast_observations(
    observations: Observations, by: Sequence[str | dt.date], settings: Settings, rng: np.random.Generator
) -> Forecast:
    """Forecast from observations, with the track record of the method; the one implementation behind command, report and API."""
    choice = choose_method(observations, settings)
    bare = forecast_bare(observations, by, replace(settings, method=choice.method), rng)
    backtest, notes = _look_back(observations, settings, bare.method)
    return replace(
        bare, method_reason=choice.reason, backtest=backtest, notes=unique([*bare.notes, *choice.notes, *notes])
    )


def _look_back(observations: Observations, settings: Settings, method: str) -> tuple[dict[str, Any] | None, list[Note]]:
    if settings.estimand == "trend":
        message = "the trend line is no forecast of any model, so nothing can be said of how often it held"
        return None, [Note("no-track-record", "info", message, "Ask for --estimand member or record.")]
    try:
        rows = track_record(observations, settings, method)
    except FitError as error:
        return None, [Note("no-track-record", "info", error.message, _sentence(error.hint or ""))]
    found = backtest_of(rows, method, settings.estimand, max(settings.levels))
    return found, record_notes(found) if found else []


def _sentence(hint: str) -> str:
    return f"{hint[:1].upper()}{hint[1:]}." if hint else ""


def forecast_bare(
    observations: Observations, by: Sequence[str | dt.date], settings: Settings, rng: np.random.Generator
) -> Forecast:
    """Forecast without looking back, for what needs many forecasts at once; ``auto`` is the default method here."""
    rule = FrontierRule(settings.frontier)
    first = decimal_year(settings.since) if settings.since else None
    members, chosen = select_members(
        observations.year, observations.size, rule, since=first, origin=observations.origin
    )
    _check_members(members, observations, settings)
    origin = from_decimal_year(observations.origin)
    dates = _dates(by, origin, settings.longest)
    name = method_name(settings.method)
    method = METHODS[name]
    fitted = method.fit(members)
    basis = METHODS["ols"].fit(members) if method.diagnostic else fitted
    years = np.array([decimal_year(date) for date in dates])
    log_draws = basis.trend.sample(years, settings.draws, rng)
    line = fit_line(members.year, members.log_size)
    growth_level = max(settings.levels)
    growth = basis.trend.growth(growth_level)
    fit = FitSummary(
        members.count,
        from_decimal_year(float(members.year.min())),
        from_decimal_year(float(members.year.max())),
        line.r2,
        line.residual_sd,
        rule.name,
    )
    notes = _notes(observations, members, chosen, dates, fitted, settings)
    return Forecast(
        target=observations.target.name,
        column=observations.target.column,
        title=observations.target.title,
        unit=observations.target.unit,
        estimand=settings.estimand,
        method=name,
        method_summary=method.summary,
        rows=tuple(_rows(basis, log_draws, years, dates, members, settings.levels)),
        growth=GrowthRate.from_slope(growth.slope, growth.lower, growth.upper, growth_level, growth.method),
        fit=fit,
        origin=origin,
        record=float(observations.size.max()),
        draws=_natural(log_draws),
        dates=dates,
        notes=unique([*notes, *observations.notes, *fitted.notes]),
        provenance=Provenance(
            data={observations.name: observations.digest},
            settings={
                "since": settings.since, "frontier": settings.frontier, "method": name, "draws": settings.draws,
                "levels": list(settings.levels), "known_by": origin,
            },
        ),
        details=fitted.details,
    )  # fmt: skip


def _rows(
    basis: FittedTrend, log_draws: NDArray[np.float64], years: NDArray[np.float64], dates: Sequence[dt.date],
    members: Members, levels: Sequence[float],
) -> list[Row]:  # fmt: skip
    order = list(ESTIMANDS)
    rows = []
    floored = np.maximum(log_draws, members.log_record)
    for estimand, drawn in (("member", log_draws), ("record", floored)):
        median = np.median(drawn, axis=0)
        for level in levels:
            lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
            rows += [
                Row(estimand, date, level, *map(float, _natural(np.array(bounds))))  # type: ignore[arg-type]
                for date, *bounds in zip(dates, median, lower, upper, strict=True)
            ]
    for level in levels:
        middle, lower, upper = basis.trend.mean_interval(years, level)
        rows += [
            Row("trend", date, level, *map(float, _natural(np.array(bounds))))
            for date, *bounds in zip(dates, middle, lower, upper, strict=True)
        ]
    return sorted(rows, key=lambda row: (order.index(row.estimand), row.date, row.level))


def _natural(log_size: NDArray[np.float64]) -> NDArray[np.float64]:
    # The tails of a line through three or four points pass the largest float; nothing hangs on them.
    return np.asarray(10 ** np.clip(log_size, -300.0, 300.0))


def _check_members(members: Members, observations: Observations, settings: Settings) -> None:
    if members.count >= 3:
        if np.ptp(members.year) > 0:
            return
        message = (
            f"{observations.name}: all {members.count} usable points have the same date, so there is no trend in time"
        )
        raise FitError(message, hint="widen --since or --where, or check the date column")
    since = f" since {settings.since}" if settings.since else ""
    message = (
        f"{observations.name}: {members.count} usable points for {observations.target.name!r}{since} "
        f"(frontier {settings.frontier}, known by {from_decimal_year(observations.origin)}); a trend needs at least 3"
    )
    raise FitError(message, hint="widen --since, --where or --frontier (try --frontier all), or add rows")


def _dates(by: Sequence[str | dt.date], origin: dt.date, longest: float | None) -> tuple[dt.date, ...]:
    wanted = by or ("+1y", "+2y", "+3y")
    dates = sorted({parse_date(date, origin) if isinstance(date, str) else date for date in wanted})
    longest = constant("longest_horizon_years") if longest is None else longest
    for date in dates:
        if date < origin:
            message = f"--by {date} lies before the last known day, {origin}"
            raise UsageError(message, hint=f"ask for a later date, or forget what came after with --known-by {date}")
        if decimal_year(date) - decimal_year(origin) > longest + 1e-9:
            message = f"--by {date} is more than {longest:g} years past the last known day, {origin}"
            raise UsageError(
                message,
                hint=f"no method has a track record that far; only stated limits bound it: forecast next --by {date} --scenario all",
            )
    return tuple(dates)


def _notes(
    observations: Observations, members: Members, chosen: NDArray[np.intp], dates: Sequence[dt.date],
    fitted: FittedTrend, settings: Settings,
) -> list[Note]:  # fmt: skip
    notes = []
    few = int(constant("few_points"))
    if members.count < few:
        message = f"{members.count} points were fitted; intervals from fewer than {few} have no measured coverage"
        notes.append(Note("few-points", "warning", message))
    if members.count and np.ptp(members.log_size) == 0:
        message = f"all {members.count} fitted values are equal; they say nothing of how much the next one may differ"
        notes.append(Note("no-scatter", "warning", message))
    horizon = decimal_year(max(dates)) - observations.origin
    validated = constant("validated_horizon_years")
    if horizon > validated:
        message = f"{max(dates)} is {horizon:.1f} years past the last known day; hindcasts score {validated:g} years"
        notes.append(Note("not-backtested", "warning", message))
    if observations.target.name == "power" and observations.name == "models":
        message = "no method's intervals for power held their level in hindcasts (22-41 points)"
        notes.append(Note("uncalibrated", "warning", message, "Read the interval as a lower bound of the uncertainty."))
    imputed = imputed_share(observations, chosen)
    if imputed is not None and imputed > 0:
        message = f"{imputed:.0%} of the fitted values are imputed, not reported or derived from reported inputs"
        notes.append(Note("imputed-share", "warning" if imputed > 0.25 else "info", message))
    gap = np.diff(np.sort(members.year)).max() if members.count > 1 else 0.0
    late = observations.origin - float(members.year.max())
    if late > 1:
        message = f"the last fitted point is {late:.1f} years older than the last known day"
        notes.append(Note("stale-frontier", "warning", message))
    elif gap > 2:
        notes.append(Note("gap", "info", f"the fitted points leave a gap of {gap:.1f} years"))
    return notes


def imputed_share(observations: Observations, chosen: NDArray[np.intp]) -> float | None:
    """Return the share of the chosen rows whose value is imputed, or None where the table does not say."""
    column = f"{observations.target.column}_status"
    if column not in observations.frame.columns or not len(chosen):
        return None
    return float((observations.frame[column].iloc[chosen] == "imputed").mean())
