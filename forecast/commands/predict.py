"""`forecast predict`: a metric of frontier models at future dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import DrawsOption, LevelOption, SeedOption, levels
from forecast.errors import UsageError
from forecast.settings import DRAWS, SEED

if TYPE_CHECKING:
    from forecast.trends.result import Estimand

ByOption = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="DATE", help="2028, 2028-06 or +18m; repeatable.", show_default="1, 2 and 3 years on"),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="FIELD=VALUE", help="Keep matching rows only; repeatable, also != < <= > >=."),
]
KnownByOption = Annotated[
    str | None, typer.Option("--known-by", metavar="DATE", help="Forget everything published later.")
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="DATE", help="First fitted day; earlier rows rank only.", show_default="2018; all of --data"
    ),
]
FrontierOption = Annotated[
    str | None, typer.Option("--frontier", help="top10, top1, percentile20 or all.", show_default="top10")
]
MethodOption = Annotated[str, typer.Option("--method", help="auto, or a name from 'forecast list methods'.")]
DataOption = Annotated[
    str | None, typer.Option("--data", metavar="FILE", help="Your own table, or - for stdin; TARGET is then a column.")
]
DateOption = Annotated[str | None, typer.Option("--date", metavar="COLUMN", help="The date column of --data.")]


@with_output
def predict(
    emit: Emitter,
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="parameters, compute, tokens, cost, energy, carbon, water, power; a column of --data; or FIT.json of 'forecast fit'.",
        ),
    ],
    by: ByOption = None,
    estimand: Annotated[
        str | None,
        typer.Option(
            "--estimand",
            help="member, record or trend; the table shows all three unless one is named.",
            show_default="member",
        ),
    ] = None,
    since: SinceOption = None,
    known_by: KnownByOption = None,
    where: WhereOption = None,
    frontier: FrontierOption = None,
    method: MethodOption = "auto",
    data: DataOption = None,
    date: DateOption = None,
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="N=70B,D=1.4T", help="With FIT.json: where to predict; repeatable."),
    ] = None,
    through: Annotated[
        list[str] | None,
        typer.Option(
            "--through",
            metavar="[INPUT=]FIT.json",
            help="With FIT.json: another fit gives its input, and --at the inputs of that one.",
        ),
    ] = None,
    conformal: Annotated[
        bool,
        typer.Option(
            "--conformal", help="With FIT.json: also the next observation by jackknife+, whatever the scatter."
        ),
    ] = False,
    level: LevelOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
) -> None:
    """Forecast a metric of frontier models, with prediction intervals; or predict from a saved fit.

    [bold]Examples[/bold]

    forecast predict cost --by 2028

    forecast predict compute --by 2027 --by 2028-06 --json

    forecast predict parameters --known-by 2023 --where domain=Language

    forecast predict fit.json --at N=70B,D=1.4T

    forecast predict accuracy.json --through loss=loss.json --at N=70B,D=1.4T
    """
    import dataclasses

    if at or through or target.endswith(".json"):
        from forecast.commands.predict_fit import predict_fit

        trend_only = {
            "--estimand": estimand, "--since": since, "--known-by": known_by, "--where": where, "--frontier": frontier,
            "--data": data, "--date": date, "--method": None if method == "auto" else method,
        }  # fmt: skip
        predict_fit(
            emit,
            target,
            at or [],
            by or [],
            through or [],
            levels(level) if level else (),
            trend_only,
            conformal=conformal,
        )
        return
    if conformal:
        message = f"--conformal goes with a saved fit, and {target} is none"
        raise UsageError(message, hint="write: forecast predict FIT.json --at … --conformal")

    from forecast.report.pages.prediction import prediction_answer
    from forecast.settings import generator
    from forecast.trends.prediction import predict as compute

    wanted: Estimand = estimand or "member"  # type: ignore[assignment]
    outlook = compute(
        target, by or (), data=data, date=date, where=where or (), known_by=known_by, since=since, frontier=frontier,
        method=method, estimand=wanted, levels=levels(level), draws=draws, rng=generator(seed),
    )  # fmt: skip
    outlook = dataclasses.replace(outlook, provenance=dataclasses.replace(outlook.provenance, seed=seed))
    emit(prediction_answer(outlook, all_estimands=estimand is None))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Forecast")(predict)
