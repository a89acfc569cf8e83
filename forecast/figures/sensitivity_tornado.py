"""Tornado: how far each choice moves the median of a forecast, the widest first, over the headline's interval."""

from __future__ import annotations

import math

from forecast.figures.drawing import BLUE, GREY, ORANGE, Figure, canvas, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.questions.sensitivity import Sensitivity, find_sensitivity
from forecast.units import format_quantity


def draw(sensitivity: Sensitivity, name: str) -> Figure:
    """Draw one bar per choice, from its lowest to its highest median.

    Parameters
    ----------
    sensitivity : Sensitivity
        From :func:`forecast.questions.sensitivity.vary`.
    name : str
        Identifier of the figure.
    """
    from matplotlib.ticker import FuncFormatter

    unit, headline = sensitivity.forecast.unit, sensitivity.headline
    bars = []
    for choice, variants in sensitivity.by_choice().items():
        ends = [*variants, headline]
        low, high = min(ends, key=lambda v: v.median), max(ends, key=lambda v: v.median)
        bars.append((math.log10(high.median / low.median), choice, low, high))
    bars.sort(key=lambda bar: bar[0])
    with canvas(8.0, 1.6 + 0.42 * len(bars)) as (figure, axes):
        axes.axvspan(headline.lower, headline.upper, color=ORANGE, alpha=0.18, linewidth=0)
        axes.axvline(headline.median, color=ORANGE, linewidth=1.6)
        for place, (_, _, low, high) in enumerate(bars):
            axes.plot([low.median, high.median], [place, place], color=BLUE, linewidth=9, solid_capstyle="butt")
            for variant, side in ((low, "right"), (high, "left")):
                if variant is not headline:
                    axes.annotate(
                        variant.setting, (variant.median, place), ha=side, va="center", fontsize=7.5, color=GREY,
                        xytext=(-4 if side == "right" else 4, 0), textcoords="offset points",
                    )  # fmt: skip
        axes.set_yticks(range(len(bars)), [bar[1] for bar in bars])
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_quantity(value, unit, digits=1)))
        low_end = min([headline.lower, *(bar[2].median for bar in bars)])
        high_end = max([headline.upper, *(bar[3].median for bar in bars)])
        axes.set_xlim(low_end / 3, high_end * 3)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(
            f"median on {sensitivity.date}; shaded: headline's {100 * sensitivity.level:g} % interval, log scale"
        )
        alt = _describe(sensitivity, bars[-1][1] if bars else "")
        svg = to_svg(figure, title=f"What moves the forecast of {sensitivity.forecast.title.lower()}", alt=alt)
    data = [
        {
            "choice": choice,
            "low": low.median,
            "low_setting": low.setting,
            "high": high.median,
            "high_setting": high.setting,
        }
        for _, choice, low, high in reversed(bars)
    ]
    return Figure(name, svg, alt, data)


def _describe(sensitivity: Sensitivity, widest: str) -> str:
    unit = sensitivity.forecast.unit
    low, high = sensitivity.envelope["median"]
    most = f" The choice that moves it most is {widest}." if widest else ""
    return (
        f"{sensitivity.forecast.title} on {sensitivity.date}: the headline's median is "
        f"{format_quantity(sensitivity.headline.median, unit)}; other choices move it from {format_quantity(low, unit)} "
        f"to {format_quantity(high, unit)}.{most}"
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    found = find_sensitivity(options.observations(subject), options.by, options.settings(), options.seed)
    return draw(found, f"sensitivity-{subject}")


ENTRY = Plot("how far other defensible choices move a forecast", "TARGET", _make)
