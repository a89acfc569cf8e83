"""`forecast sensitivity`: how far a forecast moves under other choices."""

from __future__ import annotations

from collections.abc import Mapping
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
            metavar="TARGET...|PLAN.toml",
            help="parameters, compute, tokens, cost, energy, carbon, water, power; columns of --data; or a planned run.",
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

    forecast sensitivity plan.toml
    """
    from pathlib import Path

    if any(Path(target).suffix == ".toml" for target in targets):
        others = {
            "--by": by, "--choice": choice, "--since": since, "--known-by": known_by, "--where": where, "--frontier": frontier,
            "--data": data, "--date": date, "--method": None if method == "auto" else method,
        }  # fmt: skip
        _of_plan(emit, targets, others, levels(level), draws, seed)
        return
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


def _of_plan(
    emit: Emitter, targets: list[str], others: Mapping[str, object], wanted: tuple[float, ...], draws: int, seed: int
) -> None:
    from pathlib import Path

    from forecast.costs.estimation import estimate_file
    from forecast.errors import UsageError
    from forecast.report.pages.plan_sensitivity import plan_sensitivity_answer

    given = [option for option, value in others.items() if value]
    if len(targets) > 1 or given:
        message = f"{given[0] if given else 'another target'} does not go with a plan"
        raise UsageError(message, hint="run: forecast sensitivity PLAN.toml")
    found = estimate_file(targets[0], levels=wanted, draws=draws, seed=seed)
    emit(plan_sensitivity_answer(found, Path(targets[0]).stem, figures=emit.shows_figures))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Forecast")(sensitivity)
