"""The answer of `forecast next`: every metric by date from the same draws, what may bind, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forecast.data.constants import constant
from forecast.data.dataset import load_dataset
from forecast.figures.joint import draw as draw_joint
from forecast.generation.chain import METRICS
from forecast.generation.hindcast import HORIZON_YEARS, ORIGINS, joint_record, record_key
from forecast.generation.joint import JointRow, NextGeneration
from forecast.generation.limits import limits
from forecast.provenance import Provenance
from forecast.report.document import Answer, Bullets, Document, Section, Table, Text
from forecast.report.pages.prediction import format_date, held, percent
from forecast.trends.choices import AUTO
from forecast.units import format_interval, format_quantity


def generation_answer(found: NextGeneration) -> Answer:
    """Return the answer."""
    sections = [
        Section("", [Text(generation_sentence(found), strong=True), joint_table(found)]),
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


def generation_sections(found: NextGeneration) -> list[Section]:
    """Return the chapter of a report: the joint table, its figure and record, limits and scenarios, and what it rests on."""
    return [
        Section(
            "The next generation, coherently",
            [
                Text("What will the next frontier training run take, in every metric at once?"),
                Text(generation_sentence(found), strong=True),
                dates_table(found),
                draw_joint(found),
            ],
            depth="brief",
        ),
        Section("Track record of the coherent forecast", [record_table(found.record)], level=3),
        Section(
            "What may bind, and what if it does",
            [limits_table(found), scenarios_table(found), limit_sources()],
            level=3,
        ),
        Section("What the coherent forecast rests on", [Text(basis(found)), links_table(found)], level=3),
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
        explains=("forecast.generation.hindcast", "forecast.trends.hindcast", "forecast.scores.crps"),
        topics=("backtest", "score:crps", "data:models"),
        next_command="forecast next",
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
        return f"{_median(row)} ({_bounds(row)})"

    return (
        f"On {format_date(date)} the next frontier run is expected to take {about('compute_flop')}, "
        f"{about('energy_kwh')} of electricity, {about('carbon_operational_kg')} of CO2 and {about('water_l')} of water, "
        f"and to cost {about('cost_usd')}; in brackets {percent(level)} prediction intervals, all from the same draws."
    )


def joint_table(found: NextGeneration) -> Table:
    """Return every metric by date: median and intervals of the next frontier run, levels in the headings."""
    levels = sorted({row.level for row in found.rows})
    rows = []
    for date in found.dates:
        for metric, (_, title) in METRICS.items():
            picked = [found.select(metric, "member", level, date) for level in levels]
            cells = [_bounds(row) for row in picked]
            rows.append([format_date(date), title, _median(picked[0]), *cells])
    headings = [f"{percent(level)} interval" for level in levels]
    caption = (
        f"Next frontier run: median and prediction intervals, all from the same draws; dollars of {found.dollar_year}."
    )
    return Table(["date", "metric", "median", *headings], rows, caption, ("median",))


def dates_table(found: NextGeneration) -> Table:
    """Return the same for a report: dates side by side, the largest run so far below the next one, the widest level."""
    level = max(row.level for row in found.rows)
    rows = []
    for metric, (_, title) in METRICS.items():
        for estimand, who in (("member", "next frontier run"), ("record", "largest run so far")):
            picked = [found.select(metric, estimand, level, date) for date in found.dates]
            name = title if estimand == "member" else ""
            rows.append([name, who, *(f"{_median(row)} ({_bounds(row)})" for row in picked)])
    caption = (
        f"Median and, in brackets, {percent(level)} prediction interval, all from the same draws; dollars of "
        f"{found.dollar_year}. The largest run so far is the largest by compute."
    )
    return Table(["metric", "estimand", *(format_date(date) for date in found.dates)], rows, caption)


def _median(row: JointRow) -> str:
    return f"{format_quantity(row.median / 24)} days" if row.unit == "h" else format_quantity(row.median, row.unit)


def _bounds(row: JointRow) -> str:
    # People plan in days; the JSON keeps hours.
    if row.unit == "h":
        return f"{format_interval(row.lower / 24, row.upper / 24)} days"
    return format_interval(row.lower, row.upper, row.unit)


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


def scenarios_table(found: NextGeneration) -> Table:
    """Return the last date under each limit alone, from the same draws."""
    level = max(row.level for row in found.rows)
    metrics = ("compute_flop", "power_w", "tokens", "cost_usd")
    rows = []
    for title, scenario in [
        ("no limit", ()),
        *((limit.title, (name,)) for name, limit in limits().items()),
        ("all limits", ("all",)),
    ]:
        cells = [f"{_median(row)} ({_bounds(row)})" for row in found.under(scenario, metrics, level)]
        rows.append([title, *cells])
    caption = f"The next frontier run on {format_date(max(found.dates))} if a limit capped the same draws: median and {percent(level)} prediction interval. Compute is lowered until the metric fits; ways round a limit, such as more epochs or larger models, are left out."
    return Table(["scenario", *(METRICS[metric][1] for metric in metrics)], rows, caption)


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
        f"deviation of {settings['shared_bias_oom']:g} orders of magnitude. Training time stops at {constant('longest_run_hours') / 24:.0f} days."
    )


def limit_sources() -> Bullets:
    """Return where each limit stands."""
    return Bullets([f"{limit.title}: {limit.source}. {limit.note}" for limit in limits().values()])
