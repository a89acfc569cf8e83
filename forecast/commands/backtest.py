"""`forecast backtest`: how methods did when they were run in the past."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import LevelOption, SeedOption, levels
from forecast.commands.predict import DataOption, DateOption, FrontierOption, KnownByOption, SinceOption, WhereOption
from forecast.settings import SEED


@with_output
def backtest(
    emit: Emitter,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="parameters, compute, tokens, cost, energy, carbon, water, power; or columns of --data.",
            show_default="all that are bundled",
        ),
    ] = None,
    origins: Annotated[
        str | None,
        typer.Option(
            "--origins",
            metavar="YEARS",
            help="2019:2025 for each 1 January, or dates separated by commas.",
            show_default="each 1 January with two years of data before it",
        ),
    ] = None,
    horizon: Annotated[
        str, typer.Option("--horizon", metavar="YEARS", help="Years ahead to score: 1:3, or 2:2 for the second only.")
    ] = "1:3",
    method: Annotated[
        list[str] | None,
        typer.Option("--method", help="A name from 'forecast list methods', or all; repeatable.", show_default="auto"),
    ] = None,
    estimand: Annotated[str | None, typer.Option("--estimand", help="member or record.", show_default="both")] = None,
    vintage: Annotated[
        str | None,
        typer.Option(
            "--vintage",
            metavar="[MONTH]",
            help="Forecast from the database as it really stood: 2024-05, or all when no month is given.",
        ),
    ] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help="Also by horizon or origin; repeatable.")] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Run the methods in simulated worlds instead, whose truth is known.")
    ] = False,
    histories: Annotated[
        int, typer.Option("--histories", min=2, max=10_000, help="Simulated histories of each world.")
    ] = 20,
    since: SinceOption = None,
    known_by: KnownByOption = None,
    where: WhereOption = None,
    frontier: FrontierOption = None,
    data: DataOption = None,
    date: DateOption = None,
    level: LevelOption = None,
    seed: SeedOption = SEED,
) -> None:
    """Run methods at past dates and score them on what then happened, beside persistence and the CI of the mean.

    [bold]Examples[/bold]

    forecast backtest compute cost

    forecast backtest compute --method all --by horizon

    forecast backtest compute --vintage

    forecast backtest size --data mine.csv --origins 2021:2024 -o backtest.md

    forecast backtest --simulated
    """
    from forecast.errors import UsageError
    from forecast.questions.backtest import parse_horizon, parse_origins, run_backtest
    from forecast.questions.vintages import choose_vintages, vintage_targets
    from forecast.report.pages.backtest import backtest_answer
    from forecast.trends.prediction import observe, settings_for
    from forecast.trends.targets import TARGETS

    if simulated:
        from forecast.questions.backtest import choose_methods
        from forecast.questions.worlds import try_worlds
        from forecast.report.pages.worlds import worlds_answer

        if targets or data is not None or vintage is not None:
            message = "--simulated makes its own data; it takes no TARGET, --data or --vintage"
            raise UsageError(message)
        names = choose_methods(method or ["all"])
        emit.say(f"simulating {histories} histories of each world")
        emit(worlds_answer(try_worlds(names, levels(level), histories=histories, seed=seed), histories, seed))
        return
    if data is not None and not targets:
        message = "--data needs the columns to look back on"
        raise UsageError(message, hint="run: forecast backtest COLUMN --data FILE")
    if vintage is not None and (data is not None or origins is not None):
        message = f"--vintage contradicts {'--data' if data is not None else '--origins'}"
        raise UsageError(message, hint="a vintage is the bundled database at its own past date")
    vintages = choose_vintages(vintage) if vintage is not None else []
    wanted = targets or (vintage_targets() if vintages else list(TARGETS))
    result = run_backtest(
        observe(wanted, data, date, where or (), known_by),
        settings_for(data, since, frontier, "auto", "member", levels(level), 0),
        origins=parse_origins(origins) if origins else None,
        horizon=parse_horizon(horizon),
        methods=method or ("auto",),
        estimands=(estimand,) if estimand else ("member", "record"),
        vintages=vintages,
        where=where or (),
        by=by or (),
        seed=seed,
    )
    emit(backtest_answer(result, figures=emit.shows_figures))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Forecast")(backtest)
