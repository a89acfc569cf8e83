"""`forecast show`: a saved fit again, in any format."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output


@with_output
def show(
    emit: Emitter,
    file: Annotated[str, typer.Argument(metavar="FIT.json", help="What 'forecast fit … -o FIT.json' wrote.")],
) -> None:
    """Print a saved fit again, in any format.

    [bold]Examples[/bold]

    forecast show fit.json

    forecast show fit.json -f csv
    """
    from forecast.fitting import Fit
    from forecast.regressions import read_fit
    from forecast.report.pages.fit import fit_answer
    from forecast.report.pages.regression import regression_answer

    saved = read_fit(file)
    emit(fit_answer(saved) if isinstance(saved, Fit) else regression_answer(saved))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Fit")(show)
