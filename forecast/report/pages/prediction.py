"""The short answer of `forecast predict`: what was asked, intervals by date, growth, and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from forecast.report.document import Answer, Block, Document, Section, Table, Text
from forecast.trends.methods import METHODS
from forecast.trends.result import Estimand, Forecast
from forecast.units import format_interval, format_quantity

#: How an estimand is called in tables.
ESTIMAND_NAMES: dict[str, str] = {"member": "next frontier model", "record": "record so far", "trend": "trend line"}


def prediction_answer(forecast: Forecast, *, all_estimands: bool = False) -> Answer:
    """Return the answer; with `all_estimands` the table shows the other estimands beside the one asked for."""
    shown: tuple[Estimand, ...] = ("member", "record", "trend") if all_estimands else (forecast.estimand,)
    blocks: list[Block] = [
        interval_table(forecast, shown),
        Text(growth_sentence(forecast)),
        Text(basis_sentence(forecast)),
    ]
    if forecast.backtest:
        blocks.append(Text(record_sentence(forecast.backtest), strong=True))
    return Answer(
        schema="forecast/predict/1",
        result=forecast.to_dict(),
        document=Document(f"{forecast.title} of frontier models", [Section("", blocks)]),
        notes=forecast.notes,
        provenance=forecast.provenance.to_dict(),
        explains=(METHODS.module(forecast.method), "forecast.data.frontier", "forecast.trends.hindcast"),
        topics=("backtest", *(["data:models"] if "models" in forecast.provenance.data else [])),
        next_command=f"forecast backtest {forecast.target}" if "models" in forecast.provenance.data else "",
    )


def interval_table(forecast: Forecast, estimands: Sequence[Estimand]) -> Table:
    """Return median and intervals by date and estimand, levels in the headings."""
    levels = sorted({row.level for row in forecast.rows})
    rows = []
    for date in forecast.dates:
        for estimand in estimands:
            picked = [forecast.select(estimand, level, date) for level in levels]
            cells = [format_interval(row.lower, row.upper, forecast.unit) for row in picked]
            rows.append(
                [format_date(date), ESTIMAND_NAMES[estimand], format_quantity(picked[0].median, forecast.unit), *cells]
            )
    headings = [f"{percent(level)} interval" for level in levels]
    return Table(["date", "estimand", "median", *headings], rows, numeric=("median",))


def percent(share: float) -> str:
    """Return a share as text.

    Examples
    --------
    >>> percent(0.9), percent(0.995)
    ('90 %', '99.5 %')
    """
    return f"{100 * share:.3g} %"


def format_date(date: dt.date) -> str:
    """Return ``"1 Jan 2028"``, whatever the locale."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{date.day} {months[date.month - 1]} {date.year}"


def growth_sentence(forecast: Forecast) -> str:
    """Return growth with its interval, doubling time and how often such intervals held."""
    from forecast.data.constants import constant

    growth = forecast.growth
    doubling = (
        f"doubling every {growth.doubling_months:.2g} months" if growth.factor_per_year > 1 else "so it does not double"
    )
    return (
        f"Growth of the trend line: ×{growth.factor_per_year:.2f} a year "
        f"({percent(growth.level)} confidence interval {growth.lower:.2f} to {growth.upper:.2f}, {growth.method}), {doubling}. "
        f"Such an interval held the growth of the next three years in only about "
        f"{percent(constant('growth_interval_hit_share'))} of past cases."
    )


def held(row: Mapping[str, Any]) -> str:
    """Return coverage with its standard error as text.

    Examples
    --------
    >>> held({"coverage": 0.931, "coverage_se": 0.042})
    '93 % ± 4'
    """
    return f"{100 * row['coverage']:.0f} % ± {100 * row['coverage_se']:.0f}"


def record_sentence(row: Mapping[str, Any]) -> str:
    """Return the track record of a method in one sentence.

    Examples
    --------
    >>> row = {"level": 0.9, "coverage": 0.93, "coverage_se": 0.04, "n": 312, "clusters": 7, "horizon_years": 3.0}
    >>> record_sentence(row)
    'Track record: 90 % intervals made this way held 93 % ± 4 of 312 later models (7 past origins, up to 3 years ahead).'
    """
    origins = f"{row['clusters']} past origin{'s' if row['clusters'] != 1 else ''}"
    return (
        f"Track record: {percent(row['level'])} intervals made this way held {held(row)} of {row['n']} later models "
        f"({origins}, up to {row['horizon_years']:g} years ahead)."
    )


def basis_sentence(forecast: Forecast) -> str:
    """Return what was fitted, how, and up to when anything is known."""
    fit = forecast.fit
    unit = f" ({forecast.unit})" if forecast.unit else ""
    return (
        f"From {fit.n} models{unit}, {format_date(fit.first)} to {format_date(fit.last)}, frontier rule {fit.frontier}; "
        f"method {forecast.method}: {forecast.method_summary}{_why(forecast)}. R² of the line {fit.r2:.2f}, residual "
        f"{fit.residual_sd_oom:.2f} orders of magnitude. Nothing later than {format_date(forecast.origin)} is known to it."
    )


def _why(forecast: Forecast) -> str:
    return f" ({forecast.method_reason})" if forecast.method_reason not in ("", "asked for") else ""
