"""The report of one or more metrics: question, answer, table, figure, method, sensitivity, data, limits, command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from forecast.data.dataset import dataset_names
from forecast.data.schema import resource
from forecast.figures.drawing import records
from forecast.figures.trend_fan import draw as draw_fan
from forecast.generation.joint import JointRow, NextGeneration
from forecast.notes import Note, unique
from forecast.questions.outlook import Outlook
from forecast.report.document import Answer, Block, Bullets, Code, Document, Section, Table, Text
from forecast.report.pages.backtest import LEGEND, scores_table
from forecast.report.pages.definitions import definitions_section
from forecast.report.pages.generation import generation_sections
from forecast.report.pages.prediction import (
    basis_sentence,
    format_date,
    growth_sentence,
    interval_table,
    percent,
    record_sentence,
)
from forecast.report.pages.sensitivity import envelope_sentence, sensitivity_table
from forecast.trends.methods import METHODS
from forecast.trends.result import ESTIMANDS
from forecast.units import format_interval, format_quantity


def outlook_answer(outlooks: Sequence[Outlook], command: str, coherent: NextGeneration | None = None) -> Answer:
    """Return the report.

    Parameters
    ----------
    outlooks : sequence of Outlook
        One per metric, in the order of the report.
    command : str
        The one command that makes it again.
    coherent : NextGeneration, optional
        The coherent forecast of the same dates, for a chapter of its own.
    """
    names = [outlook.forecast.title for outlook in outlooks]
    title = f"Next-generation AI models: {_join([n[:1].lower() + n[1:] for n in names])}"
    sections = [Section("In short", [Bullets([answer_sentence(outlook) for outlook in outlooks])], depth="brief")]
    notes: list[Note] = []
    if coherent is not None:
        sections += generation_sections(coherent)
        notes += [
            Note(note.code, note.severity, f"Coherent forecast: {note.message}", note.hint)
            for note in coherent.own_notes
        ]
    for outlook in outlooks:
        sections += _target_sections(outlook)
        notes += [
            Note(note.code, note.severity, f"{outlook.forecast.title}: {note.message}", note.hint)
            for note in outlook.forecast.notes
        ]
    definitions = definitions_section([outlook.forecast for outlook in outlooks])
    sections += [definitions, _limits(outlooks), _reproduction(outlooks, command)]
    first = outlooks[0].forecast
    return Answer(
        schema="forecast/report/1",
        result={"targets": [_plain(outlook) for outlook in outlooks]}
        | ({"coherent": coherent.to_dict()} if coherent else {}),
        document=Document(title, sections),
        notes=unique(notes),
        provenance=first.provenance.to_dict() | {"call": command},
        rows=[
            {"target": o.forecast.target, "unit": o.forecast.unit, **asdict(row)}
            for o in outlooks
            for row in o.forecast.rows
        ]
        + [{"target": f"next/{row.metric}", **_without_metric(row)} for row in (coherent.rows if coherent else ())],
        explains=(
            "forecast.data.frontier",
            *dict.fromkeys(METHODS.module(each.forecast.method) for each in outlooks),
            "forecast.trends.hindcast",
            "forecast.generation.joint",
        ),
        topics=("data:models", "backtest") if first.provenance.data.keys() & {"models"} else ("backtest",),
        next_command=f"forecast report --check {command.split()[-1]}"
        if command.endswith((".md", ".html", ".json"))
        else "",
    )


def _without_metric(row: JointRow) -> dict[str, object]:
    return {name: value for name, value in asdict(row).items() if name != "metric"}


def answer_sentence(outlook: Outlook) -> str:
    """Return the answer in one sentence: the last date, median, and the widest interval with its level and estimand."""
    forecast = outlook.forecast
    level = max(row.level for row in forecast.rows)
    last = max(forecast.dates)
    member, record = forecast.select("member", level, last), forecast.select("record", level, last)
    return (
        f"{forecast.title}: on {format_date(last)} the next frontier model is expected at about "
        f"{format_quantity(member.median, forecast.unit)} ({percent(level)} prediction interval "
        f"{format_interval(member.lower, member.upper, forecast.unit)}); the largest so far at about "
        f"{format_quantity(record.median, forecast.unit)} ({percent(level)} interval "
        f"{format_interval(record.lower, record.upper, forecast.unit)}). The record today is "
        f"{format_quantity(forecast.record, forecast.unit)}."
    )


def _target_sections(outlook: Outlook) -> list[Section]:
    forecast = outlook.forecast
    table = interval_table(forecast, ("member", "record"))
    caption = (
        "Next frontier model: " + ESTIMANDS["member"] + ". Record so far: " + ESTIMANDS["record"] + ". "
        "Level of each interval in its heading."
    )
    blocks: list[Block] = [
        Text(f"Where will the {forecast.title.lower()} of the next frontier models be?"),
        Text(answer_sentence(outlook), strong=True),
        Table(table.columns, table.rows, caption, table.numeric),
        draw_fan(outlook, forecast.target),
    ]
    method: list[Block] = [Text(growth_sentence(forecast)), Text(basis_sentence(forecast))]
    return [
        Section(forecast.title, blocks, depth="brief"),
        Section("How it was computed", method, level=3),
        Section("Track record", _record(outlook), level=3),
        Section(
            "How much the choices matter",
            [Text(envelope_sentence(outlook.sensitivity)), sensitivity_table(outlook.sensitivity)],
            level=3,
        ),
        Section("Data used", _data(outlook), level=3),
    ]


def _record(outlook: Outlook) -> list[Block]:
    forecast = outlook.forecast
    if not outlook.scores:
        reason = next(note.message for note in forecast.notes if note.code == "no-track-record")
        return [Text(f"None: {reason}.")]
    sentence = [Text(record_sentence(forecast.backtest), strong=True)] if forecast.backtest else []
    return [*sentence, scores_table(outlook.scores, caption=LEGEND)]


def _data(outlook: Outlook) -> list[Block]:
    forecast = outlook.forecast
    name, digest = next(iter(forecast.provenance.data.items()))
    items = [
        f"Table {name}, SHA-256 {digest}.",
        f"{forecast.fit.n} models fitted, {format_date(forecast.fit.first)} to {format_date(forecast.fit.last)}; "
        f"{int((outlook.models['role'] == 'history').sum())} older models only rank.",
    ]
    if name in dataset_names():
        items.append(f"{resource(name).attribution}")
    if outlook.imputed is not None:
        items.append(f"{percent(round(outlook.imputed, 3))} of the fitted values are imputed.")
    rows = [
        [str(row["year"]), str(row["models"]), str(row["without"]), percent(round(row["share"], 2))]
        for row in records(outlook.disclosure)
    ]
    caption = "How many of the models that could be ranked have no such figure, by year of publication."
    columns = ["year", "models", "without the figure", "share"]
    return [Bullets(items), Table(columns, rows, caption, ("models", "without the figure", "share"))]


def _limits(outlooks: Sequence[Outlook]) -> Section:
    return Section(
        "Limits",
        [
            Bullets(
                [
                    "A trend says what happens if what drove growth so far goes on; limits of power, chips, data and "
                    "capital are not in these intervals.",
                    "Only disclosed figures can be fitted. Where the share without a figure has risen (tables above), "
                    "the models that still disclose may not be like those that do not.",
                    "A chapter of one metric forecasts it by itself, so such chapters need not fit together: parameters times "
                    "tokens may differ from the compute. Only the coherent forecast (forecast next) keeps the identities.",
                    "The confidence interval of growth is about the past. It is not a forecast of growth.",
                ]
            )
        ],
    )


def _reproduction(outlooks: Sequence[Outlook], command: str) -> Section:
    from forecast import __version__

    forecast = outlooks[0].forecast
    text = f"scaling-forecast {__version__}, seed {forecast.provenance.seed}, {len(forecast.draws):,} draws."
    return Section("Reproduce", [Code(command, "sh"), Text(text)])


def _plain(outlook: Outlook) -> dict[str, object]:
    forecast = outlook.forecast
    return {
        **forecast.to_dict(),
        "rows": [asdict(row) for row in forecast.rows],
        "sensitivity": outlook.sensitivity.to_dict(),
        "disclosure": records(outlook.disclosure),
        "imputed_share": outlook.imputed,
    }


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
