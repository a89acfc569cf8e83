"""`forecast fit`: a law to a table, certified, with intervals."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import LevelOption, SeedOption, levels
from forecast.errors import UsageError
from forecast.settings import SEED

_DATA, _LAW, _INTERVALS = "Data", "Law and loss", "Intervals"


@with_output
def fit(
    emit: Emitter,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A table (.csv .jsonl .parquet .xlsx, .gz), a bundled one by its name, or - for stdin."
        ),
    ],
    law: Annotated[
        str,
        typer.Option(
            "--law", help="A name from 'forecast list laws', such as chinchilla or power.", rich_help_panel=_LAW
        ),
    ],
    y: Annotated[str | None, typer.Option("--y", metavar="COLUMN", help="The response.", rich_help_panel=_DATA)] = None,
    x: Annotated[
        list[str] | None,
        typer.Option("--x", metavar="COLUMN", help="An input; repeatable, in the law's order.", rich_help_panel=_DATA),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="ROLE=COLUMN",
            help="Such as N=params, D=tokens, C=flop, L=loss; repeatable.",
            show_default="guessed from clear column names",
            rich_help_panel=_DATA,
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="FIELD=VALUE",
            help="Keep matching rows only; repeatable, also != < <= > >=.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="COLUMN", help="Weight of each row.", rich_help_panel=_DATA)
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            "--group",
            metavar="COLUMN",
            help="The run that rows share, such as checkpoints of one training.",
            rich_help_panel=_DATA,
        ),
    ] = None,
    by_group: Annotated[
        str | None,
        typer.Option("--by-group", metavar="COLUMN", help="Fit the rows of each value apart.", rich_help_panel=_DATA),
    ] = None,
    drop_missing: Annotated[
        bool,
        typer.Option(
            "--drop-missing", help="Leave out rows with an empty cell instead of refusing them.", rich_help_panel=_DATA
        ),
    ] = False,
    loss: Annotated[
        str | None,
        typer.Option("--loss", help="huber, lad or mse, summed.", show_default="the law's own", rich_help_panel=_LAW),
    ] = None,
    delta: Annotated[float, typer.Option("--delta", help="Where huber turns linear.", rich_help_panel=_LAW)] = 1e-3,
    asymmetry: Annotated[
        float,
        typer.Option(
            "--asymmetry",
            help="Weight of rows above the fit; 0.9 with --loss lad fits the upper decile.",
            rich_help_panel=_LAW,
        ),
    ] = 0.5,
    space: Annotated[
        str | None,
        typer.Option(
            "--space", help="Residuals of log, log1p or raw values.", show_default="the law's own", rich_help_panel=_LAW
        ),
    ] = None,
    fix: Annotated[
        list[str] | None,
        typer.Option("--fix", metavar="NAME=VALUE", help="Hold a parameter; repeatable.", rich_help_panel=_LAW),
    ] = None,
    breaks: Annotated[
        int | None,
        typer.Option("--breaks", help="Breaks of broken_power, 1 to 3.", show_default="1", rich_help_panel=_LAW),
    ] = None,
    intervals: Annotated[
        str,
        typer.Option(
            "--intervals", help="auto, pairs, cluster, residual, analytic or profile.", rich_help_panel=_INTERVALS
        ),
    ] = "auto",
    bca: Annotated[
        bool,
        typer.Option(
            "--bca", help="Bias-corrected and accelerated bounds, not percentiles.", rich_help_panel=_INTERVALS
        ),
    ] = False,
    draws: Annotated[
        int,
        typer.Option("--draws", min=100, max=1_000_000, help="Number of refits or draws.", rich_help_panel=_INTERVALS),
    ] = 1_000,
    level: LevelOption = None,
    seed: SeedOption = SEED,
) -> None:
    """Fit a scaling law to a table, from many starts, with a certificate and intervals.

    [bold]Examples[/bold]

    forecast fit chinchilla --law chinchilla --where 'loss<3.44' -o fit.json

    forecast fit runs.csv --law power_floor --x flops --y loss

    forecast fit checkpoints.csv --law chinchilla --role N=params --role D=tokens --role L=loss --group run
    """
    import dataclasses

    from forecast.fitting import GroupFits
    from forecast.fitting import fit as compute
    from forecast.report.pages.fit import fit_answer, groups_answer
    from forecast.settings import generator
    from forecast.units import parse_quantity

    held = {
        name: parse_quantity(value, name=f"--fix {name}") for name, value in pairs(fix, "--fix", "alpha=0.34").items()
    }
    result = compute(
        file, law, y=y, x=x or (), roles=pairs(role, "--role", "N=params"), loss=loss, delta=delta, asymmetry=asymmetry,
        space=space, weights=weights, group=group, by_group=by_group, intervals=intervals,
        kind="bca" if bca else "percentile", draws=draws, levels=levels(level), fixed=held, breaks=breaks,
        where=where or (), drop_missing=drop_missing, rng=generator(seed),
    )  # fmt: skip
    options = {
        "--law": law, "--y": y, "--x": x, "--role": role, "--where": where, "--weights": weights, "--group": group,
        "--by-group": by_group, "--loss": loss, "--fix": fix, "--space": space, "--breaks": breaks,
        "--drop-missing": drop_missing or None, "--bca": bca or None,
        **{
            name: value
            for name, value, usual in (
                ("--delta", delta, 1e-3), ("--asymmetry", asymmetry, 0.5), ("--intervals", intervals, "auto"),
                ("--draws", draws, 1_000), ("--seed", seed, SEED),
            )
            if value != usual
        },
        "--level": level, "-o": emit.output,
    }  # fmt: skip
    made = dataclasses.replace(result.provenance, seed=seed, call=_command(file, options))
    result = dataclasses.replace(result, provenance=made)
    emit(groups_answer(result) if isinstance(result, GroupFits) else fit_answer(result))


def _command(file: str, options: dict[str, Any]) -> str:
    """Return the command that makes a fit again."""
    words = ["forecast", "fit", file]
    for name, value in options.items():
        if value is True:
            words.append(name)
        elif value is not None:
            words += [word for item in (value if isinstance(value, list) else [value]) for word in (name, str(item))]
    return shlex.join(words)


def pairs(given: list[str] | None, option: str, example: str) -> dict[str, str]:
    """Return ``NAME=VALUE`` texts as a mapping; one text may hold several, separated by commas.

    Raises
    ------
    UsageError
        When one is not such a pair, or a name stands twice.
    """
    found: dict[str, str] = {}
    for text in given or []:
        for part in text.split(",") if option == "--at" else [text]:
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not (name and equals and value):
                message = f"{option} {text!r} is not NAME=VALUE"
                raise UsageError(message, hint=f"write {option} {example}")
            if name in found:
                message = f"{option} gives {name} twice"
                raise UsageError(message)
            found[name] = value
    return found


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Fit")(fit)
