"""`forecast allocate`: the best parameters and tokens for a compute or a budget, by a fitted law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import LevelOption, SeedOption, levels
from forecast.errors import UsageError
from forecast.settings import SEED

if TYPE_CHECKING:
    from forecast.questions.allocation import Hold

_SPEND, _PRICE, _USE = "What there is to spend", "What compute costs (with --budget)", "Use and data"


def _option(flag: str, panel: str, text: str, metavar: str = "NUMBER") -> Any:
    return typer.Option(flag, metavar=metavar, help=text, rich_help_panel=panel)


@with_output
def allocate(
    emit: Emitter,
    fit: Annotated[
        str,
        typer.Argument(
            metavar="FIT.json", help="What 'forecast fit … -o FIT.json' wrote, or a bundled example: chinchilla."
        ),
    ],
    compute: Annotated[
        list[str] | None, _option("--compute", _SPEND, "Training compute in FLOP: 1e25; repeatable.")
    ] = None,
    budget: Annotated[
        list[str] | None, _option("--budget", _SPEND, "Dollars instead: '$100M'; repeatable.", "USD")
    ] = None,
    chip: Annotated[str | None, _option("--chip", _PRICE, "Chip: H100, A100, TPU v4.", "NAME")] = None,
    mfu: Annotated[str | None, _option("--mfu", _PRICE, "Model FLOP over dense peak: 0.4 or 40%.")] = None,
    price: Annotated[str | None, _option("--price", _PRICE, "Dollars per chip-hour: $2.")] = None,
    date: Annotated[str | None, _option("--date", _PRICE, "Prices of that time: 2026-07.", "DATE")] = None,
    region: Annotated[str | None, _option("--region", _PRICE, "Country or cloud region.", "PLACE")] = None,
    own: Annotated[
        bool | None,
        typer.Option("--own/--rent", help="Cost by ownership or rental.", rich_help_panel=_PRICE, show_default="rent"),
    ] = None,
    inference_tokens: Annotated[
        str | None, _option("--inference-tokens", _USE, "Tokens that will be served: 10T; gives the over-trained run.")
    ] = None,
    hold: Annotated[
        str,
        typer.Option(
            "--hold",
            help="With --inference-tokens, what stays: the loss that the compute could reach, or the compute, of training and inference together.",
            rich_help_panel=_USE,
        ),
    ] = "loss",
    data_limit: Annotated[str | None, _option("--data-limit", _USE, "Unique tokens there are: 10T.")] = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Show the isoFLOP curve: the loss of other sizes at the same compute.")
    ] = False,
    level: LevelOption = None,
    seed: SeedOption = SEED,
) -> None:
    """Allocate compute, or a budget, to parameters and tokens by a fitted law.

    [bold]Examples[/bold]

    forecast allocate chinchilla --compute 1e25

    forecast allocate fit.json --compute 1e24 --compute 1e25 --curve -o allocation.md

    forecast allocate fit.json --budget '$100M' --chip H100 --mfu 40%

    forecast allocate fit.json --compute 1e25 --inference-tokens 10T
    """
    import dataclasses

    from forecast.fitting.example import open_fit
    from forecast.questions.allocation import allocate as compute_allocation
    from forecast.report.pages.allocation import allocation_answer
    from forecast.settings import generator
    from forecast.units import parse_quantity

    plan = {"chip": chip, "mfu": mfu, "price": price, "date": date, "region": region, "own": own}
    stated = {name: value for name, value in plan.items() if value is not None}
    if stated and not budget:
        message = f"--{next(iter(stated))} is for --budget, which turns dollars into compute"
        raise UsageError(message, hint="add --budget '$100M', or leave it out")
    wanted: Hold = hold  # type: ignore[assignment]
    if wanted != "loss" and inference_tokens is None:
        message = f"--hold {hold} needs --inference-tokens"
        raise UsageError(message, hint="add --inference-tokens 10T")
    found = compute_allocation(
        open_fit(fit, seed),
        [parse_quantity(text, "FLOP", name="--compute") for text in compute or ()],
        budget=[parse_quantity(text, "USD", name="--budget") for text in budget or ()],
        plan=stated,
        inference_tokens=_tokens(inference_tokens, "--inference-tokens"),
        hold=wanted,
        data_limit=_tokens(data_limit, "--data-limit"),
        curve=curve,
        levels=levels(level) if level else None,
        rng=generator(seed),
    )
    found = dataclasses.replace(found, provenance=dataclasses.replace(found.provenance, seed=seed))
    emit(allocation_answer(found, figures=emit.shows_figures))


def _tokens(text: str | None, name: str) -> float | None:
    from forecast.units import parse_quantity

    return None if text is None else parse_quantity(text, "tokens", name=name)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Fit")(allocate)
