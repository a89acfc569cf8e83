"""Affordability over time: the compute of the frontier, and what constant budgets buy."""

from __future__ import annotations

import numpy as np

from forecast.figures.drawing import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Figure,
    canvas,
    power_of_ten,
    to_svg,
)
from forecast.figures.plotting import Plot, PlotOptions
from forecast.questions.afford import Affordability, afford
from forecast.settings import generator
from forecast.units import format_quantity

_COLOURS = (BLUE, GREEN, PURPLE, SKY, VERMILION)


def draw(found: Affordability, name: str) -> Figure:
    """Draw the frontier's line and the compute that each budget buys, with bands.

    Parameters
    ----------
    found : Affordability
        From :func:`forecast.questions.afford.afford`.
    name : str
        Identifier of the figure.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    years, bands = found.curve["years"], found.curve["bands"]
    data = []
    with canvas(8.0, 4.8) as (figure, axes):
        for place, (key, band) in enumerate(bands.items()):
            frontier = key == "frontier"
            label = "frontier" if frontier else format_quantity(float(key), "USD")
            colour = ORANGE if frontier else _COLOURS[(place - 1) % len(_COLOURS)]
            axes.fill_between(years, band[:, 0], band[:, 2], color=colour, alpha=0.2, linewidth=0)
            axes.plot(years, band[:, 1], color=colour, linewidth=2.2 if frontier else 1.6)
            axes.annotate(
                label, (years[-1], band[-1, 1]), xytext=(6, 0), textcoords="offset points", va="center", color=colour
            )
            data += [
                {"line": label, "year": float(year), "lower": float(low), "median": float(middle), "upper": float(high)}
                for year, (low, middle, high) in zip(years, band, strict=True)
            ]
        if years[-1] > found.curve["known"] + 0.01:
            axes.axvline(found.curve["known"], color=GREY, linewidth=1, linestyle=":")
            axes.text(
                found.curve["known"], 0.02, "last known prices ", transform=axes.get_xaxis_transform(), ha="right",
                fontsize=8, color=GREY,
            )  # fmt: skip
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlim(years[0], years[-1] + 0.14 * (years[-1] - years[0]))
        axes.set_ylabel("training compute (FLOP)")
        axes.set_xlabel(f"date; bands: {100 * found.curve['level']:g} % intervals")
        alt = describe(found)
        svg = to_svg(figure, title="What budgets buy, and the frontier", alt=alt)
    return Figure(name, svg, alt, data)


def describe(found: Affordability) -> str:
    """Return the alt text: both ends of each line."""
    years, bands = found.curve["years"], found.curve["bands"]
    parts = []
    for key, band in bands.items():
        label = "the frontier" if key == "frontier" else format_quantity(float(key), "USD")
        ends = [format_quantity(float(value), "FLOP") for value in np.asarray(band)[[0, -1], 1]]
        parts.append(f"{label} from {ends[0]} to {ends[1]}")
    return f"Training compute from {years[0]:.0f} to {years[-1]:.0f}: {'; '.join(parts)}."


def _make(subject: str, options: PlotOptions) -> Figure:
    budgets = [budget.strip() for budget in subject.split(",")]
    found = afford(budgets, options.by, levels=options.levels, draws=options.draws, rng=generator(options.seed))
    return draw(found, "affordability")


ENTRY = Plot("the compute of the frontier and what budgets buy, over time", "BUDGET[,BUDGET]", _make)
