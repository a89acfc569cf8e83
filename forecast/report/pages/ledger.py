"""The answers of `forecast ledger`: what was entered, what stands in it, how it did."""

from __future__ import annotations

import datetime as dt

from forecast.questions.ledger import Entry, Ledger, Scored
from forecast.report.document import Answer, Block, Bullets, Document, Section, Table, Text
from forecast.report.pages.backtest import LEGEND, scores_table
from forecast.report.pages.prediction import ESTIMAND_NAMES, format_date, held, percent
from forecast.units import format_interval, format_quantity


def added_answer(entry: Entry, path: str, *, fresh: bool) -> Answer:
    """Return what was entered, or that it stood there already."""
    verb = "Entered" if fresh else "Already entered"
    text = f"{verb} in {path} as {entry['id']}: {_forecast(entry)}."
    return Answer(
        schema="forecast/ledger-add/1",
        result={"added": fresh, "ledger": path, "entry": entry},
        document=Document("", [Section("", [Text(text)])]),
        rows=[_row(entry)],
        explains=("forecast.questions.ledger",),
        topics=("backtest",),
        next_command="forecast ledger list",
    )


def list_answer(ledger: Ledger) -> Answer:
    """Return the entries."""
    rows = [
        [
            entry["id"],
            entry["made"],
            entry["target"],
            entry["origin"],
            entry["method"],
            _forecast(entry),
            entry["label"],
        ]
        for entry in ledger.entries
    ]
    columns = ["id", "made", "target", "known to", "method", "forecast", "label"]
    blocks: list[Block] = (
        [Table(columns, rows)] if rows else [Text(f"{ledger.name} holds no forecast that can be read.")]
    )
    return Answer(
        schema="forecast/ledger-list/1",
        result={"ledger": ledger.name, "rows": [_row(entry) for entry in ledger.entries]},
        document=Document(f"Ledger {ledger.name}", [Section("", blocks)]),
        notes=ledger.notes,
        explains=("forecast.questions.ledger",),
        topics=("backtest",),
        next_command="forecast ledger score",
    )


def score_answer(ledger: Ledger, scored: Scored, data: dict[str, str]) -> Answer:
    """Return the scores of the entries, and of all together."""
    sections = []
    if scored.rows:
        level = max(row["level"] for row in scored.rows)
        rows = [
            [
                row["id"],
                row["target"],
                row["origin"],
                ESTIMAND_NAMES[row["estimand"]],
                str(row["n"]),
                f"{100 * row['coverage']:.0f} %",
                f"{row['crps']:.3f}",
                f"{row['bias_oom']:+.2f}",
                row["label"],
            ]
            for row in scored.rows
            if row["level"] == level
        ]
        columns = ["id", "target", "known to", "estimand", "models", f"{percent(level)} held", "CRPS", "bias", "label"]
        sections.append(Section("By forecast", [Table(columns, rows, numeric=("models", "CRPS", "bias"))]))
        sections.append(Section("All together", [scores_table(scored.pooled, caption=LEGEND)]))
        best = next(row for row in scored.pooled if row["level"] == level and row["estimand"] == "member")
        text = f"{percent(level)} intervals of this ledger held {held(best)} of {best['n']} later models."
        sections.insert(0, Section("", [Text(text, strong=True)]))
    if scored.waiting:
        sections.append(Section("Not scored", [Bullets(scored.waiting)]))
    if not sections:
        sections.append(Section("", [Text(f"{ledger.name} holds no forecast that can be read.")]))
    return Answer(
        schema="forecast/ledger-score/1",
        result={"ledger": ledger.name, "last_known_day": scored.last, "rows": scored.rows, "pooled": scored.pooled,
                "waiting": list(scored.waiting)},
        document=Document(f"Ledger {ledger.name}, scored", sections),
        notes=ledger.notes,
        provenance={"data": data},
        explains=("forecast.questions.ledger", "forecast.scores.crps", "forecast.scores.interval_score"),
        topics=("score:crps", "score:interval_score"),
        next_command="forecast ledger list",
    )  # fmt: skip


def _forecast(entry: Entry) -> str:
    last = max(row["date"] for row in entry["rows"])
    level = max(row["level"] for row in entry["rows"])
    row = next(
        row for row in entry["rows"] if (row["estimand"], row["date"], row["level"]) == (entry["estimand"], last, level)
    )
    unit = entry["unit"]
    return (
        f"{ESTIMAND_NAMES[entry['estimand']]} on {format_date(dt.date.fromisoformat(last))} "
        f"{format_quantity(row['median'], unit)} ({percent(level)} interval "
        f"{format_interval(row['lower'], row['upper'], unit)})"
    )


def _row(entry: Entry) -> dict[str, object]:
    kept = (
        "id",
        "made",
        "label",
        "target",
        "unit",
        "estimand",
        "method",
        "origin",
        "frontier",
        "since",
        "where",
        "data",
    )
    return {name: entry[name] for name in kept} | {"forecast": _forecast(entry)}
