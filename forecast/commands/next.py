"""`forecast next`: the coherent next generation, every metric from the same draws."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, check_writable, with_output, write_files
from forecast.commands.options import DrawsOption, LevelOption, SeedOption, levels
from forecast.commands.predict import ByOption, FrontierOption, KnownByOption, MethodOption, SinceOption, WhereOption
from forecast.settings import DRAWS, SEED


@with_output
def next_(
    emit: Emitter,
    by: ByOption = None,
    region: Annotated[
        str, typer.Option("--region", help="Where the run takes place: a country, world, or a cloud region.")
    ] = "USA",
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            help="Cap the draws by a published limit: power, chips, data, capital, …, all or none; repeatable.",
            show_default="none",
        ),
    ] = None,
    shared_bias: Annotated[
        float | None,
        typer.Option(
            "--shared-bias",
            help="Standard deviation (orders of magnitude) of an error that all compute figures share.",
            show_default="0.1",
        ),
    ] = None,
    since: SinceOption = None,
    known_by: KnownByOption = None,
    where: WhereOption = None,
    frontier: FrontierOption = None,
    method: MethodOption = "auto",
    draws_out: Annotated[
        str | None, typer.Option("--draws-out", metavar="FILE", help="Write the draws of every metric here, as CSV.")
    ] = None,
    backtest: Annotated[
        bool, typer.Option("--backtest", help="Run it at past origins instead, and score every metric.")
    ] = False,
    level: LevelOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
) -> None:
    """Forecast the next frontier training run in every metric at once: parameters to dollars, tonnes and litres.

    [bold]Examples[/bold]

    forecast next --by 2028

    forecast next --by 2030 --scenario power --scenario data

    forecast next --by 2027 --region FRA --json

    forecast next --backtest
    """
    from dataclasses import replace
    from pathlib import Path

    from forecast.dates import parse_date
    from forecast.generation.joint import next_generation
    from forecast.report.pages.generation import generation_answer
    from forecast.settings import generator

    if backtest:
        from forecast.report.pages.generation import record_answer

        emit(record_answer(seed))
        return
    if draws_out is not None:
        check_writable(Path(draws_out))
    found = next_generation(
        by or (), region=region, scenario=scenario or (), shared_bias=shared_bias, where=where or (),
        known_by=parse_date(known_by) if known_by else None, since=parse_date(since) if since else None,
        frontier=frontier or "top10", method=method, levels=levels(level), draws=draws, rng=generator(seed),
    )  # fmt: skip
    found = replace(found, provenance=replace(found.provenance, seed=seed))
    emit(generation_answer(found))
    if draws_out is not None:
        write_files({Path(draws_out): found.draws_frame().to_csv(index=False, lineterminator="\n")})
        emit.say(f"wrote {draws_out}: {draws:,} draws of {len(found.dates)} dates")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("next", rich_help_panel="Forecast")(next_)
