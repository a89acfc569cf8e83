"""The trend fan: frontier members, older rows that only rank, the fitted line, and both bands of the forecast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from forecast.dates import decimal_year
from forecast.figures._trend_fan_choices import ESTIMANDS, FITTED, ROLES, first_shown, interactive
from forecast.figures.drawing import BLUE, GREY, ORANGE, VERMILION, Figure, canvas, power_of_ten, records, to_svg
from forecast.figures.interaction import web_address
from forecast.figures.labels import at_the_end, beside_points
from forecast.figures.plotting import Plot, PlotOptions
from forecast.questions.outlook import Outlook
from forecast.units import format_quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ALPHA = (0.22, 0.45, 0.6, 0.7)
_MARKS = {"other": (".", 8, "#b0b0b0"), "history": ("x", 16, GREY), "member": ("o", 20, BLUE)}


def draw(outlook: Outlook, name: str) -> Figure:
    """Draw the fan of an outlook.

    Parameters
    ----------
    outlook : Outlook
        From :func:`forecast.questions.outlook.look_out`.
    name : str
        Identifier of the figure.
    """
    forecast = outlook.forecast
    title, alt = f"{forecast.title} of frontier models", describe(outlook)
    fan = outlook.fan[outlook.fan["estimand"] == "member"]
    with canvas() as (figure, axes):
        shown = outlook.models[outlook.models["year"] >= first_shown(outlook)]
        for role, (marker, size, colour) in _MARKS.items():
            part = shown[shown["role"] == role]
            if len(part):
                label = f"{len(part)} models: {ROLES[role]}" if role == "member" else f"models: {ROLES[role]}"
                axes.scatter(part["year"], part["size"], s=size, marker=marker, color=colour, label=label, linewidths=1)
        line = _line(outlook)
        axes.plot(line["year"], line["median"], color=BLUE, linewidth=1.2, label="fitted line")
        ends = _draw_fan(axes, fan, forecast.unit)
        _set_axes(axes, outlook)
        figure.draw_without_rendering()  # so that labels know where things are
        handles, _ = axes.get_legend_handles_labels()
        axes.legend(handles=handles[::-1], loc="upper left", fontsize=8, frameon=False, handlelength=1.4)
        records_set = _records_set(shown)
        beside_points(axes, records_set["year"], records_set["size"], records_set["name"])
        at_the_end(axes, float(fan["year"].max()), ends)
        svg = to_svg(figure, title=title, alt=alt)
    tables = _tables(outlook)
    return Figure(name, svg, alt, tables["forecast"], title, tables, interactive(outlook, _axis_title(outlook)))


def _draw_fan(axes: Axes, fan: pd.DataFrame, unit: str) -> list[tuple[float, str, str]]:
    """Draw bands and median; return what to write at their ends: height, text, colour."""
    levels = sorted(fan["level"].unique(), reverse=True)
    ends: list[tuple[float, str, str]] = []
    for number, level in enumerate(levels):
        band = fan[fan["level"] == level]
        alpha = _ALPHA[min(number, len(_ALPHA) - 1)]
        axes.fill_between(band["year"], band["lower"], band["upper"], color=ORANGE, alpha=alpha, linewidth=0)
        for bound in ("upper", "lower"):
            value = float(band[bound].iloc[-1])
            ends.append((value, f"{100 * level:.3g} %  {format_quantity(value, unit)}", "#8a5a00"))
    axes.plot(band["year"], band["median"], color=VERMILION, linewidth=1.8)
    last = float(band["median"].iloc[-1])
    # The median comes first: where there is no room for all, the outer bounds give way.
    return [(last, f"median {format_quantity(last, unit)}", "#a84300"), *ends]


def _set_axes(axes: Axes, outlook: Outlook) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    forecast = outlook.forecast
    start = float(outlook.fan["year"].iloc[0])
    axes.axvline(start, color=GREY, linewidth=0.8, linestyle=":")
    for text, side, offset in (("known", "right", -3), ("next frontier model", "left", 3)):
        axes.annotate(
            text, (start, 0.015), xycoords=("data", "axes fraction"), ha=side, color=GREY, fontsize=8,
            xytext=(offset, 0), textcoords="offset points",
        )  # fmt: skip
    left, right = axes.get_xlim()
    axes.set_xlim(left, right + 0.16 * (right - left))  # room for what is written at the end
    axes.set_yscale("log")
    low, high = (math.log10(limit) for limit in axes.get_ylim())
    step = max(1, math.ceil((high - low) / 9))
    powers = [10.0**power for power in range(math.ceil(low), math.floor(high) + 1) if power % step == 0]
    if len(powers) > 1:
        axes.yaxis.set_major_locator(FixedLocator(powers))
        axes.yaxis.set_minor_locator(NullLocator())
    written = forecast.unit not in ("", "FLOP", "FLOP/s")
    axes.yaxis.set_major_formatter(
        FuncFormatter(
            lambda value, _: format_quantity(value, forecast.unit, digits=1) if written else power_of_ten(value)
        )
    )
    years = MaxNLocator(integer=True).tick_values(left, float(outlook.fan["year"].max()))
    axes.xaxis.set_major_locator(FixedLocator([year for year in years if left <= year <= right]))
    axes.set_ylabel(_axis_title(outlook) + ", log scale")
    axes.set_xlabel("date of publication")


def _axis_title(outlook: Outlook) -> str:
    forecast = outlook.forecast
    title = forecast.title if len(forecast.title) <= 40 else forecast.title[:39] + "…"
    told = forecast.title.lower() == forecast.unit or "dollars" in forecast.title
    return title if told or not forecast.unit else f"{title} ({forecast.unit})"


def _line(outlook: Outlook) -> pd.DataFrame:
    """Return both ends of the fitted line, from the first member to the last known day."""
    forecast, start = outlook.forecast, outlook.fan.iloc[0]
    first = decimal_year(forecast.fit.first)
    slope = math.log10(forecast.growth.factor_per_year)
    value = start["line"] * 10 ** (slope * (first - start["year"]))
    dates = [str(forecast.fit.first), str(start["date"])]
    return pd.DataFrame(
        {"date": dates, "year": [first, start["year"]], "estimand": FITTED, "median": [value, start["line"]]}
    )


def _records_set(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the fitted models that were the largest when published, the latest first."""
    ordered = shown.sort_values("year", kind="stable")
    largest = ordered["size"].cummax()
    new = ordered["size"] > largest.shift(fill_value=0.0)
    return ordered[new & (ordered["role"] == "member")].iloc[::-1]


def _tables(outlook: Outlook) -> dict[str, list[dict[str, Any]]]:
    unit = outlook.forecast.unit
    order = list(ROLES)
    models = outlook.models.assign(rank=outlook.models["role"].map(order.index))
    models = models.sort_values(["rank", "year"], ascending=[True, False], kind="stable")
    fan = [
        row | {
            "date": str(row["date"]), "estimand": ESTIMANDS[row["estimand"]],
            "interval": f"{format_quantity(row['lower'], unit)} to {format_quantity(row['upper'], unit)}",
        }
        for row in records(outlook.fan.drop(columns="line"))
    ]  # fmt: skip
    return {
        "forecast": [*fan, *records(_line(outlook))],
        "models": [
            {
                "model": row["name"], "date": str(row["date"]), "year": row["year"], "value": row["size"],
                "shown": format_quantity(row["size"], unit), "role": ROLES[row["role"]],
                "obtained": row["status"] or "not stated", "domain": row["domain"], "source": web_address(row["link"]),
            }
            for row in records(models)
        ],
    }  # fmt: skip


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
        f"expected at {format_quantity(last.median, forecast.unit)}, with a {100 * level:.3g} % interval from "
        f"{format_quantity(last.lower, forecast.unit)} to {format_quantity(last.upper, forecast.unit)}."
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    outlook = options.outlook(subject)
    return draw(outlook, outlook.forecast.target)


ENTRY = Plot("a metric by date of publication, its fitted line, and where the next models may fall", "TARGET", _make)
