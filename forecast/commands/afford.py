"""`forecast afford`: what a budget can train, how far behind the frontier that is, and who can pay for it."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import DrawsOption, LevelOption, SeedOption, levels
from forecast.settings import DRAWS, SEED


@with_output
def afford(
    emit: Emitter,
    budget: Annotated[
        list[str] | None, typer.Option("--budget", metavar="DOLLARS", help="$1M; repeatable.", show_default="$1M")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="DATE",
            help="2028, 2028-06 or +18m; repeatable.",
            show_default="the last known day, and two years on",
        ),
    ] = None,
    who: Annotated[
        bool,
        typer.Option("--who", help="Place grants, programmes, rounds and companies against a frontier model's cost."),
    ] = False,
    tokens_per_parameter: Annotated[
        float | None,
        typer.Option(
            "--tokens-per-parameter", help="Of the over-trained model.", show_default="median of recent models"
        ),
    ] = None,
    level: LevelOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
) -> None:
    """Say which model a budget can train by a date, how many years that lags the frontier, and whether the gap widens.

    [bold]Examples[/bold]

    forecast afford --budget '$1M'

    forecast afford --budget '$100k' --budget '$10M' --by 2028 -o afford.html

    forecast afford --who
    """
    from forecast.questions.afford import afford as compute
    from forecast.report.pages.affordability import affordability_answer
    from forecast.settings import generator

    found = compute(
        budget or ("$1M",), by or (), who=who, tokens_per_parameter=tokens_per_parameter, levels=levels(level),
        draws=draws, rng=generator(seed),
    )  # fmt: skip
    emit(affordability_answer(found, emit.call, figures=emit.shows_figures))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Question")(afford)
