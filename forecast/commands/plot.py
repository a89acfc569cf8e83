"""`forecast plot`: one figure, as SVG, PNG, or a page of its own."""

from __future__ import annotations

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


@with_output
def plot(
    emit: Emitter,
    name: Annotated[str, typer.Argument(metavar="FIGURE", help="A name from 'forecast list figures'.")],
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="What the figure shows: a TARGET, or a file, as its entry says.")
    ],
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
    """Draw one figure: .svg or .png alone, .html with what the pointer finds, .csv for its numbers.

    [bold]Examples[/bold]

    forecast plot trend-fan compute -o compute.svg

    forecast plot trend-fan cost --by 2028 -o cost.png

    forecast plot trend-fan loss_usd --data mine.csv -o mine.html
    """
    from forecast.figures.plotting import PlotOptions
    from forecast.figures.plotting import plot as draw
    from forecast.report.pages.figure import figure_answer

    options = PlotOptions(
        data=data, date=date, by=by or (), where=where or (), known_by=known_by, since=since, frontier=frontier,
        method=method, levels=levels(level), draws=draws, seed=seed,
    )  # fmt: skip
    emit(figure_answer(draw(name, subject, options, png=emit.format_name == "png"), emit.call, seed))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Report")(plot)
