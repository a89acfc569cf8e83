"""What a planned run costs by component, rented and owned, with intervals."""

from __future__ import annotations

from forecast.costs.estimation import estimate
from forecast.costs.plan import RunPlan, read_plan
from forecast.costs.result import Estimate, Result
from forecast.errors import UsageError
from forecast.figures.drawing import BLUE, GREEN, GREY, ORANGE, SKY, Figure, canvas, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.settings import generator
from forecast.units import format_interval, format_quantity

_PARTS = {
    "cost_rental_usd": ("rental", BLUE),
    "cost_hardware_usd": ("hardware used up, owned", ORANGE),
    "cost_energy_usd": ("electricity, owned", SKY),
    "cost_staff_usd": ("staff", GREEN),
}


def parts_of(found: Estimate) -> list[tuple[str, Result]]:
    """Return the components of the cost that follow, with what they are called."""
    return [(title, found.results[name]) for name, (title, _) in _PARTS.items() if name in found.results]


def draw(found: Estimate, name: str) -> Figure:
    """Draw one bar per component, with a whisker over its widest interval.

    Parameters
    ----------
    found : Estimate
        From :func:`forecast.costs.estimation.estimate`.
    name : str
        Identifier of the figure.
    """
    from matplotlib.ticker import FuncFormatter

    parts = parts_of(found)
    colours = [colour for key, (_, colour) in _PARTS.items() if key in found.results]
    with canvas(8.0, 1.2 + 0.5 * len(parts)) as (figure, axes):
        for row, ((_, result), colour) in enumerate(zip(parts, colours, strict=True)):
            widest = result.intervals[-1]
            axes.barh(row, result.median, color=colour, height=0.6)
            axes.plot([widest.lower, widest.upper], [row, row], color=GREY, linewidth=1.6, marker="|", markersize=9)
            axes.annotate(
                format_quantity(result.median, "USD"), (widest.upper, row), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize=9,
            )  # fmt: skip
        axes.set_yticks(range(len(parts)), [title for title, _ in parts])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xlim(0, 1.15 * max(result.intervals[-1].upper for _, result in parts))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_quantity(value, "USD", digits=2)))
        level = parts[0][1].intervals[-1].level
        axes.set_xlabel(f"dollars; whiskers: {100 * level:g} % interval")
        alt = describe(found)
        svg = to_svg(figure, title="What the run costs", alt=alt)
    data = [
        {
            "part": title,
            "median": result.median,
            "lower": result.intervals[-1].lower,
            "upper": result.intervals[-1].upper,
        }
        for title, result in parts
    ]
    return Figure(name, svg, alt, data)


def describe(found: Estimate) -> str:
    """Return the alt text: each component with its interval."""
    texts = [
        f"{title} {format_quantity(result.median, 'USD')} ({format_interval(result.intervals[-1].lower, result.intervals[-1].upper, 'USD')})"
        for title, result in parts_of(found)
    ]
    return f"Cost of the run by component: {', '.join(texts)}."


def _make(subject: str, options: PlotOptions) -> Figure:
    plan = RunPlan.read(read_plan(subject))
    found = estimate(plan, levels=options.levels, draws=options.draws, rng=generator(options.seed))
    if not parts_of(found):
        message = f"{subject}: no cost follows from this plan"
        raise UsageError(message, hint="give a chip or a price")
    return draw(found, "cost-parts")


ENTRY = Plot("what a planned run costs by component, rented and owned", "PLAN.toml", _make)
