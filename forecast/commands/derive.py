"""`forecast derive`: the table of footprints that the cost graph derives for the bundled models."""

from __future__ import annotations

import typer

from forecast.commands.emit import Emitter, with_output


@with_output
def derive(emit: Emitter) -> None:
    """Derive energy, carbon, water and rental cost of the models whose hours or energy are known.

    Forecasts of carbon and water are fitted to these and to the reported ones (datasets/derived.csv).

    [bold]Examples[/bold]

    forecast derive -o derived.csv
    """
    from forecast.costs.derivation import derive_footprints
    from forecast.report.pages.derived import derived_answer

    emit(derived_answer(derive_footprints()))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Data")(derive)
