"""How a method did when it was run in the past: rolling origins, scored on the members that entered afterwards.

At each origin everything published later is forgotten; the method forecasts each frontier member that then entered
within the horizon, on its date, and the running record on the same dates. Outcomes of one target and origin share a
forecast, so standard errors are clustered by (target, origin). Reference: Tashman 2000, Int. J. Forecasting 16, 437.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.frontier import FrontierRule
from forecast.dates import decimal_year
from forecast.errors import FitError
from forecast.scores.bias import bias
from forecast.scores.coverage import coverage
from forecast.scores.crps import crps
from forecast.scores.interval_score import interval_score
from forecast.scores.pit import pit
from forecast.scores.sharpness import sharpness
from forecast.trends._method import Method
from forecast.trends.baselines import BASELINES
from forecast.trends.members import Members
from forecast.trends.methods import METHODS
from forecast.trends.observations import Observations
from forecast.trends.prediction import AUTO, Settings

ORIGINS = tuple(range(2019, 2026))
HORIZON = (1, 3)
#: Fewer fitted members than this are no basis for a forecast in a backtest.
MINIMUM_MEMBERS = 5
#: Enough for scores; each is a mean over many outcomes.
DRAWS = 2000


@dataclass(frozen=True)
class Backtest:
    """Scores of every outcome.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        ``target, method, estimand, origin, year, horizon, crps, bias_oom, pit`` and, per level, ``hit_L``,
        ``interval_L``, ``width_L``.
    levels : tuple of float
        The levels scored.
    skipped : tuple of str
        Origins and methods that could not be forecast, and why.
    """

    outcomes: pd.DataFrame
    levels: tuple[float, ...]
    skipped: tuple[str, ...] = field(default=())

    def rows(self, by: Sequence[str] = ("target", "method", "estimand")) -> list[dict[str, Any]]:
        """Return scores by groups, and per level: coverage with its clustered standard error, CRPS and the others."""
        rows = []
        for keys, part in self.outcomes.groupby(list(by), sort=False):
            cluster = part.groupby(["target", "origin"], sort=False).ngroup().to_numpy()
            for level in self.levels:
                hit = part[f"hit_{level:g}"].to_numpy()
                rows.append(
                    dict(zip(by, keys, strict=True))
                    | {
                        "level": level,
                        "coverage": float(hit.mean()),
                        "coverage_se": clustered_se(hit, cluster),
                        "n": len(part),
                        "clusters": int(cluster.max()) + 1,
                        "crps": float(part["crps"].mean()),
                        "interval_score": float(part[f"interval_{level:g}"].mean()),
                        "width_oom": float(part[f"width_{level:g}"].mean()),
                        "bias_oom": float(part["bias_oom"].mean()),
                    }
                )
        return rows


def clustered_se(values: NDArray[np.float64], cluster: NDArray[np.integer[Any]]) -> float:
    """Return the standard error of a mean whose values are alike within clusters; NaN with fewer than two clusters.

    Examples
    --------
    >>> round(clustered_se(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0, 1, 2, 3])), 4)
    0.2887
    """
    count = int(cluster.max()) + 1
    if count < 2:
        return float("nan")
    sums = np.bincount(cluster, values - values.mean(), minlength=count)
    return float(np.sqrt((sums @ sums) * count / (count - 1)) / len(values))


def method_by_name(name: str) -> Method:
    """Return a method or a baseline."""
    return BASELINES[name] if name in BASELINES else METHODS[AUTO if name == "auto" else name]


def backtest(
    observations: Sequence[Observations],
    settings: Settings,
    *,
    origins: Sequence[float] = ORIGINS,
    horizon: tuple[float, float] = HORIZON,
    methods: Sequence[str] = (AUTO,),
    seed: int = 0,
) -> Backtest:
    """Run methods at past origins and score them on what then happened.

    Parameters
    ----------
    observations : sequence of Observations
        One per target, known up to today.
    settings : Settings
        Frontier rule, first fitted day and levels; its method is not used.
    origins : sequence of float
        Decimal years; an integer is 1 January.
    horizon : (float, float)
        Outcomes count up to the second, in years; they are binned by whole years from the first.
    methods : sequence of str
        Names of methods and baselines.
    seed : int
        The random stream of every forecast starts from it, the target and the origin.

    Returns
    -------
    Backtest

    Raises
    ------
    FitError
        When no origin has both enough members before and any after.
    """
    parts, skipped = [], []
    for observation in observations:
        year, log_size, member = _ranked(observation, settings)
        first = decimal_year(settings.since) if settings.since else -np.inf
        running = np.maximum.accumulate(log_size)
        for origin in origins:
            before = member & (year < origin) & (year >= first)
            after = member & (year >= origin) & (year < origin + horizon[1])
            if before.sum() < MINIMUM_MEMBERS or not after.any():
                reason = f"{int(before.sum())} members before" if after.any() else "no members after"
                skipped.append(f"{observation.target.name} at {origin:g}: {reason}")
                continue
            record = float(log_size[year < origin].max())
            members = Members(year[before], log_size[before], float(origin), record)
            at, size, largest = year[after], log_size[after], running[after]
            for name in methods:
                try:
                    fitted = method_by_name(name).fit(members)
                except FitError as error:
                    skipped.append(f"{observation.target.name} at {origin:g}, {name}: {error.message}")
                    continue
                draws = fitted.trend.sample(at, DRAWS, np.random.default_rng([seed, int(origin * 12)]))
                for estimand, drawn, outcome in (
                    ("member", draws, size),
                    ("record", np.maximum(draws, record), largest),
                ):
                    scored = _score(drawn, outcome, settings.levels)
                    ahead = np.floor(at - origin).astype(int) + 1
                    parts.append(
                        pd.DataFrame(
                            {
                                "target": observation.target.name, "method": name, "estimand": estimand,
                                "origin": float(origin), "year": at, "horizon": ahead, "outcome": outcome, **scored,
                            }
                        )
                    )  # fmt: skip
    kept = [part[part["horizon"] >= horizon[0]] for part in parts]
    if not kept or not any(len(part) for part in kept):
        raise _too_short(observations, skipped)
    return Backtest(pd.concat(kept, ignore_index=True), settings.levels, tuple(skipped))


def _ranked(
    observation: Observations, settings: Settings
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    # The running rules look back only, so one ranking serves every origin.
    order = np.argsort(observation.year, kind="stable")
    year, log_size = observation.year[order], np.log10(observation.size[order])
    return year, log_size, FrontierRule(settings.frontier).members(year, log_size)


def _score(
    draws: NDArray[np.float64], outcome: NDArray[np.float64], levels: Sequence[float]
) -> dict[str, NDArray[np.float64]]:
    scored = {"crps": crps(draws, outcome), "bias_oom": bias(draws, outcome), "pit": pit(draws, outcome)}
    for level in levels:
        scored[f"hit_{level:g}"] = coverage(draws, outcome, level)
        scored[f"interval_{level:g}"] = interval_score(draws, outcome, level)
        scored[f"width_{level:g}"] = sharpness(draws, outcome, level)
    return scored


def _too_short(observations: Sequence[Observations], skipped: Sequence[str]) -> FitError:
    span = ", ".join(
        f"{o.target.name}: {len(o.year)} dated values from {o.year.min():.1f} to {o.year.max():.1f}"
        for o in observations
    )
    message = f"the data is too short to backtest at these origins ({span})"
    detail = f" ({skipped[0]})" if skipped else ""
    hint = f"an origin needs {MINIMUM_MEMBERS} frontier members before it and one after it{detail}; give --origins within the data"
    return FitError(message, hint=hint)
