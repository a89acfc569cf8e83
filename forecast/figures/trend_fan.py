"""The trend fan: frontier members, older rows that only rank, the fitted line, and both bands of the forecast."""

from __future__ import annotations

import math

from forecast.dates import decimal_year
from forecast.figures.drawing import BLUE, GREY, ORANGE, VERMILION, Figure, canvas, power_of_ten, records, to_svg
from forecast.questions.outlook import Outlook
from forecast.units import format_quantity


def draw(outlook: Outlook, name: str) -> Figure:
    """Draw the fan of an outlook.

    Parameters
    ----------
    outlook : Outlook
        From :func:`forecast.questions.outlook.look_out`.
    name : str
        Identifier of the figure.
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    forecast, fan = outlook.forecast, outlook.fan
    first = decimal_year(forecast.fit.first)
    with canvas() as (figure, axes):
        shown = outlook.models[outlook.models["year"] >= first - 3]
        for role, marker, size, colour, label in (
            ("other", ".", 8, "#bbbbbb", "other models (not fitted)"),
            ("history", "x", 16, GREY, "older models (rank only)"),
            ("member", "o", 20, BLUE, "frontier members (fitted)"),
        ):
            part = shown[shown["role"] == role]
            if len(part):
                axes.scatter(part["year"], part["size"], s=size, marker=marker, color=colour, label=label, linewidths=1)
        levels = sorted(fan["level"].unique(), reverse=True)
        for level, shade in zip(levels, (0.22, 0.45, 0.6, 0.7), strict=False):
            band = fan[fan["level"] == level]
            axes.fill_between(
                band["year"], band["lower"], band["upper"], color=ORANGE, alpha=shade, linewidth=0,
                label=f"next frontier model, {level:.0%} interval".replace("%", " %"),
            )  # fmt: skip
        band = fan[fan["level"] == levels[0]]
        axes.plot(band["year"], band["median"], color=VERMILION, linewidth=1.8, label="next frontier model, median")
        slope = math.log10(forecast.growth.factor_per_year)
        start = band["line"].iloc[0] * 10 ** (slope * (first - band["year"].iloc[0]))
        axes.plot(
            [first, band["year"].iloc[0]], [start, band["line"].iloc[0]], color=BLUE, linewidth=1.2, label="fitted line"
        )
        axes.axvline(band["year"].iloc[0], color=GREY, linewidth=0.8, linestyle=":")
        axes.annotate(
            "known",
            (band["year"].iloc[0], 0.02),
            xycoords=("data", "axes fraction"),
            ha="right",
            color=GREY,
            fontsize=8,
            xytext=(-3, 0),
            textcoords="offset points",
        )
        axes.annotate(
            "forecast",
            (band["year"].iloc[0], 0.02),
            xycoords=("data", "axes fraction"),
            ha="left",
            color=GREY,
            fontsize=8,
            xytext=(3, 0),
            textcoords="offset points",
        )
        axes.set_yscale("log")
        low, high = (math.log10(limit) for limit in axes.get_ylim())
        step = max(1, math.ceil((high - low) / 9))
        powers = [10.0**power for power in range(math.ceil(low), math.floor(high) + 1) if power % step == 0]
        axes.yaxis.set_major_locator(FixedLocator(powers))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel(f"{forecast.title}{f' ({forecast.unit})' if forecast.unit else ''}, log scale")
        axes.set_xlabel("date of publication")
        axes.legend(loc="upper left", fontsize=8, frameon=False)
        alt = describe(outlook)
        svg = to_svg(figure, title=f"{forecast.title} of frontier models", alt=alt)
    return Figure(name, svg, alt, records(fan))


def describe(outlook: Outlook) -> str:
    """Return the alt text: what is drawn, and what follows from it."""
    forecast = outlook.forecast
    level = max(row.level for row in forecast.rows)
    last = forecast.select("member", level, max(forecast.dates))
    known = (outlook.models["role"] == "history").sum()
    return (
        f"{forecast.title} of {forecast.fit.n} frontier models from {forecast.fit.first.year} to "
        f"{forecast.fit.last.year} on a logarithmic axis, growing {forecast.growth.factor_per_year:.1f}-fold a year"
        f"{f', with {known} older models that only rank' if known else ''}. By {last.date} the next frontier model is "
        f"expected at {format_quantity(last.median, forecast.unit)}, with a {level:.0%} interval from "
        f"{format_quantity(last.lower, forecast.unit)} to {format_quantity(last.upper, forecast.unit)}."
    )


ENTRY = draw
