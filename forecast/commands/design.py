"""`forecast design`: the next runs to make, within a budget of compute."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import LevelOption, SeedOption, levels
from forecast.settings import SEED


@with_output
def design(
    emit: Emitter,
    runs: Annotated[int, typer.Option("--runs", help="How many runs to make.")],
    budget: Annotated[str, typer.Option("--budget", metavar="FLOP", help="Compute of all runs together: 1e21.")],
    fit: Annotated[
        str | None,
        typer.Argument(
            metavar="[FIT.json]",
            help="What 'forecast fit … -o FIT.json' wrote, or a bundled example: chinchilla; without it, an isoFLOP plan.",
        ),
    ] = None,
    target_compute: Annotated[
        str | None,
        typer.Option(
            "--target-compute",
            metavar="FLOP",
            help="Training compute of the run whose loss is to be known: 1e25.",
            show_default="10 times the budget",
        ),
    ] = None,
    level: LevelOption = None,
    seed: SeedOption = SEED,
) -> None:
    """Choose the next training runs: those that narrow the forecast loss of a target run most.

    [bold]Examples[/bold]

    forecast design fit.json --target-compute 1e25 --runs 6 --budget 1e21

    forecast design --runs 12 --budget 1e21 -o plan.csv
    """
    import dataclasses

    from forecast.fitting.example import open_fit
    from forecast.questions.experiments import design as compute
    from forecast.report.pages.experiments import design_answer
    from forecast.settings import generator
    from forecast.units import parse_quantity

    found = compute(
        None if fit is None else open_fit(fit, seed),
        runs=runs,
        budget=parse_quantity(budget, "FLOP", name="--budget"),
        target_compute=None
        if target_compute is None
        else parse_quantity(target_compute, "FLOP", name="--target-compute"),
        levels=levels(level) if level else None,
        rng=generator(seed),
    )
    found = dataclasses.replace(found, provenance=dataclasses.replace(found.provenance, seed=seed))
    emit(design_answer(found))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Fit")(design)
