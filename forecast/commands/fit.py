"""`forecast fit`: a law to a table, certified, with intervals."""

from __future__ import annotations

import shlex
from typing import Annotated, Any, Literal

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import LevelOption, SeedOption, levels
from forecast.errors import UsageError
from forecast.settings import SEED

_DATA, _LAW, _FORMULA, _INTERVALS = "Data", "Law and loss", "Formula", "Intervals"


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
        str | None,
        typer.Option(
            "--law", help="A name from 'forecast list laws', such as chinchilla or power.", rich_help_panel=_LAW
        ),
    ] = None,
    formula: Annotated[
        str | None,
        typer.Option(
            "--formula",
            metavar="FORMULA",
            help="In place of a law, such as 'log10(cost) ~ log10(compute) + year + C(domain)'.",
            rich_help_panel=_FORMULA,
        ),
    ] = None,
    estimator: Annotated[
        str | None,
        typer.Option(
            "--estimator",
            help="ols, wls, robust or quantile.",
            show_default="ols, wls with weights",
            rich_help_panel=_FORMULA,
        ),
    ] = None,
    quantile: Annotated[
        float | None,
        typer.Option("--quantile", help="Of --estimator quantile.", show_default="0.5", rich_help_panel=_FORMULA),
    ] = None,
    covariance: Annotated[
        str | None,
        typer.Option(
            "--covariance",
            help="nonrobust, HC3 or cluster.",
            show_default="nonrobust, cluster with --group",
            rich_help_panel=_FORMULA,
        ),
    ] = None,
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
    delta: Annotated[
        str,
        typer.Option(
            "--delta", help="Where huber turns linear; auto: 1.345 standard deviations.", rich_help_panel=_LAW
        ),
    ] = "0.001",
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
            "--intervals", help="auto, pairs, cluster, wild, residual, analytic or profile.", rich_help_panel=_INTERVALS
        ),
    ] = "auto",
    bca: Annotated[
        bool | None,
        typer.Option(
            "--bca/--percentile",
            help="Bias-corrected and accelerated bounds, or percentiles.",
            show_default="by loss and rows",
            rich_help_panel=_INTERVALS,
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option("--draws", min=100, max=1_000_000, help="Number of refits or draws.", rich_help_panel=_INTERVALS),
    ] = 1_000,
    level: LevelOption = None,
    seed: SeedOption = SEED,
) -> None:
    """Fit a scaling law, or a regression with a formula, to a table, with a certificate and intervals.

    [bold]Examples[/bold]

    forecast fit chinchilla --law chinchilla --where 'loss<3.44' -o fit.json

    forecast fit runs.csv --law power_floor --x flops --y loss

    forecast fit checkpoints.csv --law chinchilla --role N=params --role D=tokens --role L=loss --group run

    forecast fit models --formula 'log10(cost) ~ log10(compute) + year' -o cost.json

    forecast fit models --formula 'log10(compute) ~ year' --where frontier=true --by-group country -f csv
    """
    import dataclasses

    if formula is not None:
        of_laws = {
            "--law": law, "--y": y, "--x": x, "--role": role, "--loss": loss, "--fix": fix,
            "--space": space, "--breaks": breaks, "--bca": bca is not None, "--delta": delta != "0.001",
            "--asymmetry": asymmetry != 0.5, "--intervals": intervals != "auto", "--draws": draws != 1_000,
        }  # fmt: skip
        _refuse(of_laws, "--formula", "--law")
        _fit_formula(emit, file, formula, estimator, quantile, covariance, weights, group, by_group, where, level, seed)
        return
    _refuse({"--estimator": estimator, "--quantile": quantile, "--covariance": covariance}, "--law", "--formula")
    if law is None:
        message = "say what to fit: --law NAME or --formula FORMULA"
        raise UsageError(
            message, hint="laws: forecast list laws; a formula: --formula 'log10(cost) ~ log10(compute) + year'"
        )

    from forecast.fitting import GroupFits
    from forecast.fitting import fit as compute
    from forecast.report.pages.fit import fit_answer
    from forecast.report.pages.groups import groups_answer
    from forecast.settings import generator
    from forecast.units import parse_quantity

    held = {
        name: parse_quantity(value, name=f"--fix {name}") for name, value in pairs(fix, "--fix", "alpha=0.34").items()
    }
    result = compute(
        file, law, y=y, x=x or (), roles=pairs(role, "--role", "N=params"), loss=loss, delta=_delta(delta), asymmetry=asymmetry,
        space=space, weights=weights, group=group, by_group=by_group, intervals=intervals,
        kind="auto" if bca is None else "bca" if bca else "percentile", draws=draws, levels=levels(level), fixed=held, breaks=breaks,
        where=where or (), drop_missing=drop_missing, rng=generator(seed),
    )  # fmt: skip
    options = {
        "--law": law, "--y": y, "--x": x, "--role": role, "--where": where, "--weights": weights, "--group": group,
        "--by-group": by_group, "--loss": loss, "--fix": fix, "--space": space, "--breaks": breaks,
        "--drop-missing": drop_missing or None, "--bca": bca or None,
        "--percentile": bca is False or None,
        **{
            name: value
            for name, value, usual in (
                ("--delta", delta, "0.001"), ("--asymmetry", asymmetry, 0.5), ("--intervals", intervals, "auto"),
                ("--draws", draws, 1_000), ("--seed", seed, SEED),
            )
            if value != usual
        },
        "--level": level, "-o": emit.output,
    }  # fmt: skip
    made = dataclasses.replace(result.provenance, seed=seed, call=_command(file, options))
    result = dataclasses.replace(result, provenance=made)
    emit(groups_answer(result) if isinstance(result, GroupFits) else fit_answer(result))


def _delta(text: str) -> float | Literal["auto"]:
    """Return the delta of an option."""
    if text == "auto":
        return "auto"
    try:
        return float(text)
    except ValueError as error:
        message = f"--delta {text!r} is neither a number nor auto"
        raise UsageError(message, hint="1e-3 is usual for log residuals") from error


def _refuse(options: dict[str, Any], given: str, belongs: str) -> None:
    """Refuse options that belong to the other kind of fit."""
    for option, value in options.items():
        if value is not None and value is not False:
            message = f"{option} does not go with {given}"
            raise UsageError(message, hint=f"it belongs to {belongs}" if option != belongs else "give one of them")


def _fit_formula(
    emit: Emitter, file: str, formula: str, estimator: str | None, quantile: float | None, covariance: str | None,
    weights: str | None, group: str | None, by_group: str | None, where: list[str] | None, level: list[float] | None,
    seed: int,
) -> None:  # fmt: skip
    import dataclasses

    from forecast.regressions import GroupRegressions, regress
    from forecast.report.pages.groups import regression_groups_answer
    from forecast.report.pages.regression import regression_answer
    from forecast.settings import generator

    result = regress(
        file, formula, estimator=estimator, quantile=quantile, covariance=covariance, weights=weights, group=group,
        by_group=by_group, levels=levels(level), where=where or (), rng=generator(seed),
    )  # fmt: skip
    options = {
        "--formula": formula, "--estimator": estimator, "--quantile": quantile, "--covariance": covariance,
        "--weights": weights, "--group": group, "--by-group": by_group, "--where": where, "--seed": seed if seed != SEED else None,
        "--level": level, "-o": emit.output,
    }  # fmt: skip
    made = dataclasses.replace(result.provenance, seed=seed, call=_command(file, options))
    if isinstance(result, GroupRegressions):
        emit(regression_groups_answer(dataclasses.replace(result, provenance=made)))
    else:
        emit(regression_answer(dataclasses.replace(result, provenance=made)))


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
