"""The best run of a law of N and D: at a training compute, for a loss at the least lifetime compute, or at a lifetime compute.

Training takes ``6 N D`` FLOP, and serving a token ``2 N`` (Kaplan et al. 2020, section 2.1). All functions work on a batch
of parameters, one problem each: a closed form where the law has one (:meth:`forecast.laws._law.Law.best_size`), else a
grid over log N that is narrowed around its lowest point.

References
----------
Hoffmann et al. 2022, arXiv 2203.15556, section 3.3; Sardana and Frankle 2023, arXiv 2401.00448, section 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.laws import Law
from forecast.laws._law import Array, Inputs

#: Points of a grid, and how often it is narrowed: by (_POINTS - 1) / 2 each time, to 1e-8 of the first range.
_POINTS, _ROUNDS = 25, 8
#: Halvings that find the tokens of a loss, to 1e-12 of the logarithm.
_HALVINGS = 46
#: The most over-trained size that is tried, as a share of the compute-optimal one (logarithm), and the most tokens.
_SMALLEST, _MOST_TOKENS = np.log(1e-5), np.log(1e30)


@dataclass(frozen=True)
class Run:
    """Runs, one for each problem: parameters and tokens of shape (batch,)."""

    size: Array
    tokens: Array

    @property
    def training(self) -> Array:
        """Training compute in FLOP."""
        return 6 * self.size * self.tokens

    def lifetime(self, inference: float) -> Array:
        """Return compute of training and of serving so many tokens."""
        return self.training + 2 * self.size * inference


@dataclass(frozen=True)
class Losses:
    """A law of N and D, by data that may be limited.

    Parameters
    ----------
    law : Law
        It takes N and D, and may take U.
    limit : float
        Unique tokens there are. A law that takes U repeats them; any other sees each once at most.
    """

    law: Law
    limit: float = np.inf

    @property
    def repeats(self) -> bool:
        """Whether the law says what repeated tokens are worth."""
        return any(item.name == "U" for item in self.law.inputs)

    @property
    def most(self) -> float:
        """The most tokens a run can see."""
        return np.inf if self.repeats else self.limit

    def inputs(self, size: Array, tokens: Array) -> Inputs:
        """Return the law's inputs."""
        found = {"N": size, "D": tokens}
        return found | {"U": np.minimum(tokens, self.limit)} if self.repeats else found

    def at(self, parameters: Array, size: Array, tokens: Array) -> Array:
        """Return losses (batch, n) of parameters (batch, p) at runs (n,) or (batch, n); infinite where there is none."""
        with np.errstate(all="ignore"):
            values = self.law.values(parameters, self.inputs(size, tokens))
        return np.where(np.isfinite(values), values, np.inf)

    def of(self, parameters: Array, run: Run) -> Array:
        """Return the loss of each problem's own run."""
        return self.at(parameters, run.size[:, None], run.tokens[:, None])[:, 0]


def best_at_compute(losses: Losses, parameters: Array, compute: Array) -> Run:
    """Return the runs of the lowest loss at training compute ``6 N D`` (batch,)."""
    free = not losses.repeats or np.isinf(losses.limit)
    closed = losses.law.best_size(parameters, compute) if free else None
    if closed is None:
        closed = np.exp(
            _lowest(
                lambda size: losses.at(parameters, size, compute[:, None] / (6 * size)),
                np.zeros(len(compute)),
                np.log(compute / 6),
            )
        )
    tokens = np.minimum(compute / (6 * closed), losses.most)
    return Run(compute / (6 * tokens), tokens)


def best_at_lifetime(losses: Losses, parameters: Array, compute: Array, inference: float) -> Run:
    """Return the runs of the lowest loss at compute ``6 N D + 2 N inference`` of training and inference together."""

    def tokens(size: Array) -> Array:
        return np.clip((compute[:, None] / size - 2 * inference) / 6, 0.0, losses.most)

    top = np.log(compute / (2 * inference + 6))
    with np.errstate(divide="ignore"):
        size = np.exp(_lowest(lambda size: losses.at(parameters, size, tokens(size)), np.minimum(0.0, top), top))
    return Run(size, tokens(size[:, None])[:, 0])


def cheapest_at_loss(losses: Losses, parameters: Array, best: Run, inference: float) -> Run:
    """Return the runs that reach the loss of compute-optimal ones at the least compute of training and inference together."""
    target = losses.of(parameters, best)[:, None]

    def tokens(size: Array) -> Array:
        low = np.zeros(size.shape)
        high = np.full(size.shape, min(np.log(losses.most), _MOST_TOKENS))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            short = losses.at(parameters, size, np.exp(middle)) > target * (1 + 1e-14)
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        reached = losses.at(parameters, size, np.exp(high)) <= target * (1 + 1e-12)
        return np.where(reached, np.exp(high), np.inf)

    def cost(size: Array) -> Array:
        return np.asarray(size * (6 * tokens(size) + 2 * inference))

    top = np.log(best.size)
    size = np.exp(_lowest(cost, top + _SMALLEST, top))
    found = Run(size, tokens(size[:, None])[:, 0])
    # where nothing can be saved rounding would still find a hair's breadth
    better = found.lifetime(inference) < best.lifetime(inference) * (1 - 1e-6)
    return Run(np.where(better, found.size, best.size), np.where(better, found.tokens, best.tokens))


def _lowest(objective: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Return where, in the logarithm of its argument, an objective with one valley is lowest.

    Parameters
    ----------
    objective : callable
        Of arguments (batch, n).
    low, high : array of shape (batch,)
        Between which logarithms to look.
    """
    steps = np.linspace(0.0, 1.0, _POINTS)
    rows = np.arange(len(low))
    for _ in range(_ROUNDS):
        grid = low[:, None] + (high - low)[:, None] * steps
        place = np.argmin(objective(np.exp(grid)), axis=1)
        low = grid[rows, np.maximum(place - 1, 0)]
        high = grid[rows, np.minimum(place + 1, _POINTS - 1)]
    return (low + high) / 2
