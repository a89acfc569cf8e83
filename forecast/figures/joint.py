"""The joint forecast: metrics of the same draws against each other at the last date, with the present record's compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.figures.drawing import BLUE, GREY, STYLE, VERMILION, Figure, power_of_ten, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.units import format_quantity

if TYPE_CHECKING:
    import matplotlib.axes

    from forecast.generation.joint import NextGeneration

_SHOWN = {
    "compute_flop": "compute (FLOP)", "cost_usd": "cost ($)", "power_w": "power (W)", "carbon_operational_kg": "CO2 (kg)",
}  # fmt: skip
#: Draws beyond these quantiles would stretch the axes for a handful of points.
_EDGES = (0.002, 0.998)


def draw(found: NextGeneration, name: str = "joint") -> Figure:
    """Draw every pair of four metrics at the last date, one density a cell, medians as crosses.

    Parameters
    ----------
    found : NextGeneration
        The forecast.
    name : str
        Of the file.
    """
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    columns = list(_SHOWN)
    values = {metric: np.log10(found.draws[metric][:, -1]) for metric in columns}
    limits = {metric: tuple(np.quantile(values[metric], _EDGES)) for metric in columns}
    with plt.rc_context(STYLE):  # type: ignore[arg-type]  # the stubs list every key of one matplotlib version
        figure, grid = plt.subplots(len(columns), len(columns), figsize=(8.0, 8.0))
        for row, below in enumerate(columns):
            for column, across in enumerate(columns):
                axes = grid[row, column]
                if column > row:
                    axes.set_axis_off()
                    continue
                _cell(axes, values, limits, across, below)
                _label(axes, row, column, across, below, len(columns))
        alt = describe(found)
        svg = to_svg(figure, title="Joint forecast of the next frontier run", alt=alt)
    return Figure(name, svg, alt, _data(found))


def _cell(
    axes: matplotlib.axes.Axes, values: dict[str, np.ndarray], limits: dict[str, tuple[float, float]], across: str, below: str
) -> None:  # fmt: skip
    axes.set_xlim(*limits[across])
    if across == below:
        axes.hist(values[across], bins=40, range=limits[across], color=BLUE, alpha=0.6)
        axes.axvline(np.median(values[across]), color=VERMILION, linewidth=1.4)
        axes.set_yticks([])
        return
    axes.set_ylim(*limits[below])
    axes.hexbin(
        values[across],
        values[below],
        gridsize=20,
        extent=(*limits[across], *limits[below]),
        cmap="Blues",
        mincnt=1,
        linewidths=0.1,
    )
    axes.plot(
        np.median(values[across]),
        np.median(values[below]),
        marker="+",
        color=VERMILION,
        markersize=11,
        markeredgewidth=1.8,
    )


def _label(axes: matplotlib.axes.Axes, row: int, column: int, across: str, below: str, count: int) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    power = FuncFormatter(lambda value, _: power_of_ten(10.0**value))
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.xaxis.set_major_formatter(power)
    axes.tick_params(labelsize=7, colors=GREY, labelbottom=row == count - 1, labelleft=column == 0 and row > 0)
    if row > column:
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(power)
    if row == count - 1:
        axes.set_xlabel(_SHOWN[across], fontsize=8)
    if column == 0 and row > 0:
        axes.set_ylabel(_SHOWN[below], fontsize=8)
    if row == column:
        axes.set_title(_SHOWN[across], fontsize=8)


def _data(found: NextGeneration) -> list[dict[str, object]]:
    last = max(found.dates)
    return [
        {"metric": row.metric, "unit": row.unit, "level": row.level, "median": row.median, "lower": row.lower, "upper": row.upper}
        for row in found.rows
        if row.date == last and row.estimand == "member"
    ]  # fmt: skip


def describe(found: NextGeneration) -> str:
    """Return the alt text: what is drawn, and how strongly the metrics move together."""
    log = {metric: np.log10(found.draws[metric][:, -1]) for metric in _SHOWN}
    tied = np.corrcoef(log["compute_flop"], log["cost_usd"])[0, 1]
    loose = np.corrcoef(log["compute_flop"], log["power_w"])[0, 1]
    median = found.draws["compute_flop"][:, -1], found.draws["cost_usd"][:, -1]
    return (
        f"Draws of compute, cost, power and carbon of the next frontier run on {max(found.dates)} against each other. "
        f"Compute and cost move together (correlation {tied:.2f} of the logarithms), compute and power less "
        f"({loose:.2f}). Medians: {format_quantity(float(np.median(median[0])), 'FLOP')} and "
        f"{format_quantity(float(np.median(median[1])), 'USD')}."
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    from forecast.dates import parse_date
    from forecast.generation.joint import next_generation
    from forecast.settings import generator

    found = next_generation(
        options.by, region=subject, where=options.where, method=options.method, levels=options.levels,
        known_by=parse_date(options.known_by) if options.known_by else None,
        since=parse_date(options.since) if options.since else None, frontier=options.frontier or "top10",
        draws=options.draws, rng=generator(options.seed),
    )  # fmt: skip
    return draw(found)


ENTRY = Plot("compute, cost, power and carbon of the next generation against each other", "REGION", _make)
