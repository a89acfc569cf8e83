"""The answer of `forecast backtest`: what held, beside what persistence and the confidence interval of the mean did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from forecast.dates import from_decimal_year
from forecast.questions.backtest import Backtest
from forecast.report.document import Answer, Block, Bullets, Document, Section, Table, Text
from forecast.report.pages.prediction import ESTIMAND_NAMES, format_date, held, percent
from forecast.trends.baselines import BASELINES
from forecast.trends.hindcast import method_by_name
from forecast.trends.methods import METHODS


def backtest_answer(result: Backtest, *, figures: bool = False) -> Answer:
    """Return the answer; figures only where the format shows them, because drawing takes longer than scoring."""
    rows = result.rows()
    blocks: list[Block] = [Bullets(_findings(result))]
    blocks.append(Text(_what_was_done(result)))
    sections = [Section("", blocks)]
    if len(result.targets) > 1:
        sections.append(Section("All targets together", [scores_table(result.pooled(), result.by)]))
    for target, title in result.targets.items():
        own = [row for row in rows if row["target"] == target]
        if own:
            sections.append(Section(title, [scores_table(own, result.by)]))
    if figures:
        sections.append(Section("Calibration", _figures(result)))
    sections.append(Section("How to read it", [Text(LEGEND), Bullets(_methods(result))]))
    return Answer(
        schema="forecast/backtest/1",
        result={
            "rows": rows,
            "pooled": result.pooled(),
            "observations": result.keys,
            "skipped": list(result.hindcast.skipped),
        },
        document=Document(f"Backtest: {', '.join(title.lower() for title in result.targets.values())}", sections),
        notes=result.notes,
        provenance=result.provenance.to_dict(),
        explains=(
            "forecast.questions.backtest",
            "forecast.trends.hindcast",
            "forecast.scores.crps",
            "forecast.scores.coverage",
            *dict.fromkeys(METHODS.module(row["method"]) for row in rows if row["method"] in METHODS.names()),
        ),
        topics=("backtest", "score:crps", "data:models"),
        next_command="forecast predict cost",
    )


LEGEND = (
    "held: share of later models inside the interval, ± its standard error, clustered by target and origin because the "
    "models after one origin share a forecast. CRPS: mean distance of forecast and outcome, in orders of magnitude, "
    "lower is better. skill: share by which CRPS is below that of persistence. width: of the widest interval, in orders of "
    "magnitude. bias: median minus outcome; above 0 the forecasts were too high."
)


def _findings(result: Backtest) -> list[str]:
    scores = result.hindcast.rows(("method", "estimand"))
    level = max(result.hindcast.levels)
    sentences = []
    for method in result.methods if len(result.methods) <= 3 else [result.headline]:
        for estimand in result.estimands:
            row = next(
                (r for r in scores if (r["method"], r["estimand"], r["level"]) == (method, estimand, level)), None
            )
            if row:
                against = f", {percent(round(row['skill'], 2))} below persistence" if row["skill"] > 0 else ""
                sentences.append(
                    f"{method}, {ESTIMAND_NAMES[estimand]}: {percent(level)} intervals held {held(row)} of {row['n']} "
                    f"later models; CRPS {row['crps']:.3f} orders of magnitude{against}."
                )
    return sentences


def _what_was_done(result: Backtest) -> str:
    made = result.provenance.settings
    origins = ", ".join(format_date(from_decimal_year(origin)) for origin in made["origins"])
    source = (
        f"the database as it stood ({', '.join(made['vintages'])})" if made["vintages"] else "today's data cut at each"
    )
    first, last = made["horizon_years"]
    since = f"fitted since {made['since']}, " if made["since"] else ""
    return (
        f"Forecasts of every frontier member that entered {first:g} to {last:g} years after an origin, made from {source}; "
        f"{since}frontier rule {made['frontier']}. Origins: {origins}."
    )


def scores_table(rows: Sequence[Mapping[str, Any]], by: Sequence[str] = (), caption: str = "") -> Table:
    """Return scores by method and estimand, one column of coverage per level."""
    levels = sorted({row["level"] for row in rows})
    extra = list(by)
    cells = []
    for key, part in groupby(rows, key=lambda row: (row["method"], row["estimand"], *(_group(row, g) for g in extra))):
        scores = list(part)
        widest = scores[-1]
        skill = (
            "" if widest["method"] == "persistence" or widest["skill"] != widest["skill"] else f"{widest['skill']:+.0%}"
        )
        cells.append(
            [
                key[0],
                ESTIMAND_NAMES[key[1]],
                *key[2:],
                str(widest["n"]),
                *(held(row) for row in scores),
                f"{widest['crps']:.3f}",
                skill.replace("%", " %"),
                f"{widest['width_oom']:.2f}",
                f"{widest['bias_oom']:+.2f}",
            ]
        )
    headings = {"horizon": "year ahead", "origin": "origin"}
    columns = ["method", "estimand", *(headings[group] for group in extra), "models"]
    scored = [*(f"{percent(level)} held" for level in levels), "CRPS", "skill", "width", "bias"]
    return Table([*columns, *scored], cells, caption, ("models", *scored))


def _group(row: Mapping[str, Any], group: str) -> str:
    return f"{row['horizon_years']:g}" if group == "horizon" else format_date(from_decimal_year(row["origin"]))


def _methods(result: Backtest) -> list[str]:
    names = [*result.methods, *(name for name in BASELINES if name not in result.methods)]
    return [f"{name}: {method_by_name(name).summary}" for name in names]


def _figures(result: Backtest) -> list[Block]:
    from forecast.figures.coverage import draw as draw_coverage
    from forecast.figures.pit import draw as draw_pit

    return [draw_coverage(result, "coverage"), draw_pit(result, "pit")]
