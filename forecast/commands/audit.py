"""`forecast audit`: recompute the figures of published claims, and say what explains a difference."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output


@with_output
def audit(
    emit: Emitter,
    claims: Annotated[
        str | None,
        typer.Argument(
            metavar="[CLAIMS.csv]", help="A table of claims, or - for stdin.", show_default="datasets/footprints.csv"
        ),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", metavar="NAME", help="Only claims about it; repeatable.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show the figures that agree too.")] = False,
) -> None:
    """Recompute every stated figure from the others, and name the convention or slip behind each that disagrees.

    Columns are quantities such as energy_kwh or energy_mwh, carbon_t, water_l, chip_hours, chip_power_w, pue,
    carbon_intensity; any of them, in any order (docs/audit.md).

    [bold]Examples[/bold]

    forecast audit

    forecast audit --model GPT-3 --all

    forecast audit claims.csv -o audit.md
    """
    from forecast.questions.audit import audit_claims
    from forecast.report.pages.audit import audit_answer

    emit(audit_answer(audit_claims(claims, models=model or ()), emit.call, everything=everything))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Question")(audit)
