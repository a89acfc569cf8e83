"""The coherent forecast: one set of draws of the next frontier run, from compute to dollars, tonnes and litres.

Compute comes from the very draws of ``predict compute``; errors of the figures move its line; the links turn each draw
into parameters, tokens, time, energy, power, carbon, water and cost. The record is the largest run by compute so far:
the draw's own run, or one with the compute of today's record where that is larger, with what goes with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.constants import constant
from forecast.data.dataset import load_dataset
from forecast.data.frontier import FrontierRule
from forecast.dates import decimal_year
from forecast.display import Displayed
from forecast.errors import UsageError
from forecast.generation.chain import METRICS, Chain
from forecast.generation.limits import cap, chosen_limits, limits
from forecast.generation.links import Links, fit_links
from forecast.generation.measurement import grade_sd, line_error
from forecast.generation.surroundings import fit_surroundings
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.settings import DRAWS, LEVELS, generator
from forecast.trends.choices import Settings
from forecast.trends.members import select_members
from forecast.trends.observations import Observations, observe_models
from forecast.trends.prediction import forecast_bare, forecast_observations
from forecast.trends.result import Forecast
from forecast.trends.targets import bundled_target

Array = NDArray[np.float64]
#: Electricity outside this share of the cost says that a link has gone astray.
_SANE_ENERGY_SHARE = (0.03, 0.30)


@dataclass(frozen=True)
class JointRow:
    """One interval of one metric: estimand, date, level (probability inside), median and bounds in the metric's unit."""

    date: dt.date
    metric: str
    unit: str
    estimand: str
    level: float
    median: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Binding:
    """Share of the draws of a date whose metric is above a published limit, before any cap."""

    limit: str
    title: str
    date: dt.date
    probability: float


@dataclass(frozen=True)
class _Made:
    """What the draws were made with: the chain, compute before any cap, and draws of every limit."""

    chain: Chain
    compute: Array
    limits: dict[str, Array]


@dataclass(frozen=True)
class NextGeneration(Displayed):
    """The coherent forecast.

    Parameters
    ----------
    rows : tuple of JointRow
        By date, metric, estimand and level.
    draws : dict of arrays of shape (draws, dates)
        Metric -> draws of the next frontier run (member).
    compute : Forecast
        The forecast of compute that everything follows from.
    links : tuple of dict
        What each link was fitted to.
    binding : tuple of Binding
        Every published limit by date.
    scenario : tuple of str
        Limits that cap the draws.
    energy_share : dict
        Electricity over cost at the last date: ``level, median, lower, upper``.
    dollar_year : int
        Year whose dollars costs are in.
    record : tuple of dict
        Track record with the default settings: coverage, CRPS and bias by metric and level.
    own_notes : tuple of Note
        Those of the notes that are not of the forecast of compute.
    """

    rows: tuple[JointRow, ...]
    draws: dict[str, Array]
    compute: Forecast
    links: tuple[dict[str, object], ...]
    binding: tuple[Binding, ...]
    scenario: tuple[str, ...]
    energy_share: dict[str, float]
    dollar_year: int
    notes: tuple[Note, ...]
    provenance: Provenance
    record: tuple[dict[str, Any], ...] = ()
    own_notes: tuple[Note, ...] = ()
    _made: _Made | None = field(default=None, repr=False, compare=False)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Dates of the draws' columns."""
        return self.compute.dates

    def select(self, metric: str, estimand: str, level: float, date: dt.date) -> JointRow:
        """Return one row."""
        wanted = (metric, estimand, level, date)
        return next(row for row in self.rows if (row.metric, row.estimand, row.level, row.date) == wanted)

    def under(self, scenario: Sequence[str], metrics: Sequence[str], level: float) -> list[JointRow]:
        """Return what the next frontier run would be at the last date if these limits capped the same draws.

        Parameters
        ----------
        scenario : sequence of str
            Names of limits; none for the forecast without any.
        metrics : sequence of str
            What to return.
        level : float
            Probability inside the intervals.
        """
        assert self._made is not None
        last = Chain(
            self._made.chain.links,
            {name: values[:, -1:] for name, values in self._made.chain.surroundings.items()},
            self._made.chain.year[-1:],
        )
        compute = self._made.compute[:, -1:]
        for limit in chosen_limits(scenario):
            compute = cap(last, compute, limit.metric, self._made.limits[limit.name])
        found = last.metrics(compute)
        return [
            JointRow(self.dates[-1], metric, METRICS[metric][0], "member", **_interval(found[metric][:, 0], level))
            for metric in metrics
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a long table."""
        return pd.DataFrame([asdict(row) for row in self.rows])

    def draws_frame(self) -> pd.DataFrame:
        """Return the member draws as a long table: draw, date, one column per metric."""
        count, dates = next(iter(self.draws.values())).shape
        index = {"draw": np.repeat(np.arange(count), dates), "date": [date.isoformat() for date in self.dates] * count}
        return pd.DataFrame({**index, **{name: values.ravel() for name, values in self.draws.items()}})

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "rows": [asdict(row) for row in self.rows],
            "origin": self.compute.origin,
            "scenario": list(self.scenario),
            "binding": [asdict(row) for row in self.binding],
            "energy_share_of_cost": self.energy_share,
            "dollar_year": self.dollar_year,
            "links": list(self.links),
            "method": self.compute.method,
            "track_record": list(self.record),
        }


def next_generation(
    by: Sequence[str | dt.date] = (),
    *,
    region: str = "USA",
    scenario: Sequence[str] = (),
    shared_bias: float | None = None,
    where: Sequence[str] = (),
    known_by: dt.date | None = None,
    since: dt.date | None = None,
    frontier: str = "top10",
    method: str = "auto",
    levels: Sequence[float] = LEVELS,
    draws: int = DRAWS,
    rng: np.random.Generator | None = None,
    bare: bool = False,
) -> NextGeneration:
    """Forecast the next frontier training run in every metric at once.

    Parameters
    ----------
    by : sequence of str or datetime.date
        Dates; by default one, two and three years past the last known day.
    region : str
        Where the run takes place: a country, ``"world"``, or a cloud region.
    scenario : sequence of str
        Published limits that cap the draws: ``power``, ``chips``, ``data``, ``capital``, …, ``all``.
    shared_bias : float, optional
        Standard deviation (OOM) of an error that all compute figures share; by default the constant
        ``shared_bias_oom``.
    where, known_by, since, frontier, method, levels, draws, rng
        As in :func:`forecast.predict`.
    bare : bool
        Leave out the track record, for the hindcasts that make it.

    Returns
    -------
    NextGeneration

    Raises
    ------
    UsageError, DataError, FitError
        For what cannot be answered.

    Examples
    --------
    >>> outlook = next_generation(["2028"], draws=500)
    >>> one = outlook.draws
    >>> bool(np.allclose(6 * one["active_parameters"] * one["tokens"], one["compute_flop"], rtol=1e-12))
    True
    """
    rng = rng if rng is not None else generator(0)
    bias_sd = constant("shared_bias_oom") if shared_bias is None else shared_bias
    _check_bias(bias_sd)
    caps = chosen_limits(scenario)
    observations = observe_models(bundled_target("compute"), where, known_by)
    settings = Settings(
        frontier=frontier, method=method, levels=tuple(sorted(levels)), draws=draws,
        longest=constant("longest_scenario_years") if caps else None,
    )  # fmt: skip
    settings = settings if since is None else replace(settings, since=since)
    compute = (forecast_bare if bare else forecast_observations)(observations, by, settings, rng)
    streams = rng.spawn(5)
    year = np.array([decimal_year(date) for date in compute.dates])
    log_compute = np.log10(compute.draws)
    log_compute = log_compute + _figure_errors(observations, settings, year, streams[0])
    log_compute = log_compute + bias_sd * streams[1].standard_normal((draws, 1))
    surroundings = fit_surroundings(region)
    links = fit_links(observations.population, observations.origin, surroundings)
    chain = Chain(links.draw(draws, streams[2]), surroundings.draw(year, draws, streams[3]), year)
    drawn = {
        name: limit.draw(draws, stream)
        for (name, limit), stream in zip(limits().items(), streams[4].spawn(len(limits())), strict=True)
    }
    free = chain.metrics(10**log_compute)
    binding = tuple(
        Binding(name, limit.title, date, float(share))
        for name, limit in limits().items()
        for date, share in zip(compute.dates, (free[limit.metric] > drawn[name]).mean(axis=0), strict=True)
    )
    member = 10**log_compute
    for limit in caps:
        member = cap(chain, member, limit.metric, drawn[limit.name])
    # The largest run so far has been made, whatever a limit says of the next one.
    found = {"member": chain.metrics(member), "record": chain.metrics(np.maximum(member, compute.record))}
    share = found["member"]["cost_energy_usd"][:, -1] / found["member"]["cost_usd"][:, -1]
    own = _notes(links, share, caps != [])
    return NextGeneration(
        rows=tuple(_rows(found, compute.dates, settings.levels)),
        draws=found["member"],
        compute=compute,
        links=tuple(links.summary()),
        binding=binding,
        scenario=tuple(limit.name for limit in caps),
        energy_share=_interval(share, max(settings.levels)),
        dollar_year=int(observations.population["cost_dollar_year"].max()),
        notes=unique([*compute.notes, *own]),
        own_notes=tuple(own),
        provenance=replace(
            compute.provenance,
            data=compute.provenance.data | _digests(),
            settings=compute.provenance.settings
            | {"region": surroundings.zone, "scenario": [limit.name for limit in caps], "shared_bias_oom": bias_sd},
        ),
        record=() if bare else _track_record(),
        _made=_Made(chain, 10**log_compute, drawn),
    )


def _track_record() -> tuple[dict[str, Any], ...]:
    from forecast.generation.hindcast import coherent_record  # the hindcast runs this module

    return tuple(coherent_record())


def _check_bias(sd: float) -> None:
    if not 0 <= sd <= 1:
        message = f"a shared bias of {sd:g} orders of magnitude is not between 0 and 1"
        raise UsageError(message, hint="write 0.1 for a standard deviation of about a quarter")


def _figure_errors(observations: Observations, settings: Settings, year: Array, rng: np.random.Generator) -> Array:
    first = decimal_year(settings.since) if settings.since else None
    members, chosen = select_members(
        observations.year, observations.size, FrontierRule(settings.frontier), since=first, origin=observations.origin
    )
    sd = grade_sd(observations.frame["confidence"].iloc[chosen])
    return line_error(members.year, sd, year, settings.draws, rng)


def _rows(found: dict[str, dict[str, Array]], dates: Sequence[dt.date], levels: Sequence[float]) -> list[JointRow]:
    return [
        JointRow(date, metric, unit, estimand, **_interval(metrics[metric][:, column], level))
        for column, date in enumerate(dates)
        for metric, (unit, _) in METRICS.items()
        for estimand, metrics in found.items()
        for level in levels
    ]


def _interval(values: Array, level: float) -> dict[str, float]:
    median, lower, upper = np.quantile(values, [0.5, (1 - level) / 2, (1 + level) / 2])
    return {"level": level, "median": float(median), "lower": float(lower), "upper": float(upper)}


def _digests() -> dict[str, str]:
    names = ("grids", "water", "datacenters", "electricity_prices", "limits")
    return {name: load_dataset(name).digest for name in names}


def _notes(links: Links, share: Array, capped: bool) -> list[Note]:
    notes = []
    middle = float(np.median(share))
    low, high = _SANE_ENERGY_SHARE
    if not low <= middle <= high:
        message = (
            f"electricity is {middle:.1%} of the cost in the median draw; between {low:.0%} and {high:.0%} is usual"
        )
        notes.append(Note("energy-share", "warning", message, "The links of energy and cost do not fit together here."))
    for link in (links.parameters, links.efficiency, links.duration, links.money):
        if link.count < int(constant("few_points")):
            message = f"a link given {' and '.join(link.names)} rests on {link.count} models only"
            notes.append(Note("few-points-link", "info", message))
    if capped:
        notes.append(Note("scenario", "info", "draws are capped by published limits, which are judgements themselves"))
    return notes
