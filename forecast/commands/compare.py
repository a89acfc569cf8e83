"""`forecast compare`: which law describes the rows, and which predicts larger scales from smaller ones."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.fit import pairs
from forecast.commands.options import LevelOption, SeedOption, levels
from forecast.settings import SEED


@with_output
def compare(
    emit: Emitter,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A table, a bundled one by its name, or - for stdin.")],
    laws: Annotated[
        list[str],
        typer.Option(
            "--laws", metavar="A,B,…", help="Two names or more from 'forecast list laws'; broken_power:2 too."
        ),
    ],
    y: Annotated[str | None, typer.Option("--y", metavar="COLUMN", help="The response.")] = None,
    x: Annotated[
        list[str] | None,
        typer.Option(
            "--x", metavar="COLUMN", help="Input of laws of x; repeatable.", show_default="compute, where it is known"
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="ROLE=COLUMN",
            help="Such as N=params, D=tokens, C=flop, L=loss; repeatable.",
            show_default="guessed from clear column names",
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="FIELD=VALUE", help="Keep matching rows only; repeatable, also != < <= > >=."),
    ] = None,
    weights: Annotated[str | None, typer.Option("--weights", metavar="COLUMN", help="Weight of each row.")] = None,
    group: Annotated[
        str | None,
        typer.Option("--group", metavar="COLUMN", help="The run that rows share; runs are held out whole."),
    ] = None,
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="Leave out rows with an empty cell instead of refusing them.")
    ] = False,
    loss: Annotated[
        str, typer.Option("--loss", help="The same for all laws: mse, lad, or huber (which has no AICc).")
    ] = "mse",
    space: Annotated[
        str | None, typer.Option("--space", help="Residuals of log, log1p or raw values.", show_default="the laws' own")
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            "--scale", metavar="COLUMN", help="By what rows are small or large.", show_default="compute, or x"
        ),
    ] = None,
    cut: Annotated[
        list[float] | None,
        typer.Option(
            "--cut", help="Share of the rows to fit, smallest first; repeatable.", show_default="0.5, 0.6, 0.7 and 0.8"
        ),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=100, max=100_000, help="Draws of each held-out forecast.")] = 400,
    level: LevelOption = None,
    seed: SeedOption = SEED,
) -> None:
    """Compare laws by AICc, BIC, and by predicting larger scales from smaller ones, with intervals of the differences.

    [bold]Examples[/bold]

    forecast compare chinchilla --laws chinchilla,kaplan,power_floor --where 'loss<3.44'

    forecast compare curve.csv --laws power,power_floor,broken_power:2 --x steps --y loss

    forecast compare checkpoints.csv --laws chinchilla,overtraining --role N=params --role D=tokens --group run
    """
    import dataclasses

    from forecast.questions.comparison import CUTS
    from forecast.questions.comparison import compare as compute
    from forecast.report.pages.comparison import comparison_answer
    from forecast.settings import generator

    names = [name for text in laws for name in text.split(",")]
    found = compute(
        file, names, y=y, x=x or (), roles=pairs(role, "--role", "N=params"), loss=loss, space=space, weights=weights,
        group=group, scale=scale, cuts=cut or CUTS, levels=levels(level), draws=draws, where=where or (),
        drop_missing=drop_missing, rng=generator(seed),
    )  # fmt: skip
    found = dataclasses.replace(found, provenance=dataclasses.replace(found.provenance, seed=seed))
    emit(comparison_answer(found))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Fit")(compare)
