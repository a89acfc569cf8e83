"""Which runs to make next: those that narrow the forecast loss of a target run most, within a budget of compute.

*From a fit.* The draws of the fit say how the loss of any run and the loss at the target vary together. To first order a
run with noise of variance ``s^2`` narrows the target's variance by ``cov^2 / (var + s^2)`` (the Gaussian preposterior), and
runs add up by conditioning. The set is built greedily, then improved by exchanging one run at a time for any other that
fits the budget, from several starts. No two runs stand within a factor of two in both N and D: a law is not exact, and
neighbours would share its error. The noise is what a row of the fitted data turned out to be worth: the summed
variance of the fitted values over the number of free parameters, which is the residual variance in least squares and
allows for the loss and the clusters elsewhere.

*From nothing.* An isoFLOP plan: log-spaced budgets, each with sizes around the best one of the bundled Chinchilla fit.

References
----------
Chaloner and Verdinelli 1995, Statistical Science 10, 273; Fedorov 1972, Theory of Optimal Experiments (exchange).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from forecast.display import Displayed
from forecast.errors import FitError, UsageError
from forecast.fitting.bounds import Theory, quantiles
from forecast.fitting.example import open_fit
from forecast.fitting.optimum import Losses, Run, best_at_compute
from forecast.fitting.prediction import extrapolation
from forecast.fitting.result import Fit
from forecast.laws._law import Array
from forecast.laws._space import into, out_of
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.questions.allocation import check_compute, check_fit
from forecast.settings import LEVELS, SEED, generator

if TYPE_CHECKING:
    import pandas as pd

#: Grid points to a power of ten, and the most points of the grid; runs stand apart by a factor of two in N or in D, and see
#: so many tokens per parameter.
_PER_DECADE, _MOST_CANDIDATES = 8, 3_000
_APART = math.log(2.0)
_FEWEST_RATIO, _MOST_RATIO = 1.0, 1_000.0
#: A larger set than this is no experiment but a campaign, and slow to optimise.
_MOST_RUNS = 100
_STARTS = 24
#: Without data: powers of ten between the smallest and the largest budget, spread of the sizes at each, and the fewest runs.
_SPAN, _SPREAD, _FEWEST_PLANNED = 2.0, 16.0, 9
#: So many times the budget is the target where none is given.
_BEYOND = 10.0

Kind = Literal["narrowing", "isoflop"]


@dataclass(frozen=True)
class PlannedRun:
    """A run to make.

    Parameters
    ----------
    parameters, tokens, compute_flop, tokens_per_parameter : float
        What it is.
    width_after : float or None
        Width of the target's interval, at the widest level, once this run and those above it are made.
    """

    parameters: float
    tokens: float
    compute_flop: float
    tokens_per_parameter: float
    width_after: float | None = None


@dataclass(frozen=True)
class Narrowing:
    """The target's interval now and as predicted after the runs; without data there is no now."""

    level: float
    estimate: float
    lower_after: float
    upper_after: float
    lower_before: float | None = None
    upper_before: float | None = None

    @property
    def width_after(self) -> float:
        """Width after the runs."""
        return self.upper_after - self.lower_after

    @property
    def width_before(self) -> float | None:
        """Width now."""
        if self.lower_before is None or self.upper_before is None:
            return None
        return self.upper_before - self.lower_before


@dataclass(frozen=True)
class Design(Displayed):
    """The answer to `design`.

    Parameters
    ----------
    kind : {"narrowing", "isoflop"}
        From a fit, or from nothing.
    fit : Fit
        The fit, or the one that stands in for it.
    runs : tuple of PlannedRun
        In the order of use: the run that narrows most first.
    budget_flop, target_compute_flop : float
        As asked for.
    target : Run
        The compute-optimal run of the target by the fit.
    intervals : tuple of Narrowing
        Of the target's loss, ascending by level.
    noise : float
        Standard deviation of a run's loss that was counted with, in the space of the fit.
    alternatives : mapping of str to float
        Other ways to spend the same budget -> width that they would leave at the widest level.
    notes, provenance
        What to doubt, and what it was made from.
    """

    kind: Kind
    fit: Fit
    runs: tuple[PlannedRun, ...]
    budget_flop: float
    target_compute_flop: float
    target: Run
    intervals: tuple[Narrowing, ...]
    noise: float
    alternatives: dict[str, float]
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def compute_flop(self) -> float:
        """Compute of all runs."""
        return sum(run.compute_flop for run in self.runs)

    def to_frame(self) -> pd.DataFrame:
        """Return the runs as a table."""
        import pandas as pd

        return pd.DataFrame([asdict(run) for run in self.runs])

    summary = to_frame

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "kind": self.kind,
            "law": self.fit.law.name,
            "rows": [{"run": number, **asdict(run)} for number, run in enumerate(self.runs, start=1)],
            "compute_flop": self.compute_flop,
            "budget_flop": self.budget_flop,
            "target": {
                "compute_flop": self.target_compute_flop, "parameters": float(self.target.size[0]),
                "tokens": float(self.target.tokens[0]),
            },
            "predicted": [
                {**asdict(each), "width_before": each.width_before, "width_after": each.width_after}
                for each in self.intervals
            ],
            "noise": self.noise,
            "alternatives": self.alternatives,
        }  # fmt: skip


def design(
    fit: Fit | None = None,
    *,
    runs: int,
    budget: float,
    target_compute: float | None = None,
    levels: Sequence[float] | None = None,
    rng: np.random.Generator | None = None,
) -> Design:
    """Return the runs to make next.

    Parameters
    ----------
    fit : Fit, optional
        Of a law of N and D; without one the runs are an isoFLOP plan.
    runs : int
        How many.
    budget : float
        Compute of all of them together, in FLOP.
    target_compute : float, optional
        Training compute of the run whose loss is to be known; by default 10 times the budget.
    levels : sequence of float, optional
        Probabilities inside the intervals.
    rng : numpy.random.Generator, optional
        For the starts of the search; by default the generator of seed 0.

    Raises
    ------
    UsageError
        For impossible values, or a law without N and D.
    FitError
        When the fit failed, or has no draws.

    Examples
    --------
    >>> plan = design(runs=12, budget=1e21)
    >>> print(plan.kind, len(plan.runs), f"{plan.compute_flop:.3g}")
    isoflop 12 1e+21
    """
    _check_runs(runs, fit)
    target = budget * _BEYOND if target_compute is None else target_compute
    check_compute(np.array([budget, target]))
    if fit is None:
        return _plan(open_fit("chinchilla"), runs, budget, target, tuple(sorted(levels or LEVELS)))
    check_fit(fit)
    if fit.law.name == "isoflop":
        message = "the law isoflop forecasts no loss, so no run can be chosen for it"
        raise UsageError(message, hint="fit a law of N and D: forecast fit FILE --law chinchilla -o fit.json")
    wanted = tuple(sorted(levels or fit.spec.levels))
    return _narrow(fit, runs, budget, target, wanted, rng if rng is not None else generator(SEED))


def _check_runs(runs: int, fit: Fit | None) -> None:
    if not 1 <= runs <= _MOST_RUNS:
        message = f"{runs} runs: give 1 to {_MOST_RUNS}"
        raise UsageError(message)
    if fit is None and runs < _FEWEST_PLANNED:
        message = f"{runs} runs cannot show where isoFLOP curves are lowest"
        raise UsageError(message, hint=f"give {_FEWEST_PLANNED} or more: three budgets of three sizes")


# --- from a fit -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Prospect:
    """Candidate runs, and what the draws say of them: features whose inner products are covariances.

    Parameters
    ----------
    size, tokens, compute : array of shape (candidates,)
        The candidates.
    features : array of shape (k, candidates)
        Of their losses, in units of the noise.
    target : array of shape (k,)
        Of the loss at the target.
    """

    size: Array
    tokens: Array
    compute: Array
    features: Array
    target: Array

    def inverse(self, chosen: Sequence[int]) -> Array:
        """Return the covariance of the features' weights after the chosen runs (1 before any)."""
        picked = self.features[:, list(chosen)]
        return np.asarray(np.linalg.inv(np.eye(len(self.target)) + picked @ picked.T))

    def variance(self, chosen: Sequence[int]) -> float:
        """Return the variance of the target after the chosen runs."""
        return float(self.target @ self.inverse(chosen) @ self.target)

    def gains(self, chosen: Sequence[int]) -> Array:
        """Return by how much each candidate would lower the variance of the target, after the chosen runs."""
        spread = self.inverse(chosen) @ self.features
        return np.asarray((self.target @ spread) ** 2 / (1 + np.einsum("kc,kc->c", self.features, spread)))


def _narrow(
    fit: Fit, runs: int, budget: float, target_compute: float, levels: tuple[float, ...], rng: np.random.Generator
) -> Design:
    draws = fit.draws[np.isfinite(fit.draws).all(axis=1)]
    if len(draws) < 2:
        message = "the fit has no draws, so nothing is known of what would narrow it"
        raise FitError(message, hint="fit again with --intervals pairs")
    losses = Losses(fit.law)
    parameters = np.concatenate([fit.estimates[None], draws])
    best = best_at_compute(losses, parameters, np.full(len(parameters), target_compute))
    reached = into(losses.of(parameters, best), fit.space)
    here, drawn = float(reached[0]), reached[1:]
    kept = np.isfinite(drawn)
    drawn, draws = drawn[kept], draws[kept]
    noise = _noise(fit, draws)
    size, tokens = _candidates(fit, losses, runs, budget)
    curves = into(losses.at(draws, size, tokens), fit.space)
    prospect = _prospect(size, tokens, curves, drawn, noise)
    chosen = _search(prospect, runs, budget, rng)
    start = prospect.variance([])
    ordered = _ordered(prospect, chosen)
    shrink = [math.sqrt(prospect.variance(ordered[: k + 1]) / start) for k in range(len(ordered))]
    bounds = quantiles(drawn, levels)
    intervals = tuple(_narrowing(fit, level, here, bounds[i], shrink[-1]) for i, level in enumerate(levels))

    def width(factor: float) -> float:
        return _narrowing(fit, levels[-1], here, bounds[-1], factor).width_after

    planned = tuple(
        _planned(size[each], tokens[each], width(factor)) for each, factor in zip(ordered, shrink, strict=True)
    )
    others = _alternatives(fit, losses, draws, drawn, noise, runs, budget)
    inputs = losses.inputs(size[chosen], tokens[chosen])
    notes = [note for note in extrapolation(fit, inputs)[1] if note.code == "extrapolation"]
    notes += [note for note in fit.notes if note.severity == "warning"]
    settings = {
        "fit": fit.provenance.call, "runs": runs, "budget_flop": budget, "target_compute_flop": target_compute
    }  # fmt: skip
    return Design(
        "narrowing", fit, planned, budget, target_compute, Run(best.size[:1], best.tokens[:1]), intervals, noise,
        {name: width(math.sqrt(left / start)) for name, left in others.items()}, unique(notes),
        Provenance(data=dict(fit.provenance.data), settings=settings),
    )  # fmt: skip


def _noise(fit: Fit, draws: Array) -> float:
    """Return the standard deviation that one more row counts for, in the space of the fit.

    The fitted values of least squares have variances that sum to p s^2, whatever the design; read backward, this gives
    the s of any loss and any resampling.
    """
    fitted = into(fit.law.values(draws, fit.inputs), fit.space)
    free = max(int((np.diag(fit.covariance) > 0).sum()), 1)
    weight = fit.weight / fit.weight.mean()
    return math.sqrt(float((weight * fitted.var(axis=0, ddof=1)).sum()) / free)


def _candidates(fit: Fit, losses: Losses, runs: int, budget: float) -> tuple[Array, Array]:
    """Return a grid of runs, from the smallest fitted (or smaller, if the budget is small) to what the budget allows."""
    parameters = np.repeat(fit.estimates[None], 2, axis=0)
    ends = best_at_compute(losses, parameters, np.array([budget / runs, budget]))
    axes = []
    for seen, (small, large) in ((fit.inputs["N"], ends.size), (fit.inputs["D"], ends.tokens)):
        low, high = math.log10(min(seen.min(), small / 4)), math.log10(max(seen.max(), large * 4))
        axes.append((low, high))
    area = math.prod(high - low for low, high in axes)
    step = max(1 / _PER_DECADE, math.sqrt(area / _MOST_CANDIDATES))
    size, tokens = (
        10 ** values.ravel() for values in np.meshgrid(*(np.arange(low, high + step, step) for low, high in axes))
    )
    ratio, own = tokens / size, fit.inputs["D"] / fit.inputs["N"]
    kept = (ratio >= min(_FEWEST_RATIO, own.min())) & (ratio <= max(_MOST_RATIO, own.max()))
    kept &= (6 * size * tokens <= budget) & (size >= 1) & (tokens >= 1)
    return size[kept], tokens[kept]


def _prospect(size: Array, tokens: Array, curves: Array, drawn: Array, noise: float) -> _Prospect:
    together = np.column_stack([curves, drawn])
    good = np.isfinite(together).all(axis=1)
    centred = (together[good] - together[good].mean(axis=0)) / math.sqrt(max(good.sum() - 1, 1))
    # the draws move in few directions; what is far below the noise in all candidates moves nothing
    _, strength, shapes = np.linalg.svd(centred, full_matrices=False)
    kept = strength > 1e-3 * noise
    features = strength[kept, None] * shapes[kept]
    return _Prospect(size, tokens, 6 * size * tokens, features[:, :-1] / noise, features[:, -1])


def _search(prospect: _Prospect, runs: int, budget: float, rng: np.random.Generator) -> list[int]:
    """Return the best set of runs found: greedy under several divisions of the budget, each improved by exchanges."""
    cheapest = np.sort(prospect.compute)
    best: tuple[float, list[int]] = (math.inf, [])
    shares = [np.full(runs, 1.0), np.full(runs, 1 / runs), *rng.dirichlet(np.ones(runs), _STARTS)]
    for share in shares:
        chosen: list[int] = []
        spent = 0.0
        for number in range(runs):
            left = budget - spent - float(cheapest[: runs - number - 1].sum())
            picked = _pick(prospect, chosen, min(left, budget * share[number]))
            picked = _pick(prospect, chosen, left) if picked is None else picked
            if picked is None:
                break
            chosen.append(picked)
            spent += float(prospect.compute[picked])
        if len(chosen) < runs:
            continue
        chosen = _exchanged(prospect, chosen, budget)
        variance = prospect.variance(chosen)
        if variance < best[0] * (1 - 1e-9):
            best = (variance, chosen)
    if not best[1]:
        message = f"a budget of {budget:g} FLOP does not hold {runs} runs that stand apart"
        raise UsageError(message, hint="give more compute, or fewer runs")
    return best[1]


def _pick(prospect: _Prospect, chosen: Sequence[int], most: float) -> int | None:
    """Return the candidate of at most so much compute that narrows most, apart from those chosen."""
    allowed = prospect.compute <= most
    for each in chosen:
        near = np.abs(np.log(prospect.size / prospect.size[each])) < _APART
        near &= np.abs(np.log(prospect.tokens / prospect.tokens[each])) < _APART
        allowed &= ~near
    return int(np.argmax(np.where(allowed, prospect.gains(chosen), -1.0))) if allowed.any() else None


def _exchanged(prospect: _Prospect, chosen: list[int], budget: float) -> list[int]:
    variance = prospect.variance(chosen)
    improved = True
    while improved:
        improved = False
        for place in range(len(chosen)):
            rest = chosen[:place] + chosen[place + 1 :]
            picked = _pick(prospect, rest, budget - float(prospect.compute[rest].sum()))
            if picked is None:
                continue
            new = prospect.variance([*rest, picked])
            if new < variance * (1 - 1e-9):
                chosen, variance, improved = [*rest[:place], picked, *rest[place:]], new, True
    return chosen


def _ordered(prospect: _Prospect, chosen: Sequence[int]) -> list[int]:
    """Return the chosen runs, the one that narrows most first, given those before it."""
    left, ordered = list(chosen), list[int]()
    while left:
        gains = prospect.gains(ordered)[left]
        ordered.append(left.pop(int(np.argmax(gains))))
    return ordered


def _alternatives(
    fit: Fit, losses: Losses, draws: Array, drawn: Array, noise: float, runs: int, budget: float
) -> dict[str, float]:
    """Return the variance of the target after one compute-optimal run of the whole budget, and after equal ones."""
    found = {}
    for name, count in (("one run of the whole budget", 1), (f"{runs} equal runs", runs)):
        best = best_at_compute(losses, fit.estimates[None], np.array([budget / count]))
        curves = into(losses.at(draws, best.size, best.tokens), fit.space)
        prospect = _prospect(best.size, best.tokens, curves, drawn, noise)
        found[name] = prospect.variance([0] * count)
    return found if runs > 1 else {}


def _narrowing(fit: Fit, level: float, here: float, bounds: Array, shrink: float) -> Narrowing:
    ends = np.array([here, *(here + shrink * (bounds - here)), *bounds])
    return Narrowing(level, *(float(value) for value in out_of(ends, fit.space)))


def _planned(size: float, tokens: float, width: float | None = None) -> PlannedRun:
    return PlannedRun(float(size), float(tokens), float(6 * size * tokens), float(tokens / size), width)


# --- from nothing ---------------------------------------------------------------------------------------------------


def _plan(anchor: Fit, runs: int, budget: float, target_compute: float, levels: tuple[float, ...]) -> Design:
    """Return an isoFLOP plan around the sizes that are best by the anchor, with what it would tell if that were the truth."""
    per_budget = 5 if runs >= 15 else runs // 3
    budgets = runs // per_budget
    counts = [per_budget + (number < runs - budgets * per_budget) for number in range(budgets)]
    span = max(_SPAN, (budgets - 1) / 2)
    relative = 10 ** (span * np.arange(budgets) / (budgets - 1))
    compute = relative * budget / float(np.dot(relative, counts))
    losses = Losses(anchor.law)
    best = best_at_compute(losses, np.repeat(anchor.estimates[None], budgets, axis=0), compute)
    size = np.concatenate(
        [centre * _SPREAD ** np.linspace(-0.5, 0.5, count) for centre, count in zip(best.size, counts, strict=True)]
    )
    tokens = np.repeat(compute, counts) / (6 * size)
    target = best_at_compute(losses, anchor.estimates[None], np.array([target_compute]))
    noise = anchor.scores["residual_sd"]
    model = anchor.law.model({name: values[None] for name, values in losses.inputs(size, tokens).items()}, anchor.space)
    theta = model.coordinates(anchor.estimates[None])
    slopes = model.jacobian(theta)[0]
    covariance = noise**2 * np.linalg.pinv(slopes.T @ slopes)
    theory = Theory(model, theta, covariance[None], np.array([float(runs - len(anchor.names))]))

    def reached(parameters: Array) -> Array:
        run = best_at_compute(losses, parameters, np.full(len(parameters), target_compute))
        return into(losses.of(parameters, run), anchor.space)[:, None]

    here = float(out_of(reached(anchor.estimates[None]), anchor.space)[0, 0])
    bounds = out_of(theory.interval(reached, levels, logs=False)[1][0, :, :, 0], anchor.space)
    message = (
        f"sizes and predicted intervals suppose that your runs resemble the bundled Chinchilla runs (scatter {noise:.2g} of "
        "the logarithm of the loss)"
    )
    notes = [Note("assumed-law", "info", message, "Give a fit once there are runs: forecast design FIT.json")]
    if runs < 15:
        text = "fewer than five sizes a budget: fit --law chinchilla, not isoflop, to these runs"
        notes.append(Note("few-sizes", "info", text))
    settings = {"runs": runs, "budget_flop": budget, "target_compute_flop": target_compute}
    return Design(
        "isoflop", anchor, tuple(_planned(n, d) for n, d in zip(size, tokens, strict=True)), budget, target_compute,
        target, tuple(Narrowing(level, here, float(low), float(high)) for level, (low, high) in zip(levels, bounds, strict=True)),
        noise, {}, tuple(notes), Provenance(data=dict(anchor.provenance.data), settings=settings),
    )  # fmt: skip
