"""How methods did when they were run in the past, beside persistence and the confidence interval of the mean.

Two ways to be in the past: today's data cut at each origin (the default), or the database as it really stood on a past
date (a vintage), which has its own errors. Either is scored on what today's data shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.dates import decimal_year, from_decimal_year, parse_date
from forecast.display import Displayed
from forecast.errors import UsageError, did_you_mean
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.questions.vintages import observe_vintage
from forecast.trends.baselines import BASELINES
from forecast.trends.cases import Ranked
from forecast.trends.choices import AUTO, Settings
from forecast.trends.hindcast import HORIZON, Hindcast, hindcast, method_by_name, method_name, score_cases, too_short
from forecast.trends.members import select_members
from forecast.trends.methods import METHODS
from forecast.trends.observations import Observations
from forecast.trends.track_record import coverage_note, fingerprint, observations_key

#: What scores can be grouped by, beside target, method and estimand.
GROUPS = ("horizon", "origin")


@dataclass(frozen=True)
class Backtest(Displayed):
    """Scores of methods at past origins.

    Parameters
    ----------
    hindcast : Hindcast
        Every outcome.
    targets : dict
        Name of each target -> its title.
    methods : tuple of str
        What was asked for, without the baselines.
    estimands : tuple of str
        What was scored.
    by : tuple of str
        Further groups of the rows.
    keys : dict
        Target -> the key of its observations, by which a stored track record is found again.
    notes : tuple of Note
        What to doubt.
    provenance : Provenance
        Data and settings.
    """

    hindcast: Hindcast
    targets: dict[str, str]
    methods: tuple[str, ...]
    estimands: tuple[str, ...]
    by: tuple[str, ...]
    keys: dict[str, str]
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def headline(self) -> str:
        """The method that figures and sentences are about first: the default one if it was asked for."""
        return AUTO if AUTO in self.methods else self.methods[0]

    def rows(self) -> list[dict[str, Any]]:
        """Return the scores by target, method, estimand, the further groups, and level."""
        return self._scores(("target", "method", "estimand", *self.by))

    def pooled(self) -> list[dict[str, Any]]:
        """Return the scores over all targets together, by method and estimand."""
        return self._scores(("method", "estimand", *self.by))

    def _scores(self, groups: tuple[str, ...]) -> list[dict[str, Any]]:
        return [row for row in self.hindcast.rows(groups) if row["estimand"] in self.estimands]


def run_backtest(
    observations: Sequence[Observations],
    settings: Settings,
    *,
    origins: Sequence[float] | None = None,
    horizon: tuple[float, float] = HORIZON,
    methods: Sequence[str] = (AUTO,),
    estimands: Sequence[str] = ("member", "record"),
    vintages: Sequence[str] = (),
    where: Sequence[str] = (),
    by: Sequence[str] = (),
    seed: int = 0,
) -> Backtest:
    """Score methods and the baselines at past origins.

    Parameters
    ----------
    observations : sequence of Observations
        One per target, as known today.
    settings : Settings
        Frontier rule, first fitted day and levels.
    origins : sequence of float, optional
        Decimal years; by default each 1 January with enough data before it.
    horizon : (float, float)
        Years past an origin that are scored.
    methods : sequence of str
        Names, or ``all``.
    estimands : sequence of str
        ``member`` and ``record``; the trend line is no forecast and has no score.
    vintages : sequence of str
        Forecast from these vintages instead, each at its last known day.
    where : sequence of str
        The conditions that `observations` were chosen by, for the vintages.
    by : sequence of str
        Further groups: ``horizon``, ``origin``.
    seed : int
        Seed of every forecast.

    Raises
    ------
    UsageError
        For an unknown method, group or estimand, or an origin at which nothing is known.
    FitError
        When there is nothing to score.
    """
    tried = choose_methods(methods)
    _check_choices(estimands, by)
    if vintages:
        found = _from_vintages(observations, settings, vintages, where, horizon, tried, seed)
    else:
        if origins is not None:
            _check_origins(observations, origins)
        found = hindcast(observations, settings, origins=origins, horizon=horizon, methods=tried, seed=seed)
    result = Backtest(
        hindcast=found,
        targets={observation.target.name: observation.target.title for observation in observations},
        methods=tuple(name for name in tried if name in _asked(methods)),
        estimands=tuple(estimands),
        by=tuple(by),
        keys={observation.target.name: observations_key(observation) for observation in observations},
        notes=(),
        provenance=Provenance(
            seed=seed,
            data={observation.name: observation.digest for observation in observations},
            settings={
                "since": settings.since, "frontier": settings.frontier, "levels": list(settings.levels),
                "origins": sorted(found.outcomes["origin"].unique().tolist()), "horizon_years": list(horizon),
                "vintages": list(vintages), "methods_fingerprint": fingerprint(),
            },
        ),
    )  # fmt: skip
    notes = [*_skipped(found), *_coverage_notes(result)]
    return Backtest(**{**vars(result), "notes": unique([*notes, *_data_notes(observations)])})


def parse_origins(text: str) -> list[float]:
    """Read ``2019:2025`` (every 1 January), a date, or several of these separated by commas.

    Raises
    ------
    UsageError
        When it is none of these.

    Examples
    --------
    >>> parse_origins("2019:2021"), parse_origins("2020,2021-07")
    ([2019.0, 2020.0, 2021.0], [2020.0, 2021.5])
    """
    origins: list[float] = []
    for part in text.split(","):
        first, colon, last = part.strip().partition(":")
        if not colon:
            origins.append(decimal_year(parse_date(first)))
            continue
        if not (first.isdigit() and last.isdigit() and len(first) == len(last) == 4 and first <= last):
            message = f"--origins {part.strip()!r} is not a range of years"
            raise UsageError(message, hint="write 2019:2025, or dates separated by commas")
        origins += [float(year) for year in range(int(first), int(last) + 1)]
    return sorted(set(origins))


def parse_horizon(text: str) -> tuple[float, float]:
    """Read ``1:3`` (first to third year) or ``3`` (up to the third); return the years past the origin between which to score.

    Raises
    ------
    UsageError
        When it is neither.

    Examples
    --------
    >>> parse_horizon("1:3"), parse_horizon("2:2"), parse_horizon("3")
    ((0.0, 3.0), (1.0, 2.0), (0.0, 3.0))
    """
    first, colon, last = text.partition(":")
    numbers = [part.strip() for part in ((first, last) if colon else ("1", first))]
    if not all(number.isdigit() and 1 <= int(number) <= 20 for number in numbers) or int(numbers[0]) > int(numbers[1]):
        message = f"--horizon {text!r} is not a range of years"
        raise UsageError(
            message, hint="write 1:3 for the first to the third year past the origin, or 2:2 for the second"
        )
    return float(int(numbers[0]) - 1), float(numbers[1])


def choose_methods(wanted: Sequence[str]) -> list[str]:
    """Return the methods meant by names or ``all``, with the baselines after them.

    Raises
    ------
    UsageError
        For an unknown name, with the nearest.
    """
    names = _asked(wanted)
    for name in names:
        method_by_name(name)
    return [*names, *(name for name in BASELINES if name not in names)]


def _asked(wanted: Sequence[str]) -> list[str]:
    names = [known for name in wanted for known in (METHODS.names() if name == "all" else [method_name(name)])]
    return list(dict.fromkeys(names))


def _check_choices(estimands: Sequence[str], by: Sequence[str]) -> None:
    for estimand in estimands:
        if estimand == "trend":
            message = "the trend line is no forecast of any model, so it has no track record"
            raise UsageError(
                message, hint="the row mean_ci of every backtest shows how it does where it is taken for one"
            )
        if estimand not in ("member", "record"):
            message = f"unknown estimand {estimand!r}{did_you_mean(estimand, ('member', 'record'))}"
            raise UsageError(message)
    for group in by:
        if group not in GROUPS:
            message = f"--by {group!r} is no group{did_you_mean(group, GROUPS)}"
            raise UsageError(message, hint="scores are by target, method and estimand already")


def _check_origins(observations: Sequence[Observations], origins: Sequence[float]) -> None:
    first = min(float(observation.year.min()) for observation in observations)
    last = max(float(observation.year.max()) for observation in observations)
    for origin in origins:
        if first < origin <= last:
            continue
        side = "before the first" if origin <= first else "after the last"
        day = first if origin <= first else last
        message = f"--origins: {from_decimal_year(origin)} is {side} dated value ({from_decimal_year(day)})"
        raise UsageError(message, hint=f"origins can lie from {from_decimal_year(first)} to {from_decimal_year(last)}")


def _from_vintages(
    observations: Sequence[Observations], settings: Settings, vintages: Sequence[str], where: Sequence[str],
    horizon: tuple[float, float], methods: Sequence[str], seed: int,
) -> Hindcast:  # fmt: skip
    first = decimal_year(settings.since) if settings.since else None
    cases, skipped = [], []
    for observation in observations:
        today = Ranked.of(observation, settings)
        for vintage in vintages:
            then = observe_vintage(observation.target, vintage, where)
            rule = settings.rule
            members, _ = select_members(
                then.year, then.size, rule, since=first, origin=np.nextafter(then.origin, np.inf)
            )
            case = today.case(members, horizon)
            if isinstance(case, str):
                skipped.append(f"vintage {vintage}: {case}")
            else:
                cases.append(case)
    if not cases:
        raise too_short(observations, settings, skipped)
    return score_cases(cases, settings.levels, horizon, methods, seed, skipped)


def _skipped(found: Hindcast) -> list[Note]:
    if not found.skipped:
        return []
    shown = "; ".join(found.skipped[:4]) + (f"; and {len(found.skipped) - 4} more" if len(found.skipped) > 4 else "")
    return [Note("skipped-origins", "info", f"not forecast: {shown}")]


def _coverage_notes(result: Backtest) -> list[Note]:
    notes = []
    for row in result.hindcast.rows():
        asked = row["method"] in result.methods and row["estimand"] in result.estimands
        if asked and row["level"] == max(result.hindcast.levels) and (note := coverage_note(row)):
            message = f"{row['target']}, {row['method']}, {row['estimand']}: {note.message}"
            notes.append(Note(note.code, note.severity, message, note.hint))
    return notes


def _data_notes(observations: Sequence[Observations]) -> list[Note]:
    return [note for observation in observations for note in observation.notes]
