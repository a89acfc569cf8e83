"""The tornado: how far a quantity moves when one input moves over its 90 % range, the widest bar on top."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.costs.attribution import Swing
from forecast.costs.estimation import estimate_file
from forecast.costs.graph import quantity
from forecast.costs.result import Result
from forecast.errors import UsageError
from forecast.figures.drawing import BLUE, GREY, ORANGE, Figure, canvas, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.units import format_quantity

_BARS = 10


def draw(result: Result, swings: Sequence[Swing], name: str) -> Figure:
    """Draw the tornado of a quantity.

    Parameters
    ----------
    result : Result
        The quantity.
    swings : sequence of Swing
        From :class:`forecast.costs.estimation.Estimate`.
    name : str
        Identifier of the figure.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    ordered = sorted(swings, key=lambda swing: abs(swing.high - swing.low))[-_BARS:]
    ordered = [swing for swing in ordered if swing.high != swing.low]
    with canvas(8.0, 1.4 + 0.42 * len(ordered)) as (figure, axes):
        for row, swing in enumerate(ordered):
            for end, colour in ((swing.low, BLUE), (swing.high, ORANGE)):
                axes.barh(row, end - swing.middle, left=swing.middle, color=colour, height=0.62)
            right = max(swing.low, swing.high, swing.middle)
            share = "under 1 %" if swing.share < 0.01 else f"{100 * swing.share:.0f} %"
            axes.annotate(
                f"{share} of the variance", (right, row), xytext=(5, 0),
                textcoords="offset points", va="center", fontsize=8, color=GREY,
            )  # fmt: skip
        axes.axvline(ordered[0].middle, color=GREY, linewidth=1)
        axes.set_yticks(range(len(ordered)), [quantity(swing.input).title for swing in ordered])
        axes.grid(axis="y", visible=False)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_quantity(value, result.unit)))
        low, high = axes.get_xlim()
        axes.set_xlim(low, high * (high / low) ** 0.35)  # room for the labels
        axes.set_xlabel(f"{result.title}, log scale (blue: input low, orange: input high)")
        alt = describe(result, list(reversed(ordered)))
        svg = to_svg(figure, title=f"What moves {result.title}", alt=alt)
    data = [
        {
            "input": swing.input,
            "low": swing.low,
            "middle": swing.middle,
            "high": swing.high,
            "share_of_variance": swing.share,
        }
        for swing in reversed(ordered)
    ]
    return Figure(name, svg, alt, data)


def describe(result: Result, swings: Sequence[Swing]) -> str:
    """Return the alt text: the median and the widest bars."""
    unit = result.unit
    parts = [
        f"{quantity(swing.input).title} moves it from {format_quantity(min(swing.low, swing.high), unit)} to "
        f"{format_quantity(max(swing.low, swing.high), unit)}"
        for swing in swings[:3]
    ]
    return (
        f"{result.title}: median {format_quantity(result.median, unit)}. With one input at a time over its 90 % range, "
        f"{'; '.join(parts)}."
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    found = estimate_file(subject, levels=options.levels, draws=options.draws, seed=options.seed)
    name = next((name for name in ("cost_usd", *found.swings) if found.swings.get(name)), None)
    if name is None:
        message = f"{subject}: nothing in this plan is uncertain, so there is nothing to draw"
        raise UsageError(message)
    return draw(found[name], found.swings[name], f"tornado-{name}")


ENTRY = Plot("which input moves the cost of a planned run most", "PLAN.toml", _make)
