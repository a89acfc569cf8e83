"""`forecast report`: a report of several metrics, in Markdown, HTML or JSON."""

from __future__ import annotations

import shlex
from typing import Annotated

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
) -> None:
    """Write a report: answer, table, figure, method, sensitivity, data, limits, and the command that makes it again.

    [bold]Examples[/bold]

    forecast report -o report.md

    forecast report compute cost --by 2028 -o outlook.html

    forecast report loss_usd --data mine.csv -o mine.md

    forecast report fit.json -o fit.md
    """
    if any(target.endswith(".json") for target in targets or ()):
        _report_fit(emit, targets or [])
        return
    from forecast.questions.outlook import look_out
    from forecast.report.pages.outlook import outlook_answer
    from forecast.trends.prediction import observe, settings_for

    if data is not None and not targets:
        from forecast.errors import UsageError

        message = "--data needs the columns to report on"
        raise UsageError(message, hint="run: forecast report COLUMN --data FILE -o report.md")
    options = {
        "--since": since, "--known-by": known_by, "--frontier": frontier, "--data": data, "--date": date,
        "--method": None if method == "auto" else method, "--draws": None if draws == DRAWS else str(draws),
        "--seed": None if seed == SEED else str(seed),
    }  # fmt: skip
    command = _command(emit, targets or (), by or (), where or (), level or (), options)
    choice = settings_for(data, since, frontier, method, "member", levels(level), draws)
    outlooks = [
        look_out(observation, by or (), choice, seed)
        for observation in observe(targets or DEFAULT_TARGETS, data, date, where or (), known_by)
    ]
    emit(outlook_answer(outlooks, command))


def _report_fit(emit: Emitter, targets: list[str]) -> None:
    from forecast.errors import UsageError
    from forecast.fitting import read_fit
    from forecast.report.pages.fit import report_answer

    if len(targets) > 1:
        message = "a report is of one saved fit, or of metrics"
        raise UsageError(message, hint="run: forecast report FIT.json -o fit.md")
    command = shlex.join(["forecast", "report", *targets, *(["-o", emit.output] if emit.output else [])])
    emit(report_answer(read_fit(targets[0]), command))


def _command(
    emit: Emitter, targets: list[str] | tuple[()], by: list[str] | tuple[()], where: list[str] | tuple[()],
    level: list[float] | tuple[()], options: dict[str, str | None],
) -> str:  # fmt: skip
    words = ["forecast", "report", *targets]
    for name, values in (("--by", by), ("--where", where), ("--level", [f"{value:g}" for value in level])):
        words += [word for value in values for word in (name, value)]
    words += [word for name, value in options.items() if value is not None for word in (name, value)]
    words += ["-o", emit.output] if emit.output else []
    return shlex.join(words)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Report")(report)
