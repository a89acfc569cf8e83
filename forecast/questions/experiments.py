"""Which runs to make next: those that narrow the forecast loss of a target run most, within a budget of compute.

*From a fit.* The draws of the fit say how the loss of any run and the loss at the target vary together
(:mod:`forecast.questions.prospects`). The set is built greedily, then improved by exchanging one run at a time for any other
that fits the budget, from several starts. No two runs stand within a factor of two in both N and D: a law is not exact, and
neighbours would share its error.

*From nothing.* An isoFLOP plan: log-spaced budgets, each with sizes around the best one of the bundled Chinchilla fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from forecast.display import Displayed
from forecast.errors import FitError, UsageError
from forecast.fitting.bounds import quantiles
from forecast.fitting.example import open_fit
from forecast.fitting.optimum import Losses, Run, best_at_compute
from forecast.fitting.prediction import extrapolation
from forecast.fitting.result import Fit
from forecast.laws._space import into, out_of
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.questions import isoflop_plan
from forecast.questions.allocation import check_compute, check_fit
from forecast.questions.prospects import candidates, noise_of, prospect, search
from forecast.settings import LEVELS, SEED, generator

if TYPE_CHECKING:
    import pandas as pd

#: A larger set than this is no experiment but a campaign, and slow to optimise.
_MOST_RUNS = 100
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
    if not 1 <= runs <= _MOST_RUNS:
        message = f"{runs} runs: give 1 to {_MOST_RUNS}"
        raise UsageError(message)
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


def _narrow(
    fit: Fit, runs: int, budget: float, target_compute: float, levels: tuple[float, ...], rng: np.random.Generator
) -> Design:
    draws = fit.draws[np.isfinite(fit.draws).all(axis=1)]
    losses = Losses(fit.law)
    parameters = np.concatenate([fit.estimates[None], draws])
    best = best_at_compute(losses, parameters, np.full(len(parameters), target_compute))
    reached = into(losses.of(parameters, best), fit.space)
    kept = np.isfinite(reached[1:])
    if kept.sum() < 2:
        message = "the fit has no draws, so nothing is known of what would narrow it"
        raise FitError(message, hint="fit again with --intervals pairs")
    here, drawn, draws = float(reached[0]), reached[1:][kept], draws[kept]
    noise = noise_of(fit, draws)
    found = prospect(fit, draws, drawn, *candidates(fit, runs, budget), noise)
    chosen = found.ordered(search(found, runs, budget, rng))
    start = found.variance([])
    bounds = quantiles(drawn, levels)

    def narrowing(i: int, variance: float) -> Narrowing:
        shrunk = here + math.sqrt(variance / start) * (bounds[i] - here)
        ends = out_of(np.array([here, *shrunk, *bounds[i]]), fit.space)
        return Narrowing(levels[i], *(float(value) for value in ends))

    planned = tuple(
        _planned(found.size[each], found.tokens[each], narrowing(-1, found.variance(chosen[: k + 1])).width_after)
        for k, each in enumerate(chosen)
    )
    others = {}
    for name, count in (("one run of the whole budget", 1), (f"{runs} equal runs", runs)) if runs > 1 else ():
        usual = best_at_compute(losses, fit.estimates[None], np.array([budget / count]))
        left = prospect(fit, draws, drawn, usual.size, usual.tokens, noise).variance([0] * count)
        others[name] = narrowing(-1, left).width_after
    far = extrapolation(fit, losses.inputs(found.size[chosen], found.tokens[chosen]))[1]
    settings = {
        "fit": fit.provenance.call, "runs": runs, "budget_flop": budget, "target_compute_flop": target_compute
    }  # fmt: skip
    return Design(
        "narrowing", fit, planned, budget, target_compute, Run(best.size[:1], best.tokens[:1]),
        tuple(narrowing(i, found.variance(chosen)) for i in range(len(levels))), noise, others,
        unique([*far, *fit.doubts]),
        Provenance(data=dict(fit.provenance.data), settings=settings),
    )  # fmt: skip


def _plan(anchor: Fit, runs: int, budget: float, target_compute: float, levels: tuple[float, ...]) -> Design:
    found = isoflop_plan.plan(anchor, runs, budget)
    here, bounds = isoflop_plan.expected(anchor, found, target_compute, levels)
    noise = anchor.scores["residual_sd"]
    message = (
        f"sizes and predicted intervals suppose that your runs resemble the bundled Chinchilla runs (scatter {noise:.2g} of "
        "the logarithm of the loss)"
    )
    notes = [Note("assumed-law", "info", message, "Give a fit once there are runs: forecast design FIT.json")]
    if runs < 3 * isoflop_plan.FULL:
        text = f"fewer than {isoflop_plan.FULL} sizes a budget: fit --law chinchilla, not isoflop, to these runs"
        notes.append(Note("few-sizes", "info", text))
    return Design(
        "isoflop", anchor, tuple(_planned(n, d) for n, d in zip(found.size, found.tokens, strict=True)), budget,
        target_compute, best_at_compute(Losses(anchor.law), anchor.estimates[None], np.array([target_compute])),
        tuple(Narrowing(level, here, *map(float, ends)) for level, ends in zip(levels, bounds, strict=True)), noise, {},
        tuple(notes),
        Provenance(
            data=dict(anchor.provenance.data),
            settings={"runs": runs, "budget_flop": budget, "target_compute_flop": target_compute},
        ),
    )  # fmt: skip


def _planned(size: float, tokens: float, width: float | None = None) -> PlannedRun:
    return PlannedRun(float(size), float(tokens), float(6 * size * tokens), float(tokens / size), width)
