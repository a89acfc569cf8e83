"""A fitted law and its residuals: the curve with its band over the data and beyond.

A law of N and D is drawn by compute, along its compute-optimal runs; any other law of several inputs as observed against
fitted.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from forecast.figures.drawing import BLUE, GREY, ORANGE, VERMILION, Figure, canvas, power_of_ten, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.fitting.example import open_fit
from forecast.fitting.result import Fit
from forecast.laws._law import Array
from forecast.questions.allocation import allocate
from forecast.units import format_quantity

#: How far past the data the curve is drawn: as a share of its range, and, by compute, as a factor.
_BEYOND, _FURTHER = 0.25, 100.0
_GRID, _FEW = 80, 24


def draw(fit: Fit, name: str) -> Figure:
    """Draw a fit.

    Parameters
    ----------
    fit : Fit
        From :func:`forecast.fitting.fit`.
    name : str
        Identifier of the figure.
    """
    single = len(fit.inputs) == 1
    place, label, logarithmic = _abscissa(fit)
    fitted = fit.law.values(fit.estimates[None], fit.inputs)[0]
    residuals = fit.residuals
    output = fit.law.output.name
    with canvas(9.5, 4.2) as (figure, axes):
        axes.remove()
        left, right = figure.subplots(1, 2)
        reached = ""
        if single:
            _curve(fit, left, place, logarithmic)
            left.set_xlabel(label)
        elif by_compute(fit):
            reached = _frontier(fit, left, place)
            left.set_xlabel(label)
        else:
            left.scatter(fitted, fit.output, s=12, color=BLUE, label=f"{fit.count:,} rows")
            ends = [min(fitted.min(), fit.output.min()), max(fitted.max(), fit.output.max())]
            left.plot(ends, ends, color=VERMILION, linewidth=1.2, label="observed = fitted")
            left.set_xlabel(f"fitted {output}")
        if fit.space != "raw":
            set_log_scale(left.yaxis)
            if not (single or by_compute(fit)):
                set_log_scale(left.xaxis)
        left.set_ylabel(f"observed {output}")
        left.legend(fontsize=8, frameon=False)
        right.scatter(place, residuals, s=12, color=BLUE)
        right.axhline(0.0, color=VERMILION, linewidth=1.2)
        if logarithmic:
            set_log_scale(right.xaxis)
        right.set_xlabel(label)
        right.set_ylabel({"raw": "observed − fitted"}.get(fit.space, "log observed − log fitted"))
        alt = describe(fit) + reached
        title = f"{fit.law.title}: fit and residuals"
        svg = to_svg(figure, title=title, alt=alt)
    data: list[dict[str, Any]] = [
        {
            **{key: float(values[i]) for key, values in fit.inputs.items()},
            "observed": float(fit.output[i]),
            "fitted": float(fitted[i]),
            "residual": float(residuals[i]),
        }
        for i in range(fit.count)
    ]
    return Figure(name, svg, alt, data, title)


def _abscissa(fit: Fit) -> tuple[Array, str, bool]:
    """Return what residuals are drawn against, its label, and whether its axis is logarithmic."""
    if by_compute(fit):
        return 6 * fit.inputs["N"] * fit.inputs["D"], "training compute 6 N D (FLOP)", True
    first = fit.law.inputs[0]
    return fit.inputs[first.name], f"{first.name}: {first.meaning.split(';')[0].split(',')[0]}", first.positive


def _curve(fit: Fit, axes: Any, place: Array, logarithmic: bool) -> None:
    name = fit.law.inputs[0].name
    ends = np.log(place) if logarithmic else place
    span = float(np.ptp(ends))
    # losses, for one, are extrapolated downward
    before = 0.02 if logarithmic or name == "t" else _BEYOND
    grid = np.linspace(ends.min() - before * span, ends.max() + _BEYOND * span, _GRID)
    grid = np.exp(grid) if logarithmic else grid
    for end in (place.min(), place.max()) if before == _BEYOND else (place.max(),):
        axes.axvline(float(end), color=GREY, linewidth=0.8, linestyle=":")
    for kind, shade, words in (("next", 0.22, "next observation"), ("mean", 0.55, "fitted curve")):
        rows = fit.predict({name: grid}, (fit.level,), kind).rows  # type: ignore[arg-type]
        low, high = ([getattr(row, side) for row in rows] for side in ("lower", "upper"))
        axes.fill_between(
            grid, low, high, color=ORANGE, alpha=shade, linewidth=0, label=f"{words}, {100 * fit.level:g} %"
        )
    axes.plot(grid, [row.estimate for row in rows], color=VERMILION, linewidth=1.5, label="fit")
    axes.scatter(place, fit.output, s=14, color=BLUE, label=f"{fit.count:,} rows", zorder=3)
    if logarithmic:
        set_log_scale(axes.xaxis)


def by_compute(fit: Fit) -> bool:
    """Return whether the law is one of parameters and tokens, so that compute orders its runs."""
    return {"N", "D"} <= set(fit.inputs) <= {"N", "D", "U"}


def _frontier(fit: Fit, axes: Any, compute: Array) -> str:
    """Draw runs by compute and the loss of compute-optimal ones; return what it says at the far end."""
    grid = np.geomspace(compute.min(), compute.max() * _FURTHER, _FEW)
    rows = [row for row in allocate(fit, grid.tolist(), levels=(fit.level,)).rows if row.quantity == "loss"]
    low, high = ([getattr(row, side) for row in rows] for side in ("lower", "upper"))
    axes.axvline(float(compute.max()), color=GREY, linewidth=0.8, linestyle=":")
    axes.fill_between(
        grid, low, high, color=ORANGE, alpha=0.55, linewidth=0, label=f"compute-optimal, {100 * fit.level:g} %"
    )
    axes.plot(grid, [row.estimate for row in rows], color=VERMILION, linewidth=1.5, label="compute-optimal runs")
    axes.scatter(compute, fit.output, s=12, color=BLUE, label=f"{fit.count:,} rows", zorder=3)
    set_log_scale(axes.xaxis)
    last = rows[-1]
    return (
        f" Compute-optimal runs are expected to reach {last.estimate:.3g} ({100 * fit.level:g} % interval {last.lower:.3g} to "
        f"{last.upper:.3g}) at {format_quantity(float(grid[-1]), 'FLOP')}, {_FURTHER:g} times the largest compute fitted."
    )


def set_log_scale(axis: Any) -> None:
    """Make an axis logarithmic, with powers of ten as ticks where it spans several, else with plain numbers."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    low, high = (math.log10(limit) for limit in axis.get_view_interval())
    axis.set_minor_locator(NullLocator())
    if high - low < 2:
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        return
    step = max(1, math.ceil((high - low) / 7))
    powers = [10.0**power for power in range(math.ceil(low), math.floor(high) + 1) if power % step == 0]
    axis.set_major_locator(FixedLocator(powers))
    axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))


def describe(fit: Fit) -> str:
    """Return the alt text: what is drawn, and what follows from it."""
    scores = fit.scores
    worst = int(np.abs(fit.residuals).argmax())
    where = ", ".join(f"{name} {values[worst]:.3g}" for name, values in fit.inputs.items())
    return (
        f"Left, {fit.count} observed values and the fitted {fit.law.title}; right, their residuals, of standard deviation "
        f"{scores['residual_sd']:.2g}{'' if fit.space == 'raw' else ' on a log scale'}. The fit explains "
        f"{100 * scores['r2']:.1f} % of the variance. The largest residual is {fit.residuals[worst]:.2g}, at {where}."
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    return draw(open_fit(subject, options.seed), "law-fit")


ENTRY = Plot("a fitted law over its data, with its band beyond them, and the residuals", "FIT.json", _make)
