"""The waterfall: from the footprint of one run to that of another, one factor after the other, on a log scale."""

from __future__ import annotations

from forecast.errors import UsageError
from forecast.figures.drawing import BLUE, GREY, ORANGE, Figure, canvas, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.questions.decompose import Decomposition, decompose_models
from forecast.units import format_quantity


def draw(found: Decomposition, name: str) -> Figure:
    """Draw the steps from the second run's footprint to the first's.

    Parameters
    ----------
    found : Decomposition
        From :func:`forecast.questions.decompose.decompose_models`.
    name : str
        Identifier of the figure.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    one, two = found.footprints
    labels = [found.second.model, *(factor.title for factor in found.factors), found.first.model]
    data, level = [], two
    with canvas(8.0, 1.3 + 0.5 * len(labels)) as (figure, axes):
        floor = min(one, two) / 3
        for row, factor in enumerate(found.factors, start=1):
            after = level * factor.ratio
            floor = min(floor, after / 3)
            colour = ORANGE if factor.ratio > 1 else BLUE
            axes.barh(row, after - level, left=level, color=colour, height=0.6)
            axes.plot([after, after], [row - 0.3, row + 1.3], color=GREY, linewidth=0.8)
            axes.annotate(
                f"× {factor.ratio:.3g}", (max(level, after), row), xytext=(5, 0), textcoords="offset points", va="center",
                fontsize=9, color=GREY,
            )  # fmt: skip
            data.append({"factor": factor.name, "ratio": factor.ratio, "from": level, "to": after})
            level = after
        for row, value in ((0, two), (len(labels) - 1, one)):
            axes.barh(row, value - floor, left=floor, color="#999999", height=0.6)
            axes.annotate(
                format_quantity(value, found.unit, digits=3), (value, row), xytext=(5, 0), textcoords="offset points",
                va="center", fontsize=9, fontweight="bold",
            )  # fmt: skip
        axes.plot([two, two], [0.3, 1.3], color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0,) if max(one, two) / floor > 1e3 else (1.0, 2.0, 5.0)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_quantity(value, found.unit, digits=1)))
        high = max([one, two, *(float(step["to"]) for step in data)])  # type: ignore[arg-type]
        axes.set_xlim(floor, high * (high / floor) ** 0.18)
        axes.set_xlabel(f"{found.title}, log scale; orange: more, blue: less")
        alt = describe(found)
        svg = to_svg(figure, title=f"From {found.second.model} to {found.first.model}", alt=alt)
    return Figure(name, svg, alt, data)


def describe(found: Decomposition) -> str:
    """Return the alt text: both footprints and the steps between them."""
    one, two = (format_quantity(value, found.unit, digits=3) for value in found.footprints)
    steps = ", ".join(f"{factor.title} × {factor.ratio:.3g}" for factor in found.factors)
    return f"{found.title.capitalize()} from {two} ({found.second.model}) to {one} ({found.first.model}): {steps}."


def _make(subject: str, options: PlotOptions) -> Figure:
    names = [name.strip() for name in subject.split(",")]
    if len(names) != 2:
        message = f"{subject!r} does not name two models"
        raise UsageError(message, hint="write them with a comma: forecast plot waterfall BLOOM,GPT-3")
    return draw(decompose_models(*names), "waterfall")


ENTRY = Plot("what makes the footprint of one model larger than another's", "MODEL,MODEL", _make)
