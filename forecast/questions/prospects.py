"""What the draws of a fit say of runs not made yet, and the set of them that tells most of a target.

To first order a run with noise of variance ``s^2`` narrows the target's variance by ``cov^2 / (var + s^2)`` (the Gaussian
preposterior), and runs add up by conditioning.

References
----------
Chaloner and Verdinelli 1995, Statistical Science 10, 273; Fedorov 1972, Theory of Optimal Experiments (exchange).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.errors import UsageError
from forecast.fitting.optimum import Losses, best_at_compute
from forecast.fitting.result import Fit
from forecast.laws._law import Array
from forecast.laws._space import into

#: Grid points to a power of ten, and the most points of the grid; runs stand apart by a factor of two in N or in D, and see
#: so many tokens per parameter.
_PER_DECADE, _MOST_CANDIDATES = 8, 3_000
_APART = math.log(2.0)
_FEWEST_RATIO, _MOST_RATIO = 1.0, 1_000.0
#: Divisions of the budget from which the search starts, beside two plain ones.
_STARTS = 24


@dataclass(frozen=True)
class Prospect:
    """Candidate runs, and features of them whose inner products are the covariances of their losses.

    Parameters
    ----------
    size, tokens : array of shape (candidates,)
        The candidates.
    features : array of shape (k, candidates)
        Of their losses, in units of the noise.
    target : array of shape (k,)
        Of the loss at the target.
    """

    size: Array
    tokens: Array
    features: Array
    target: Array

    @property
    def compute(self) -> Array:
        """Training compute in FLOP."""
        return 6 * self.size * self.tokens

    def variance(self, chosen: Sequence[int]) -> float:
        """Return the variance of the target after the chosen runs."""
        return float(self.target @ self._inverse(chosen) @ self.target)

    def gains(self, chosen: Sequence[int]) -> Array:
        """Return by how much each candidate would lower the variance of the target, after the chosen runs."""
        spread = self._inverse(chosen) @ self.features
        return np.asarray((self.target @ spread) ** 2 / (1 + np.einsum("kc,kc->c", self.features, spread)))

    def ordered(self, chosen: Sequence[int]) -> list[int]:
        """Return the chosen runs, each the one that narrows most given those before it."""
        left, found = list(chosen), list[int]()
        while left:
            found.append(left.pop(int(np.argmax(self.gains(found)[left]))))
        return found

    def _inverse(self, chosen: Sequence[int]) -> Array:
        picked = self.features[:, list(chosen)]
        return np.asarray(np.linalg.inv(np.eye(len(self.target)) + picked @ picked.T))


def prospect(fit: Fit, draws: Array, target: Array, size: Array, tokens: Array, noise: float) -> Prospect:
    """Return what draws say of candidates.

    Parameters
    ----------
    fit : Fit
        Of a law of N and D.
    draws : array of shape (draws, p)
        Parameters.
    target : array of shape (draws,)
        The loss at the target by each, in the space of the fit.
    size, tokens : array of shape (candidates,)
        The candidates.
    noise : float
        Standard deviation of a run's loss, in the space of the fit.
    """
    together = np.column_stack([into(Losses(fit.law).at(draws, size, tokens), fit.space), target])
    good = np.isfinite(together).all(axis=1)
    centred = (together[good] - together[good].mean(axis=0)) / math.sqrt(max(good.sum() - 1, 1))
    # the draws move in few directions; what is far below the noise in all candidates moves nothing
    _, strength, shapes = np.linalg.svd(centred, full_matrices=False)
    kept = strength > 1e-3 * noise
    features = strength[kept, None] * shapes[kept]
    return Prospect(size, tokens, features[:, :-1] / noise, features[:, -1])


def noise_of(fit: Fit, draws: Array) -> float:
    """Return the standard deviation that one more row counts for, in the space of the fit.

    The fitted values of least squares have variances that sum to ``p s^2``, whatever the design; read backward, this gives
    the s of any loss and any resampling.
    """
    fitted = into(fit.law.values(draws, fit.inputs), fit.space)
    free = max(int((np.diag(fit.covariance) > 0).sum()), 1)
    weight = fit.weight / fit.weight.mean()
    return math.sqrt(float((weight * fitted.var(axis=0, ddof=1)).sum()) / free)


def candidates(fit: Fit, runs: int, budget: float) -> tuple[Array, Array]:
    """Return a grid of sizes and tokens, from the smallest fitted (or smaller, if the budget is) to what the budget allows."""
    parameters = np.repeat(fit.estimates[None], 2, axis=0)
    ends = best_at_compute(Losses(fit.law), parameters, np.array([budget / runs, budget]))
    spans = []
    for seen, (small, large) in ((fit.inputs["N"], ends.size), (fit.inputs["D"], ends.tokens)):
        spans.append((math.log10(min(seen.min(), small / 4)), math.log10(max(seen.max(), large * 4))))
    step = max(1 / _PER_DECADE, math.sqrt(math.prod(high - low for low, high in spans) / _MOST_CANDIDATES))
    size, tokens = (
        10 ** values.ravel() for values in np.meshgrid(*(np.arange(low, high + step, step) for low, high in spans))
    )
    ratio, own = tokens / size, float(np.median(fit.inputs["D"] / fit.inputs["N"]))
    kept = (ratio >= min(_FEWEST_RATIO, own / 4)) & (ratio <= max(_MOST_RATIO, own * 4))
    kept &= (6 * size * tokens <= budget) & (size >= 1) & (tokens >= 1)
    return size[kept], tokens[kept]


def search(found: Prospect, runs: int, budget: float, rng: np.random.Generator) -> list[int]:
    """Return the best set found: greedy under several divisions of the budget, each improved by exchanges.

    Raises
    ------
    UsageError
        When the budget does not hold so many.
    """
    cheapest = np.sort(found.compute)
    best: tuple[float, list[int]] = (math.inf, [])
    for share in (np.full(runs, 1.0), np.full(runs, 1 / runs), *rng.dirichlet(np.ones(runs), _STARTS)):
        chosen: list[int] = []
        for number in range(runs):
            left = budget - float(found.compute[chosen].sum() + cheapest[: runs - number - 1].sum())
            picked = _pick(found, chosen, min(left, budget * share[number]))
            picked = _pick(found, chosen, left) if picked is None else picked
            if picked is None:
                break
            chosen.append(picked)
        if len(chosen) == runs:
            chosen = _exchanged(found, chosen, budget)
            variance = found.variance(chosen)
            if variance < best[0] * (1 - 1e-9):
                best = (variance, chosen)
    if not best[1]:
        message = f"a budget of {budget:g} FLOP does not hold {runs} runs that stand apart"
        raise UsageError(message, hint="give more compute, or fewer runs")
    return best[1]


def _pick(found: Prospect, chosen: Sequence[int], most: float) -> int | None:
    """Return the candidate of at most so much compute that narrows most, apart from those chosen."""
    allowed = found.compute <= most
    for each in chosen:
        near = np.abs(np.log(found.size / found.size[each])) < _APART
        near &= np.abs(np.log(found.tokens / found.tokens[each])) < _APART
        allowed &= ~near
    return int(np.argmax(np.where(allowed, found.gains(chosen), -1.0))) if allowed.any() else None


def _exchanged(found: Prospect, chosen: list[int], budget: float) -> list[int]:
    variance = found.variance(chosen)
    improved = True
    while improved:
        improved = False
        for place in range(len(chosen)):
            rest = chosen[:place] + chosen[place + 1 :]
            picked = _pick(found, rest, budget - float(found.compute[rest].sum()))
            if picked is None:
                continue
            new = found.variance([*rest, picked])
            if new < variance * (1 - 1e-9):
                chosen, variance, improved = [*rest[:place], picked, *rest[place:]], new, True
    return chosen
