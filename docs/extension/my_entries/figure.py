"""A figure: how the members of a trend are spread over the years."""

from __future__ import annotations

from forecast.figures.drawing import BLUE, Figure, canvas, to_svg
from forecast.figures.plotting import Plot, PlotOptions


def draw(target: str, options: PlotOptions) -> Figure:
    """Return the drawing, with alt text that states the finding and the numbers that were drawn."""
    forecast = options.outlook(target).forecast
    span = (forecast.fit.last - forecast.fit.first).days / 365.25
    with canvas(6, 2) as (figure, axes):
        axes.barh([0], [span], color=BLUE)
        axes.set_xlabel("years from the first to the last model")
        axes.set_yticks([])
        alt = f"{forecast.fit.n} models of {forecast.title.lower()} span {span:.1f} years."
        svg = to_svg(figure, title=f"Span of {forecast.title.lower()}", alt=alt)
    return Figure("ages", svg, alt, [{"models": forecast.fit.n, "years": span}], "Span of the models")


ENTRY = Plot("Span of the models of a target", "TARGET", draw)
