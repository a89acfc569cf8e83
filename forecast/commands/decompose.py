"""`forecast decompose`: what makes the footprint of one model larger than another's."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output


@with_output
def decompose(
    emit: Emitter,
    first: Annotated[str, typer.Argument(metavar="MODEL", help="A model of the dataset, by name or alias.")],
    second: Annotated[str, typer.Argument(metavar="MODEL", help="The model to compare it with.")],
    quantity: Annotated[str, typer.Option("--quantity", help="carbon, energy or cost.")] = "carbon",
) -> None:
    """Split the ratio of two footprints exactly into size, data, hardware, PUE and grid.

    [bold]Examples[/bold]

    forecast decompose BLOOM GPT-3

    forecast decompose "Llama 3.1" GPT-3 --quantity energy -o difference.html
    """
    from forecast.questions.decompose import decompose_models
    from forecast.report.pages.decomposition import decomposition_answer

    emit(decomposition_answer(decompose_models(first, second, quantity), emit.call, figures=emit.shows_figures))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Question")(decompose)
