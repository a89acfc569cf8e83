"""IsoFLOP curves: the loss of every size at a training compute, with its band, and the best size with its interval."""

from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np

from forecast.errors import UsageError
from forecast.figures.drawing import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, Figure, canvas, to_svg
from forecast.figures.law_fit import set_log_scale
from forecast.figures.plotting import Plot, PlotOptions
from forecast.fitting.example import open_fit
from forecast.questions.allocation import Allocation, AllocationRow, allocate
from forecast.units import format_quantity

_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
#: Runs within this factor of a curve's compute are drawn on it.
_SAME_COMPUTE = 1.25


def draw(allocation: Allocation, name: str) -> Figure:
    """Draw the curves of an allocation.

    Parameters
    ----------
    allocation : Allocation
        Made with ``curve=True``.
    name : str
        Identifier of the figure.
    """
    fit = allocation.fit
    computes = list(dict.fromkeys(point.compute_flop for point in allocation.curve))
    level = allocation.curve[0].level
    with canvas(8.0, 4.8) as (figure, axes):
        ends = []
        for number, compute in enumerate(computes):
            colour = _COLOURS[number % len(_COLOURS)]
            points = [point for point in allocation.curve if point.compute_flop == compute]
            sizes = [point.parameters for point in points]
            axes.fill_between(
                sizes, [p.lower for p in points], [p.upper for p in points], color=colour, alpha=0.2, linewidth=0
            )
            axes.plot(sizes, [p.loss for p in points], color=colour, linewidth=1.6, label=_label(compute))
            near = np.abs(np.log(6 * fit.inputs["N"] * fit.inputs["D"] / compute)) < math.log(_SAME_COMPUTE)
            if near.any():
                axes.scatter(fit.inputs["N"][near], fit.output[near], s=14, color=colour, zorder=3)
            best = _best(allocation, compute)
            lowest = min(points, key=lambda p: p.loss)
            axes.plot([best.lower, best.upper], [lowest.loss] * 2, color=colour, linewidth=3, solid_capstyle="butt")
            axes.plot([best.estimate], [lowest.loss], marker="D", markersize=6, color=colour, markeredgecolor="white")
            ends.append(lowest.loss)
        bottom, top = min(ends), max(ends)
        # a curve far from its best size would flatten the rest
        reach = max(0.12 * top, 0.8 * (top - bottom))
        axes.set_ylim(bottom - 0.12 * (reach + top - bottom), top + reach)
        set_log_scale(axes.xaxis)
        axes.set_xlabel(
            f"parameters N, log scale\nbands and bars: {100 * level:g} % intervals; diamonds: the best size; "
            "points: runs of that compute"
        )
        axes.set_ylabel(f"loss {fit.law.output.name}")
        axes.legend(fontsize=8, frameon=False, loc="upper right")
        alt = describe(allocation, computes)
        title = f"IsoFLOP curves of the {fit.law.title} fit"
        svg = to_svg(figure, title=title, alt=alt)
    return Figure(name, svg, alt, [asdict(point) for point in allocation.curve], title)


def _label(compute: float) -> str:
    return format_quantity(compute, "FLOP")


def _best(allocation: Allocation, compute: float) -> AllocationRow:
    rows = [row for row in allocation.rows if row.quantity == "parameters" and row.compute_flop == compute]
    return max(rows, key=lambda row: row.level)


def describe(allocation: Allocation, computes: list[float]) -> str:
    """Return the alt text: the best sizes, and how flat the curves are around them."""
    parts = []
    for compute in computes:
        best = _best(allocation, compute)
        sizes = [format_quantity(value, "parameters") for value in (best.estimate, best.lower, best.upper)]
        parts.append(f"{sizes[0]} ({sizes[1]} to {sizes[2]}) at {_label(compute)}")
    points = [point for point in allocation.curve if point.compute_flop == computes[-1]]
    lowest = min(points, key=lambda p: p.loss)
    wide = [point.parameters for point in points if point.loss <= lowest.loss * 1.01]
    return (
        f"Loss by parameters at {len(computes)} training computes. The best size is {'; '.join(parts)}, with "
        f"{100 * allocation.curve[0].level:g} % intervals. At {_label(computes[-1])} any size from "
        f"{format_quantity(min(wide), 'parameters')} to {format_quantity(max(wide), 'parameters')} loses under 1 %."
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    fit = open_fit(subject, options.seed)
    if not {"N", "D"} <= set(fit.inputs):
        message = f"the law {fit.law.name} has no isoFLOP curve; it takes {', '.join(fit.inputs)}"
        raise UsageError(message, hint="give a fit of a law of N and D, such as chinchilla")
    compute = np.log10(6 * fit.inputs["N"] * fit.inputs["D"])
    low, high = math.ceil(compute.min()), math.floor(compute.max())
    step = max(1, math.ceil((high - low) / 4))
    decades = [10.0**power for power in range(low, max(high, low) + 1, step)]
    return draw(allocate(fit, [*decades, 10.0 ** (high + 1)], curve=True, levels=options.levels), "isoflop")


ENTRY = Plot(
    "the loss of every size at several training computes, and the best size with its interval", "FIT.json", _make
)
