"""Methods run at past origins, and scored on the frontier members that entered afterwards.

At each origin everything published later is forgotten; a method forecasts every frontier member that then entered
within the horizon, on its date, and the running record on the same dates. Outcomes of one target and origin share a
forecast, so standard errors are clustered by (target, origin). Reference: Tashman 2000, Int. J. Forecasting 16, 437.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.dates import from_decimal_year
from forecast.errors import FitError
from forecast.scores.clustered import clustered_se
from forecast.scores.coverage import coverage
from forecast.scores.crps import crps_of_ordered
from forecast.scores.interval_score import interval_score
from forecast.scores.pit import pit
from forecast.scores.skill import skill
from forecast.trends._method import Method
from forecast.trends.baselines import BASELINES
from forecast.trends.cases import MINIMUM_MEMBERS, MINIMUM_SPAN, Case, Ranked
from forecast.trends.choices import AUTO, Settings
from forecast.trends.methods import METHODS
from forecast.trends.observations import Observations

#: Years past an origin that are scored.
HORIZON = (0.0, 3.0)
#: Enough for scores; each is a mean over many outcomes.
DRAWS = 2000

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Hindcast:
    """Every outcome with the forecasts made of it.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        ``target, method, estimand, origin, case`` (which outcome), ``year, horizon`` (years begun since the origin),
        ``outcome, median, crps, bias_oom, pit`` and, per level L, ``lower_L`` and ``upper_L``; sizes in log10.
    levels : tuple of float
        The levels scored.
    horizon : (float, float)
        Years past the origin: outcomes after the first and up to the second.
    skipped : tuple of str
        Origins and methods that could not be forecast, and why.
    """

    outcomes: pd.DataFrame
    levels: tuple[float, ...]
    horizon: tuple[float, float]
    skipped: tuple[str, ...] = field(default=())

    def rows(self, by: Sequence[str] = ("target", "method", "estimand")) -> list[dict[str, Any]]:
        """Return the scores of each group and level.

        Parameters
        ----------
        by : sequence of str
            Columns of `outcomes` whose values make the groups.

        Returns
        -------
        list of dict
            The groups' values, ``horizon_years`` (up to which), ``level, coverage, coverage_se, n, clusters, crps,
            interval_score, width_oom, bias_oom``, ``skill`` against persistence, and ``crps_gain`` with its standard
            error: how much lower the CRPS is than the default method's on the same outcomes.
        """
        reference = {name: self._scores_of(name) for name in ("persistence", AUTO)}
        rows = []
        for keys, part in self.outcomes.groupby(list(by), sort=False):
            named: dict[str, Any] = dict(zip(by, keys, strict=True))
            horizon: Any = named.pop("horizon", self.horizon[1])
            cluster = part.groupby(["target", "origin"], sort=False).ngroup().to_numpy()
            common = {
                **named,
                "horizon_years": float(horizon),
                "n": len(part),
                "clusters": int(cluster.max()) + 1,
                "crps": float(part["crps"].mean()),
                "bias_oom": float(part["bias_oom"].mean()),
                **_against(part, reference),
            }
            rows += [common | self._at_level(part, cluster, level) for level in self.levels]
        return rows

    def _scores_of(self, method: str) -> pd.Series:
        part = self.outcomes[self.outcomes["method"] == method]
        return part.set_index(["case", "estimand"])["crps"]

    def _at_level(self, part: pd.DataFrame, cluster: NDArray[np.integer[Any]], level: float) -> dict[str, float]:
        lower, upper = part[f"lower_{level:g}"].to_numpy(), part[f"upper_{level:g}"].to_numpy()
        outcome = part["outcome"].to_numpy()
        hit = coverage(lower, upper, outcome)
        return {
            "level": level,
            "coverage": float(hit.mean()),
            "coverage_se": coverage_se(hit, cluster, level),
            "interval_score": float(interval_score(lower, upper, outcome, level).mean()),
            "width_oom": float((upper - lower).mean()),
        }


def coverage_se(hit: Array, cluster: NDArray[np.integer[Any]], level: float) -> float:
    """Return the standard error of a coverage: clustered, and never below that of independent hits at the level.

    With few clusters that all hit, the clustered error alone is zero, as if the coverage were known exactly.

    Examples
    --------
    >>> round(coverage_se(np.ones(25), np.arange(25) // 5, 0.9), 3)
    0.06
    """
    independent = math.sqrt(level * (1 - level) / len(hit))
    return max(independent, float(np.nan_to_num(clustered_se(hit, cluster))))


def _against(part: pd.DataFrame, reference: dict[str, pd.Series]) -> dict[str, float]:
    # A method may have skipped an origin, so scores are paired outcome by outcome.
    score = part.set_index(["case", "estimand"])["crps"]
    found = {name: other.reindex(score.index).to_numpy() for name, other in reference.items()}
    values = score.to_numpy()
    paired = np.isfinite(found["persistence"])
    gain = found[AUTO] - values
    both = np.isfinite(gain)
    cluster = part[both].groupby(["target", "origin"], sort=False).ngroup().to_numpy()
    return {
        "skill": skill(values[paired], found["persistence"][paired]) if paired.any() else math.nan,
        "crps_gain": float(gain[both].mean()) if both.any() else math.nan,
        "crps_gain_se": clustered_se(gain[both], cluster) if both.any() else math.nan,
    }


def method_name(name: str) -> str:
    """Return the name under which a method is known.

    Examples
    --------
    >>> method_name("auto"), method_name("theil-sen")
    ('pool', 'theil_sen')
    """
    return AUTO if name == "auto" else name.replace("-", "_")


def method_by_name(name: str) -> Method:
    """Return a method or a baseline.

    Raises
    ------
    UsageError
        When there is none of that name, with the nearest.
    """
    return BASELINES[name] if name in BASELINES else METHODS[name]


def hindcast(
    observations: Sequence[Observations],
    settings: Settings,
    *,
    origins: Sequence[float] | None = None,
    horizon: tuple[float, float] = HORIZON,
    methods: Sequence[str] = (AUTO,),
    seed: int = 0,
) -> Hindcast:
    """Run methods at past origins of the same data and score them on what then happened.

    Parameters
    ----------
    observations : sequence of Observations
        One per target, known up to today.
    settings : Settings
        Frontier rule, first fitted day and levels; its method is not used.
    origins : sequence of float, optional
        Decimal years; an integer is 1 January. By default :meth:`Ranked.usable_origins` of each target.
    horizon : (float, float)
        Years past the origin: outcomes after the first and up to the second are scored.
    methods : sequence of str
        Names of methods and baselines.
    seed : int
        The random stream of every forecast follows from it, the target and the origin.

    Raises
    ------
    FitError
        When no origin has both enough members before and any after.
    """
    cases: list[Case] = []
    skipped: list[str] = []
    for observation in observations:
        ranked = Ranked.of(observation, settings)
        for origin in ranked.usable_origins() if origins is None else origins:
            case = ranked.case(ranked.known(float(origin)), horizon)
            if isinstance(case, Case):
                cases.append(case)
            else:
                skipped.append(case)
    if not cases:
        raise too_short(observations, settings, skipped)
    return score_cases(cases, settings.levels, horizon, methods, seed, skipped)


def score_cases(
    cases: Sequence[Case], levels: tuple[float, ...], horizon: tuple[float, float], methods: Sequence[str], seed: int,
    skipped: Sequence[str] = (),
) -> Hindcast:  # fmt: skip
    """Forecast each case by each method, and score the draws.

    Raises
    ------
    FitError
        When no method could forecast any case.
    """
    missed = list(skipped)
    parts: list[dict[str, Any]] = []
    first = 0
    for case in cases:
        for name in dict.fromkeys(map(method_name, methods)):
            try:
                fitted = method_by_name(name).fit(case.members)
            except FitError as error:
                missed.append(f"{case.target} at {case.origin:g}, {name}: {error.message}")
                continue
            parts += score_draws(case, name, fitted.trend.sample(case.year, DRAWS, case.generator(seed)), levels, first)
        first += len(case.year)
    if not parts:
        raise FitError(missed[-1], hint="use another --method, or data over more years")
    return Hindcast(joined(parts), levels, horizon, tuple(dict.fromkeys(missed)))


def joined(parts: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return scored parts as one table of outcomes."""
    return pd.DataFrame({key: np.concatenate([part[key] for part in parts]) for key in parts[0]})


def score_draws(case: Case, method: str, draws: Array, levels: Sequence[float], first: int) -> Iterator[dict[str, Any]]:
    """Score draws of new members on what then happened, and floored at the record so far, on the running record.

    Parameters
    ----------
    case : Case
        What happened.
    method : str
        Whose draws they are.
    draws : array of shape (draws, outcomes)
        log10 sizes.
    levels : sequence of float
        Levels of the intervals.
    first : int
        Number of the first outcome.

    Returns
    -------
    iterator of dict
        Columns of :attr:`Hindcast.outcomes`, for members and for the record.
    """
    count = len(case.year)
    probabilities = [0.5, *[side for level in levels for side in ((1 - level) / 2, (1 + level) / 2)]]
    ordered = np.sort(draws, axis=0)
    for estimand, outcome in (("member", case.size), ("record", case.largest)):
        drawn = ordered if estimand == "member" else np.maximum(ordered, case.members.log_record)
        median, *bounds = _quantiles(drawn, np.array(probabilities))
        yield {
            "target": np.full(count, case.target, dtype=object),
            "method": np.full(count, method, dtype=object),
            "estimand": np.full(count, estimand, dtype=object),
            "origin": np.full(count, case.origin),
            "case": first + np.arange(count),
            "year": case.year,
            "horizon": np.ceil(np.maximum(case.year - case.origin, 1e-9)),
            "outcome": outcome,
            "median": median,
            "crps": crps_of_ordered(drawn, outcome),
            "bias_oom": median - outcome,
            "pit": pit(drawn, outcome),
            **{
                f"{side}_{level:g}": bounds[2 * number + offset]
                for number, level in enumerate(levels)
                for offset, side in enumerate(("lower", "upper"))
            },
        }


def _quantiles(ordered: Array, probabilities: Array) -> Array:
    # numpy's own would order the draws again; half of the time of a backtest went there.
    place = probabilities * (len(ordered) - 1)
    below = np.minimum(place.astype(int), len(ordered) - 2)
    share = (place - below)[:, None]
    # In this form equal draws give exactly their value: a record that stood must lie inside an interval floored at it.
    return np.asarray(ordered[below] + share * (ordered[below + 1] - ordered[below]))


def too_short(observations: Sequence[Observations], settings: Settings, skipped: Sequence[str]) -> FitError:
    """Return the error of a backtest with nothing to score: what there is, and what would be enough."""
    spans = []
    for observation in observations:
        ranked = Ranked.of(observation, settings)
        year = ranked.year[ranked.fitted]
        span = f", {from_decimal_year(year[0])} to {from_decimal_year(year[-1])}" if len(year) else ""
        spans.append(f"{ranked.name}: {len(year)} fitted frontier members{span}")
    detail = f"; {skipped[0]}" if skipped else ""
    message = f"nothing to score ({'; '.join(spans)}{detail})"
    hint = (
        f"an origin needs {MINIMUM_MEMBERS} fitted members before it, spread over {MINIMUM_SPAN:g} years unless "
        "--origins names it, and at least one after it within the horizon; add rows, or widen --since or --frontier"
    )
    return FitError(message, hint=hint)
