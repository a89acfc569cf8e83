"""`forecast report`: a report of several metrics, in Markdown, HTML or JSON."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

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

if TYPE_CHECKING:
    from forecast.report.document import Answer

DEFAULT_TARGETS = ("parameters", "compute", "cost")
#: The target that is no metric: the claims of an article, examined.
ARTICLE = "article"


@with_output
def report(
    emit: Emitter,
    context: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET|FIT.json|PLAN.toml]...",
            help="Metrics, columns of --data, a saved fit, a plan of a run, or 'article' (its claims, examined).",
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

    forecast report plan.toml -o plan.md

    forecast report article -o article.md

    forecast report --check report.md
    """
    from dataclasses import replace

    from forecast.report.rendering import check_template
    from forecast.report.templating import choose_template

    if check is not None:
        _check(emit, context, check)
    layout = choose_template(template)
    check_template(emit.format_name, layout)
    stamp = _stamp(dated)
    others = {
        "--by": by, "--since": since, "--known-by": known_by, "--where": where, "--frontier": frontier, "--data": data,
        "--date": date, "--level": level, "--method": None if method == "auto" else method,
    }  # fmt: skip
    if ARTICLE in (targets or ()) and data is None:
        answer: Answer | None = _of_article(targets or (), others, levels(level), draws, seed, emit.call)
    else:
        answer = _of_plan(targets or (), others, levels(level), draws, seed, emit.call)
        answer = answer or _of_file(targets or (), others, emit.call)
    if answer is None:
        choices = (data, since, frontier, method, "member", levels(level), draws)
        answer = _of_metrics(targets or (), by or (), where or (), known_by, date, choices, seed, emit.call)
    emit(replace(answer, document=replace(answer.document, date=stamp)), layout)


def _of_plan(
    targets: Sequence[str], others: Mapping[str, Any], wanted: tuple[float, ...], draws: int, seed: int, call: str
) -> Answer | None:
    """Return the report of a planned run, or nothing where no plan is named."""
    if not any(Path(target).suffix == ".toml" for target in targets):
        return None
    from forecast.costs.estimation import estimate_file
    from forecast.errors import UsageError
    from forecast.report.pages.plan import plan_answer

    if len(targets) > 1:
        message = "a report is of one plan, or of metrics"
        raise UsageError(message, hint="run: forecast report PLAN.toml -o plan.md")
    for option, value in others.items():
        if value and option != "--level":
            message = f"{option} does not go with a plan"
            raise UsageError(
                message, hint="a plan holds its own date and place; 'forecast estimate' takes options beside it"
            )
    found = estimate_file(targets[0], levels=wanted, draws=draws, seed=seed)
    return plan_answer(found, Path(targets[0]).stem, call)


def _of_article(
    targets: Sequence[str], others: Mapping[str, Any], at: tuple[float, ...], draws: int, seed: int, call: str
) -> Answer:
    """Return the report on the article's claims; the options of a forecast change nothing in what it said."""
    from forecast.errors import UsageError
    from forecast.questions.article import examine_article
    from forecast.report.pages.article import article_answer

    ignored = [name for name, value in others.items() if value and name != "--level"]
    if len(targets) > 1 or ignored:
        message = f"{ignored[0] if ignored else 'another target'} does not go with the report on the article"
        raise UsageError(
            message, hint="run: forecast report article -o article.md (it takes --level, --draws and --seed)"
        )
    return article_answer(examine_article(levels=at, draws=draws, seed=seed), call)


def _of_file(targets: Sequence[str], others: Mapping[str, Any], call: str) -> Answer | None:
    """Return the report of a saved fit, or nothing where metrics are named."""
    from forecast.fitting.example import example_names

    examples = example_names()
    files = [target for target in targets if Path(target).suffix in (".json", ".gz") or target in examples]
    if not files:
        return None
    from forecast.errors import UsageError
    from forecast.fitting.example import open_fit
    from forecast.fitting.result import Fit
    from forecast.regressions import read_fit
    from forecast.report.pages.fit import report_answer
    from forecast.report.pages.regression_report import regression_report_answer

    if len(targets) > 1:
        message = "a report is of one saved file, or of metrics"
        raise UsageError(message, hint="run: forecast report FIT.json -o fit.md")
    for option, value in others.items():
        if value:
            message = f"{option} does not go with a saved fit"
            raise UsageError(message, hint="it belongs to reports of metrics; give it to 'forecast fit'")
    found = open_fit(files[0]) if files[0] in examples else read_fit(files[0])
    return report_answer(found, call) if isinstance(found, Fit) else regression_report_answer(found, call)


def _of_metrics(
    targets: Sequence[str], by: Sequence[str], where: Sequence[str], known_by: str | None, date: str | None,
    choices: tuple[Any, ...], seed: int, call: str,
) -> Answer:  # fmt: skip
    from forecast.errors import UsageError
    from forecast.questions.outlook import look_out
    from forecast.report.pages.outlook import outlook_answer
    from forecast.trends.prediction import observe, settings_for

    data = choices[0]
    if data is not None and not targets:
        message = "--data needs the columns to report on"
        raise UsageError(message, hint="run: forecast report COLUMN --data FILE -o report.md")
    settings = settings_for(*choices)
    observations = observe(targets or DEFAULT_TARGETS, data, date, where, known_by)
    outlooks = [look_out(observation, by, settings, seed) for observation in observations]
    coherent = None
    if not targets:
        from forecast.dates import parse_date
        from forecast.generation.joint import next_generation
        from forecast.settings import generator

        coherent = next_generation(
            by, where=where, known_by=parse_date(known_by) if known_by else None, since=settings.since,
            frontier=settings.frontier, method=settings.method, levels=settings.levels, draws=settings.draws,
            rng=generator(seed),
        )  # fmt: skip
    return outlook_answer(outlooks, call, coherent)


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
