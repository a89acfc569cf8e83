"""What is known about a claim: models over time on a logarithmic axis, the fitted lines, and what was stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.figures.drawing import BLUE, GREY, ORANGE, VERMILION, Figure, canvas, to_svg
from forecast.figures.labels import at_the_end, beside_points
from forecast.units import format_quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from forecast.questions.examining.examined import Evidence

_LINES = (GREY, BLUE)
#: So few points are all named, whatever is near.
_FEW = 3


def draw(evidence: Evidence, name: str) -> Figure:
    """Draw it.

    Parameters
    ----------
    evidence : Evidence
        Of a claim, from :func:`forecast.questions.article.examine_article`.
    name : str
        Identifier of the figure.
    """
    alt = describe(evidence)
    strong = evidence.prominent
    with canvas() as (figure, axes):
        for chosen, size, colour, kind in (
            (~strong, 9, "#b0b0b0", evidence.kinds[1]),
            (strong, 26, BLUE, evidence.kinds[0]),
        ):
            axes.scatter(evidence.year[chosen], evidence.value[chosen], s=size, color=colour, label=kind, linewidths=0)
        ends: list[tuple[float, str, str]] = []
        colours = _LINES[-len(evidence.lines) :] if len(evidence.lines) > 1 else (VERMILION,)
        for line, colour in zip(evidence.lines, colours, strict=True):
            axes.plot(line.year, line.value, color=colour, linewidth=1.4)
            if line.lower is not None and line.upper is not None:
                axes.fill_between(
                    line.year, line.lower, line.upper, color=ORANGE, alpha=0.25, linewidth=0, label=line.band
                )
            ends.append((float(line.value[-1]), line.label, colour))
        if evidence.stated is not None:
            stated = evidence.stated
            axes.plot(
                stated.year, stated.value, color=VERMILION, marker="D", linestyle="--", linewidth=1.2, label=stated.label
            )  # fmt: skip
        _set_axes(axes, evidence)
        figure.draw_without_rendering()  # so that labels know where things are
        axes.legend(loc="best", fontsize=8, frameon=False)
        _name_points(axes, evidence)
        at_the_end(axes, max(float(line.year[-1]) for line in evidence.lines), ends)
        svg = to_svg(figure, title=evidence.title, alt=alt)
    data = [
        {"model": model, "year": float(year), "value": float(value), "unit": evidence.unit, "kind": evidence.kinds[0 if marked else 1]}
        for model, year, value, marked in zip(evidence.names, evidence.year, evidence.value, strong, strict=True)
    ]  # fmt: skip
    lines = [
        {"line": line.label, "year": float(year), "value": float(value)}
        for line in (*evidence.lines, *([evidence.stated] if evidence.stated else []))
        for year, value in zip(line.year, line.value, strict=True)
    ]
    return Figure(name, svg, alt, data, evidence.title, {"models": data, "lines": lines})


def _name_points(axes: Axes, evidence: Evidence) -> None:
    """Name the strong points: all where they are few, else the highest that have room."""
    strong = evidence.prominent
    order = np.argsort(-evidence.value[strong], kind="stable")
    year, value = evidence.year[strong][order], evidence.value[strong][order]
    names = [str(evidence.names[at]) for at in np.flatnonzero(strong)[order]]
    if len(names) > _FEW:
        beside_points(axes, year, value, names)
        return
    for at, height, name in zip(year, value, names, strict=True):
        lift = 4 if height > np.median(evidence.value) else -12
        axes.annotate(name, (at, height), xytext=(6, lift), textcoords="offset points", fontsize=8, color="#333333")


def _set_axes(axes: Axes, evidence: Evidence) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(numticks=9))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_quantity(value, evidence.unit, digits=1)))
    left, right = axes.get_xlim()
    years = MaxNLocator(integer=True).tick_values(left, right)
    axes.xaxis.set_major_locator(FixedLocator([year for year in years if left <= year <= right]))
    axes.set_xlim(left, right + 0.16 * (right - left))  # room for what is written at the end
    axes.set_xlabel("date of publication")
    axes.set_ylabel(f"{evidence.axis}, log scale")


def describe(evidence: Evidence) -> str:
    """Return the alt text: what is drawn, and where the lines begin and end."""
    parts = [
        f"{line.label} from {format_quantity(float(line.value[0]), evidence.unit)} in {int(line.year[0])} to "
        f"{format_quantity(float(line.value[-1]), evidence.unit)} in {int(line.year[-1])}"
        for line in (*evidence.lines, *([evidence.stated] if evidence.stated else []))
    ]
    return f"{evidence.title}: {len(evidence.value)} models on a logarithmic axis. Lines: {'; '.join(parts)}."


ENTRY = draw
