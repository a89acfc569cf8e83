"""The runs to begin with when there are none: log-spaced budgets, each with sizes around the best one."""

from __future__ import annotations

import numpy as np

from forecast.errors import UsageError
from forecast.fitting.bounds import Theory
from forecast.fitting.optimum import Losses, Run, best_at_compute
from forecast.fitting.result import Fit
from forecast.laws._law import Array
from forecast.laws._space import into, out_of

#: Powers of ten between the smallest and the largest budget, and the factor between the smallest and the largest size at each.
_SPAN, _SPREAD = 2.0, 16.0
#: Sizes at each budget, if there are runs for three budgets of so many; the fewest runs that show where curves are lowest.
FULL, FEWEST = 5, 9


def plan(anchor: Fit, runs: int, budget: float) -> Run:
    """Return the runs, which use up the budget.

    Parameters
    ----------
    anchor : Fit
        Of a law of N and D, around whose best sizes the runs are laid.
    runs : int
        How many; those beyond a full rectangle go to the smallest budgets.
    budget : float
        Compute of all of them.

    Raises
    ------
    UsageError
        With too few runs.
    """
    if runs < FEWEST:
        message = f"{runs} runs cannot show where isoFLOP curves are lowest"
        raise UsageError(message, hint=f"give {FEWEST} or more: three budgets of three sizes")
    each = FULL if runs >= 3 * FULL else runs // 3
    budgets = runs // each
    extra = runs - budgets * each
    counts = [each + extra // budgets + (number < extra % budgets) for number in range(budgets)]
    relative = 10 ** np.linspace(0.0, max(_SPAN, (budgets - 1) / 2), budgets)
    compute = relative * budget / float(np.dot(relative, counts))
    best = best_at_compute(Losses(anchor.law), np.repeat(anchor.estimates[None], budgets, axis=0), compute)
    spread = [
        centre * _SPREAD ** np.linspace(-0.5, 0.5, count) for centre, count in zip(best.size, counts, strict=True)
    ]
    size = np.concatenate(spread)
    return Run(size, np.repeat(compute, counts) / (6 * size))


def expected(anchor: Fit, runs: Run, target_compute: float, levels: tuple[float, ...]) -> tuple[float, Array]:
    """Return the target's loss by the anchor, and bounds (levels, 2) that a fit of the runs would give if it were the truth."""
    losses = Losses(anchor.law)
    model = anchor.law.model({k: v[None] for k, v in losses.inputs(runs.size, runs.tokens).items()}, anchor.space)
    theta = model.coordinates(anchor.estimates[None])
    slopes = model.jacobian(theta)[0]
    covariance = anchor.scores["residual_sd"] ** 2 * np.linalg.pinv(slopes.T @ slopes)
    theory = Theory(model, theta, covariance[None], np.array([float(len(runs.size) - len(anchor.names))]))

    def reached(parameters: Array) -> Array:
        run = best_at_compute(losses, parameters, np.full(len(parameters), target_compute))
        return into(losses.of(parameters, run), anchor.space)[:, None]

    here = float(out_of(reached(anchor.estimates[None]), anchor.space)[0, 0])
    return here, out_of(theory.interval(reached, levels, logs=False)[1][0, :, :, 0], anchor.space)
