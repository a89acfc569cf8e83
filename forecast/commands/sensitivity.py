"""`forecast sensitivity`: how far a forecast moves under other choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
    from forecast.trends.result import Estimand


@with_output
def sensitivity(
    emit: Emitter,
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="TARGET...",
            help="parameters, compute, tokens, cost, energy, carbon, water, power; or columns of --data.",
        ),
    ],
    by: ByOption = None,
    choice: Annotated[
        list[str] | None,
        typer.Option(
            "--choice",
            help="frontier, start, outliers, method, dollars, confidence, imputed, domain, history or known-by; repeatable.",
            show_default="all",
        ),
    ] = None,
    estimand: Annotated[str, typer.Option("--estimand", help="member, record or trend.")] = "member",
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
    """Show how far a forecast moves under other defensible choices: a table, a tornado, and the envelope.

    [bold]Examples[/bold]

    forecast sensitivity cost

    forecast sensitivity compute --by 2028 --choice frontier --choice start -o choices.html
    """
    from forecast.questions.sensitivity import find_sensitivity
    from forecast.report.pages.sensitivity import sensitivity_answer
    from forecast.trends.prediction import observe, settings_for

    wanted: Estimand = estimand  # type: ignore[assignment]
    settings = settings_for(data, since, frontier, method, wanted, levels(level), draws)
    found = [
        find_sensitivity(observation, by or (), settings, seed, choice or ())
        for observation in observe(targets, data, date, where or (), known_by)
    ]
    emit(sensitivity_answer(found, figures=emit.shows_figures))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Forecast")(sensitivity)
