"""`forecast report`: a report of several metrics, in Markdown, HTML or JSON."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import DrawsOption, LevelOption, SeedOption, levels
from forecast.commands.predict import (
    ByOption,
    DataOption,
    DateOption,
    FrontierOption,
    KnownByOption,
    MethodOption,
    SinceOption,
    WhereOption,
)
from forecast.settings import DRAWS, SEED

DEFAULT_TARGETS = ("parameters", "compute", "cost")


@with_output
def report(
    emit: Emitter,
    context: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="Metrics, columns of --data, or one FIT.json.",
            show_default="parameters compute cost",
        ),
    ] = None,
    by: ByOption = None,
    since: SinceOption = None,
    known_by: KnownByOption = None,
    where: WhereOption = None,
    frontier: FrontierOption = None,
    method: MethodOption = "auto",
    data: DataOption = None,
    date: DateOption = None,
    level: LevelOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    template: Annotated[
        str | None,
        typer.Option("--template", help="brief, full, methods, or a Jinja file of your own.", show_default="full"),
    ] = None,
    dated: Annotated[
        str | None,
        typer.Option("--dated", metavar="DATE", help="Print this day on it, or 'now'; without it no clock is read."),
    ] = None,
    check: Annotated[
        str | None,
        typer.Option(
            "--check",
            metavar="FILE",
            help="Compute a .md, .html or .json again and say whether it still holds (exit code 0, or 3 if not).",
        ),
    ] = None,
) -> None:
    """Write a report: answer, table, figure, method, sensitivity, data, limits, and the command that makes it again.

    [bold]Examples[/bold]

    forecast report -o report.md

    forecast report compute cost --by 2028 -o outlook.html

    forecast report loss_usd --data mine.csv -o mine.md

    forecast report cost --template brief -o cost.pdf

    forecast report fit.json -o fit.md

    forecast report --check report.md
    """
    import dataclasses

    if any(target.endswith(".json") for target in targets or ()):
        _report_fit(emit, targets or [])
        return
    from forecast.questions.outlook import look_out
    from forecast.report.pages.outlook import outlook_answer
    from forecast.report.rendering import check_template
    from forecast.report.templating import choose_template
    from forecast.trends.prediction import observe, settings_for

    if check is None and data is not None and not targets:
        from forecast.errors import UsageError

        message = "--data needs the columns to report on"
        raise UsageError(message, hint="run: forecast report COLUMN --data FILE -o report.md")
    if check is not None:
        _check(emit, context, check)
    layout = choose_template(template)
    check_template(emit.format_name, layout)
    stamp = _stamp(dated)
    choice = settings_for(data, since, frontier, method, "member", levels(level), draws)
    outlooks = [
        look_out(observation, by or (), choice, seed)
        for observation in observe(targets or DEFAULT_TARGETS, data, date, where or (), known_by)
    ]
    answer = outlook_answer(outlooks, emit.call)
    emit(dataclasses.replace(answer, document=dataclasses.replace(answer.document, date=stamp)), layout)


def _report_fit(emit: Emitter, targets: list[str]) -> None:
    from forecast.errors import UsageError
    from forecast.fitting import read_fit
    from forecast.report.pages.fit import report_answer

    if len(targets) > 1:
        message = "a report is of one saved fit, or of metrics"
        raise UsageError(message, hint="run: forecast report FIT.json -o fit.md")
    emit(report_answer(read_fit(targets[0]), emit.call))


def _check(emit: Emitter, context: typer.Context, name: str) -> NoReturn:
    """Compute a report again, say whether it holds, and exit with 0 or 3."""
    from forecast.commands.replay import replay
    from forecast.report.pages.check import check_answer
    from forecast.report.record import read_record

    call, found = replay(context, read_record(Path(name)))
    emit(check_answer(name, found, call))
    raise typer.Exit(0 if found.holds else 3)


def _stamp(dated: str | None) -> str:
    """Return the day to print: none unless asked for; ``now`` is the clock's, or SOURCE_DATE_EPOCH's."""
    from forecast.dates import parse_date
    from forecast.errors import UsageError
    from forecast.report.pages.prediction import format_date

    if dated is None:
        return ""
    if dated != "now":
        return format_date(parse_date(dated))
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC) if epoch else dt.datetime.now(tz=dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH={epoch!r} is not a number of seconds"
        raise UsageError(message) from error
    return format_date(moment.date())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Report")(report)
