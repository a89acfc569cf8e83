"""How far a forecast moves under choices that are as defensible as the ones made.

An interval says what chance may do under one set of choices; the choices themselves often move the answer further.
Every variant is the same forecast with one thing changed; the envelope is the lowest and highest of them all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast.data.dataset import load_dataset
from forecast.dates import decimal_year, from_decimal_year
from forecast.errors import FitError, UsageError, did_you_mean
from forecast.settings import generator
from forecast.trends.choices import Settings
from forecast.trends.line import fit_line
from forecast.trends.members import select_members
from forecast.trends.methods import METHODS
from forecast.trends.observations import Observations
from forecast.trends.prediction import forecast_bare, forecast_observations
from forecast.trends.result import Estimand, Forecast

FRONTIERS = ("top10", "top5", "top20", "top1", "percentile20", "all")
#: Fitted from so many years later or earlier than the headline.
START_SHIFTS = (-2, -1, 1, 2, 3)
#: Externally studentised residuals beyond this are outliers.
OUTLIER = 2.5
#: Domains shown by themselves, if they hold enough models.
DOMAINS = 3

Change = tuple[str, Observations, Settings]


@dataclass(frozen=True)
class Variant:
    """The forecast under another choice.

    Parameters
    ----------
    choice, setting : str
        What was changed, and to what.
    n : int
        Points fitted.
    growth : float
        Factor a year.
    median, lower, upper : float
        Of the estimand at the date and level.
    """

    choice: str
    setting: str
    n: int
    growth: float
    median: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Sensitivity:
    """The headline and its variants.

    Parameters
    ----------
    forecast : Forecast
        The headline.
    estimand : str
        What the variants answer.
    date : datetime.date
        The date they answer it for.
    level : float
        The level of their intervals.
    headline : Variant
        The headline as a variant.
    variants : tuple of Variant
        By choice.
    skipped : tuple of str
        Variants that could not be computed, and why.
    """

    forecast: Forecast
    estimand: Estimand
    date: dt.date
    level: float
    headline: Variant
    variants: tuple[Variant, ...]
    skipped: tuple[str, ...]

    @property
    def envelope(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest growth, median, and interval end over headline and variants."""
        everything = [self.headline, *self.variants]
        growth, median = [v.growth for v in everything], [v.median for v in everything]
        return {
            "growth": (min(growth), max(growth)),
            "median": (min(median), max(median)),
            "interval": (min(v.lower for v in everything), max(v.upper for v in everything)),
        }

    def by_choice(self) -> dict[str, list[Variant]]:
        """Return the variants of each choice."""
        grouped: dict[str, list[Variant]] = {}
        for variant in self.variants:
            grouped.setdefault(variant.choice, []).append(variant)
        return grouped

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "target": self.forecast.target,
            "unit": self.forecast.unit,
            "estimand": self.estimand,
            "date": self.date,
            "level": self.level,
            "headline": asdict(self.headline),
            "envelope": {name: list(ends) for name, ends in self.envelope.items()},
            "rows": [asdict(variant) for variant in self.variants],
            "skipped": list(self.skipped),
        }


def find_sensitivity(
    observations: Observations,
    by: Sequence[str | dt.date],
    settings: Settings,
    seed: int,
    choices: Sequence[str] = (),
) -> Sensitivity:
    """Forecast, and vary the choices; the arguments are those of `predict` and :func:`vary`."""
    forecast = forecast_observations(observations, by, settings, generator(seed))
    forecast = replace(forecast, provenance=replace(forecast.provenance, seed=seed))
    return vary(observations, forecast, settings, seed, choices)


def vary(
    observations: Observations, forecast: Forecast, settings: Settings, seed: int, choices: Sequence[str] = ()
) -> Sensitivity:
    """Return the forecast under other choices, at its last date and highest level.

    Parameters
    ----------
    observations : Observations
        What it was made from.
    forecast : Forecast
        The headline.
    settings : Settings
        Its settings.
    seed : int
        Seed of the headline; every variant starts from it.
    choices : sequence of str
        Which of :data:`CHOICES`; by default all.

    Raises
    ------
    UsageError
        For an unknown choice, or an estimand without variants.
    """
    for name in choices:
        if name not in CHOICES:
            message = f"unknown choice {name!r}{did_you_mean(name, CHOICES)}"
            raise UsageError(message, hint=f"choices: {', '.join(CHOICES)}")
    settings = replace(settings, method=forecast.method)
    date, level = max(forecast.dates), max(settings.levels)
    estimand = settings.estimand

    def answer(choice: str, setting: str, changed: Observations, under: Settings) -> Variant:
        other = forecast_bare(changed, [date], under, generator(seed))
        row = other.select(estimand, level, date)
        return Variant(choice, setting, other.fit.n, other.growth.factor_per_year, row.median, row.lower, row.upper)

    variants, skipped = [], []
    for name in choices or CHOICES:
        for setting, changed, under in CHOICES[name](observations, settings):
            try:
                variants.append(answer(name, setting, changed, under))
            except (FitError, UsageError) as error:
                skipped.append(f"{name} {setting}: {error.message}")
    headline = answer("as reported", "", observations, settings)
    return Sensitivity(forecast, estimand, date, level, headline, tuple(variants), tuple(skipped))


def _frontiers(observations: Observations, settings: Settings) -> Iterator[Change]:
    for rule in FRONTIERS:
        if rule != settings.frontier:
            yield rule, observations, replace(settings, frontier=rule)


def _starts(observations: Observations, settings: Settings) -> Iterator[Change]:
    first = settings.since or from_decimal_year(float(observations.year.min()))
    for shift in START_SHIFTS:
        since = dt.date(first.year + shift, 1, 1)
        if decimal_year(since) >= observations.year.min():
            yield f"since {since.year}", observations, replace(settings, since=since)


def _outliers(observations: Observations, settings: Settings) -> Iterator[Change]:
    first = decimal_year(settings.since) if settings.since else None
    members, chosen = select_members(
        observations.year, observations.size, settings.rule, since=first, origin=observations.origin
    )
    if members.count < 5:
        return
    studentised, slope_without = _influence(members.year, members.log_size)
    far = np.abs(studentised) > OUTLIER
    if far.any():
        label = f"without {int(far.sum())} outlier{'s' if far.sum() > 1 else ''} (beyond {OUTLIER:g} s.d.)"
        yield label, _without(observations, chosen[far]), settings
    for place in (int(slope_without.argmin()), int(slope_without.argmax())):
        yield f"without {_name(observations, chosen[place])}", _without(observations, chosen[[place]]), settings


def _influence(
    year: NDArray[np.float64], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Closed forms of refitting without each point: Belsley, Kuh and Welsch 1980, chapter 2.
    line = fit_line(year, value)
    centred = year - line.centre
    leverage = 1 / line.count + centred**2 / line.sum_squares
    residual = value - line.at(year)
    left = 1 - leverage
    variance = np.maximum(line.freedom * line.residual_sd**2 - residual**2 / left, 0.0) / (line.freedom - 1)
    studentised = residual / np.sqrt(np.maximum(variance * left, 1e-30))
    return studentised, line.slope - centred * residual / (left * line.sum_squares)


def _methods(observations: Observations, settings: Settings) -> Iterator[Change]:
    for name in METHODS.names():
        if name != settings.method and not METHODS[name].diagnostic:
            yield name, observations, replace(settings, method=name)


def _dollars(observations: Observations, settings: Settings) -> Iterator[Change]:
    column = "cost_dollar_year"
    if observations.target.unit != "USD" or column not in observations.frame.columns:
        return
    table = load_dataset("deflators").frame
    index = table[table["index"] == "cpi_u"].set_index("year")["value"]
    paid = np.clip(np.floor(observations.year + 1e-9).astype(int), index.index.min(), index.index.max())
    stated = observations.frame[column].to_numpy(dtype=float)
    factor = index.reindex(paid).to_numpy() / index.reindex(stated).to_numpy()
    if np.isfinite(factor).all():
        yield (
            "dollars of the year of publication (CPI)",
            replace(observations, size=observations.size * factor),
            settings,
        )


def _confidence(observations: Observations, settings: Settings) -> Iterator[Change]:
    if "confidence" not in observations.frame.columns:
        return
    grade = observations.frame["confidence"].astype(str).to_numpy()
    for label, kept in (("Confident only", ("Confident",)), ("Confident or Likely", ("Confident", "Likely"))):
        yield label, _only(observations, np.isin(grade, kept)), settings


def _imputed(observations: Observations, settings: Settings) -> Iterator[Change]:
    column = f"{observations.target.column}_status"
    if column in observations.frame.columns:
        status = observations.frame[column].to_numpy()
        if (status == "imputed").any():
            yield "without imputed values", _only(observations, status != "imputed"), settings


def _domains(observations: Observations, settings: Settings) -> Iterator[Change]:
    if "domain" not in observations.frame.columns:
        return
    main = observations.frame["domain"].astype(str).str.split("[;,]").str[0].str.strip()
    for domain in main[main != ""].value_counts().index[:DOMAINS]:
        yield f"{domain} only", _only(observations, (main == domain).to_numpy()), settings


def _history(observations: Observations, settings: Settings) -> Iterator[Change]:
    if settings.since is None:
        return
    first = decimal_year(settings.since)
    if (observations.year < first).any():
        yield "ranked without older models", _only(observations, observations.year >= first), settings


def _knowledge(observations: Observations, settings: Settings) -> Iterator[Change]:
    for years in (1, 2):
        origin = observations.origin - years
        known = replace(_only(observations, observations.year <= origin), origin=origin)
        yield f"known {from_decimal_year(origin)}", known, settings


#: What can be varied; each gives other observations or settings under a label.
CHOICES: dict[str, Callable[[Observations, Settings], Iterator[Change]]] = {
    "frontier": _frontiers,
    "start": _starts,
    "outliers": _outliers,
    "method": _methods,
    "dollars": _dollars,
    "confidence": _confidence,
    "imputed": _imputed,
    "domain": _domains,
    "history": _history,
    "known-by": _knowledge,
}


def _only(observations: Observations, kept: NDArray[np.bool_]) -> Observations:
    return replace(
        observations, year=observations.year[kept], size=observations.size[kept], frame=observations.frame[kept]
    )


def _without(observations: Observations, rows: NDArray[np.intp]) -> Observations:
    kept = np.ones(len(observations.year), dtype=bool)
    kept[rows] = False
    return _only(observations, kept)


def _name(observations: Observations, row: np.intp) -> str:
    frame = observations.frame
    named = next((column for column in ("name", "model", "Model", "Name") if column in frame.columns), None)
    day = from_decimal_year(float(observations.year[row]))
    return str(frame[named].iloc[row]) if named else f"the point of {day}"
