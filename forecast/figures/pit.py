"""PIT histogram: where in the forecast distributions the outcomes fell; flat where the forecasts are calibrated."""

from __future__ import annotations

import numpy as np

from forecast.figures.drawing import BLUE, VERMILION, Figure, canvas, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.questions.backtest import Backtest, run_backtest

_BINS = 10


def draw(result: Backtest, name: str) -> Figure:
    """Draw the histogram of the headline method and the first estimand.

    Parameters
    ----------
    result : Backtest
        From :func:`forecast.questions.backtest.run_backtest`.
    name : str
        Identifier of the figure.
    """
    method = result.headline
    outcomes = result.hindcast.outcomes
    outcomes = outcomes[(outcomes["method"] == method) & (outcomes["estimand"] == result.estimands[0])]
    count, edges = np.histogram(outcomes["pit"], bins=_BINS, range=(0.0, 1.0))
    share = count / max(int(count.sum()), 1)
    with canvas(7.0, 3.8) as (figure, axes):
        axes.bar(edges[:-1], 100 * share, width=1 / _BINS, align="edge", color=BLUE, edgecolor="white")
        axes.axhline(100 / _BINS, color=VERMILION, linewidth=1.4, linestyle="--")
        axes.annotate("calibrated", (0.995, 100 / _BINS), ha="right", va="bottom", color=VERMILION, fontsize=8)
        axes.set_xlim(0, 1)
        axes.set_xlabel("place of the outcome in the forecast: 0 below every draw, 1 above every draw")
        axes.set_ylabel("share of later models (%)")
        axes.grid(visible=False, axis="x")
        alt = _describe(method, share, int(count.sum()))
        svg = to_svg(figure, title=f"Where later models fell in the forecasts of {method}", alt=alt)
    data = [
        {"from": float(low), "to": float(high), "models": int(n), "share": float(s)}
        for low, high, n, s in zip(edges[:-1], edges[1:], count, share, strict=True)
    ]
    return Figure(name, svg, alt, data)


def _describe(method: str, share: np.ndarray, models: int) -> str:
    low, high = float(share[:5].sum()), float(share[5:].sum())
    side = (
        "in the lower half: the forecasts tended to be too high"
        if low > high
        else ("in the upper half: the forecasts tended to be too low")
    )
    ends = float(share[0] + share[-1])
    return (
        f"Histogram of where {models} later models fell in the forecast distributions of method {method}. "
        f"{100 * max(low, high):.0f} % fell {side}. {100 * ends:.0f} % fell in the outer two tenths, where calibrated "
        f"forecasts put 20 %."
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    result = run_backtest(
        [options.observations(subject)], options.settings(), methods=(options.method,), where=options.where,
        seed=options.seed,
    )  # fmt: skip
    return draw(result, f"pit-{subject}")


ENTRY = Plot("where later models fell in past forecasts: flat where they are calibrated", "TARGET", _make)
