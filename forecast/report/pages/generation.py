"""The answer of `forecast next`: every metric by date from the same draws, what may bind, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forecast.data.dataset import load_dataset
from forecast.figures.joint import draw as draw_joint
from forecast.generation.chain import METRICS
from forecast.generation.hindcast import HORIZON_YEARS, ORIGINS, joint_record, record_key
from forecast.generation.joint import NextGeneration
from forecast.generation.limits import limits
from forecast.provenance import Provenance
from forecast.report.document import Answer, Block, Bullets, Document, Section, Table, Text
from forecast.report.pages.prediction import ESTIMAND_NAMES, format_date, format_interval, held, percent
from forecast.trends.choices import AUTO
from forecast.units import format_quantity

_RECORD_NAME = "largest run so far"


def generation_answer(found: NextGeneration) -> Answer:
    """Return the answer."""
    sections = [
        Section("", [Text(generation_sentence(found), strong=True), joint_table(found, shown=("member",))]),
        Section("What may bind", [limits_table(found)]),
        Section("Track record", [record_table(found.record)]),
        Section("What it rests on", [Text(basis(found)), links_table(found)]),
    ]
    return Answer(
        schema="forecast/next/1",
        result=found.to_dict(),
        document=Document("The next generation of frontier models", sections),
        notes=found.notes,
        provenance=found.provenance.to_dict(),
        explains=tuple(
            f"forecast.generation.{name}"
            for name in ("joint", "chain", "links", "surroundings", "limits", "measurement")
        ),
        topics=("data:models", "cost", "carbon", "water"),
        next_command="forecast report -o report.html",
    )


def generation_blocks(found: NextGeneration) -> list[Block]:
    """Return the blocks of a report's chapter: sentence, both estimands, figure, limits and links."""
    return [
        Text(generation_sentence(found), strong=True),
        joint_table(found, shown=("member", "record")),
        draw_joint(found),
        limits_table(found),
        limit_sources(),
        Text(basis(found)),
        record_table(found.record),
        links_table(found),
    ]


def record_answer(seed: int) -> Answer:
    """Return the track record of the coherent forecast, computed anew."""
    rows = joint_record(seed=seed)
    settings = {"origins": list(ORIGINS), "horizon_years": HORIZON_YEARS, "method": AUTO}
    provenance = Provenance(seed=seed, data={"models": load_dataset("models").digest}, settings=settings)
    return Answer(
        schema="forecast/next-backtest/1",
        result={"rows": rows, "key": record_key()},
        document=Document("Track record of the coherent forecast", [Section("", [record_table(rows)])]),
        provenance=provenance.to_dict(),
    )


def record_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return how often the intervals of each metric held, and how far its medians were off."""
    levels = sorted({row["level"] for row in rows})
    cells = []
    for metric in dict.fromkeys(row["metric"] for row in rows):
        own = {row["level"]: row for row in rows if row["metric"] == metric}
        first = own[levels[0]]
        shares = [held(own[level]) for level in levels]
        cells.append(
            [METRICS[metric][1], str(first["n"]), *shares, f"{first['crps']:.2f}", f"{first['bias_oom']:+.2f}"]
        )
    caption = (
        f"The coherent forecast run on 1 January of {ORIGINS[0]} to {ORIGINS[-1]} with what was published by then, scored on the "
        f"frontier models of the next {HORIZON_YEARS} years that state each metric; ± is a standard error clustered by origin."
    )
    columns = ["metric", "models", *(f"{percent(level)} held" for level in levels), "CRPS (OOM)", "bias (OOM)"]
    return Table(columns, cells, caption, tuple(columns[1:]))


def generation_sentence(found: NextGeneration) -> str:
    """Return the last date in one sentence."""
    date, level = max(found.dates), max(row.level for row in found.rows)

    def about(metric: str) -> str:
        row = found.select(metric, "member", level, date)
        return f"{format_quantity(row.median, row.unit)} ({format_interval(row.lower, row.upper, row.unit)})"

    return (
        f"On {format_date(date)} the next frontier run is expected to take {about('compute_flop')}, "
        f"{about('energy_kwh')} of electricity, {about('carbon_operational_kg')} of CO2 and {about('water_l')} of water, "
        f"and to cost {about('cost_usd')}; in brackets {percent(level)} prediction intervals, all from the same draws."
    )


def joint_table(found: NextGeneration, shown: Sequence[str]) -> Table:
    """Return every metric by date and estimand."""
    levels = sorted({row.level for row in found.rows})
    names = {**ESTIMAND_NAMES, "record": _RECORD_NAME}
    rows = []
    for date in found.dates:
        for metric, (unit, title) in METRICS.items():
            for estimand in shown:
                picked = [found.select(metric, estimand, level, date) for level in levels]
                cells = [format_interval(row.lower, row.upper, unit) for row in picked]
                who = [names[estimand]] if len(shown) > 1 else []
                rows.append([format_date(date), title, *who, format_quantity(picked[0].median, unit), *cells])
    caption = (
        f"{' and '.join(names[estimand].capitalize() for estimand in shown)}; levels of the prediction intervals in the "
        f"headings; dollars of {found.dollar_year}."
    )
    who = ["estimand"] if len(shown) > 1 else []
    return Table(
        ["date", "metric", *who, "median", *(f"{percent(level)} interval" for level in levels)],
        rows,
        caption,
        ("median",),
    )


def limits_table(found: NextGeneration) -> Table:
    """Return the probability that each published limit binds, by date."""
    known = limits()
    rows = []
    for name, limit in known.items():
        shares = [row.probability for row in found.binding if row.limit == name]
        bounds = format_interval(limit.low, limit.high, limit.unit)
        rows.append([name, limit.title, bounds, *(percent(round(share, 3)) for share in shares)])
    capped = (
        f"Draws are capped by: {', '.join(found.scenario)}." if found.scenario else "No draw is capped (--scenario)."
    )
    caption = f"Probability that the next frontier run would pass a published limit, before any cap. {capped}"
    columns = ["scenario", "limit", "stated range", *(format_date(date) for date in found.dates)]
    return Table(columns, rows, caption, tuple(columns[3:]))


def links_table(found: NextGeneration) -> Table:
    """Return the regressions that turn compute into the rest."""
    rows = [
        [
            str(link["link"]), str(link["given"]), ", ".join(f"{slope:.2f}" for slope in link["slopes"]),  # type: ignore[attr-defined]
            str(link["n"]), f"{link['residual_sd_oom']:.2f}", f"{link['r2']:.2f}",
        ]
        for link in found.links
    ]  # fmt: skip
    caption = (
        "Links between metrics: log-linear regressions on models near the frontier; slopes per unit of what is given."
    )
    columns = ["link", "given", "slopes", "models", "scatter (OOM)", "R²"]
    return Table(columns, rows, caption, tuple(columns[2:]))


def basis(found: NextGeneration) -> str:
    """Return what the draws are made of."""
    fit, share = found.compute.fit, found.energy_share
    settings = found.provenance.settings
    return (
        f"Compute is forecast from {fit.n} frontier models ({format_date(fit.first)} to {format_date(fit.last)}, method "
        f"{found.compute.method}); in each draw tokens = C / (6 active parameters), energy = power × time, the cost "
        f"contains its electricity, carbon and water follow from the energy and the grid of {settings['region']}. "
        f"Electricity is {percent(round(share['median'], 3))} of the cost ({percent(share['level'])} of draws: "
        f"{percent(round(share['lower'], 3))} to {percent(round(share['upper'], 3))}). An error that all compute figures share has a standard "
        f"deviation of {settings['shared_bias_oom']:g} orders of magnitude. The largest run so far is the largest by compute."
    )


def limit_sources() -> Bullets:
    """Return where each limit stands."""
    return Bullets([f"{limit.title}: {limit.source}. {limit.note}" for limit in limits().values()])
