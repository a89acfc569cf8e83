"""`forecast estimate`: time, energy, carbon, water and cost of a planned training run, or of many."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.commands.options import LevelOption, SeedOption, levels
from forecast.errors import UsageError
from forecast.settings import DRAWS, SEED

_RUN, _PLACE, _MONEY = "The run", "Where and when", "Money and people"


def _option(flag: str, panel: str, text: str, metavar: str = "NUMBER") -> Any:
    return typer.Option(flag, metavar=metavar, help=text, rich_help_panel=panel)


@with_output
def estimate(
    emit: Emitter,
    plan: Annotated[
        str | None, typer.Argument(metavar="[PLAN.toml]", help="A saved plan; options override it.")
    ] = None,
    params: Annotated[str | None, _option("--params", _RUN, "Parameters: 70B.")] = None,
    active_params: Annotated[
        str | None, _option("--active-params", _RUN, "Active parameters of a mixture of experts.")
    ] = None,
    tokens: Annotated[str | None, _option("--tokens", _RUN, "Training tokens: 15T.")] = None,
    finetuning_tokens: Annotated[str | None, _option("--finetuning-tokens", _RUN, "Tokens of a fine-tune.")] = None,
    inference_tokens: Annotated[
        str | None, _option("--inference-tokens", _RUN, "Tokens generated in use, for the use phase.")
    ] = None,
    compute: Annotated[str | None, _option("--compute", _RUN, "Training compute in FLOP: 3e25.")] = None,
    chip_hours: Annotated[str | None, _option("--chip-hours", _RUN, "Chip-hours, where they are known.")] = None,
    energy: Annotated[str | None, _option("--energy", _RUN, "Metered energy, PUE included: 1.3GWh.")] = None,
    chip: Annotated[str | None, _option("--chip", _RUN, "Chip: H100, A100, TPU v4.", "NAME")] = None,
    count: Annotated[str | None, _option("--count", _RUN, "Chips at once; needed for time and power.")] = None,
    mfu: Annotated[str | None, _option("--mfu", _RUN, "Model FLOP over dense peak: 0.4 or 40%.")] = None,
    precision: Annotated[
        str | None, _option("--precision", _RUN, "fp32, tf32, bf16, fp16, fp8 or fp4.", "NAME")
    ] = None,
    region: Annotated[str | None, _option("--region", _PLACE, "Country or cloud region.", "PLACE")] = None,
    provider: Annotated[
        str | None, _option("--provider", _PLACE, "Provider, for PUE and rental price.", "NAME")
    ] = None,
    date: Annotated[str | None, _option("--date", _PLACE, "Date of the run: 2024-06.", "DATE")] = None,
    pue: Annotated[str | None, _option("--pue", _PLACE, "Facility over computing energy.")] = None,
    own: Annotated[
        bool | None,
        typer.Option("--own/--rent", help="Cost by ownership or rental.", rich_help_panel=_MONEY, show_default="rent"),
    ] = None,
    commitment: Annotated[
        str | None, _option("--commitment", _MONEY, "on_demand, reserved_1y, reserved_3y or spot.", "NAME")
    ] = None,
    staff: Annotated[str | None, _option("--staff", _MONEY, "Contributors whose time is paid.")] = None,
    development: Annotated[
        bool, typer.Option("--development", help="Count experiments and failed runs too.", rich_help_panel=_MONEY)
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Give any quantity, exact or as LOW..HIGH; alone, nothing is assumed.",
        ),
    ] = None,
    plans: Annotated[
        str | None, typer.Option("--plans", metavar="FILE", help="A table with one plan a row, or - for stdin.")
    ] = None,
    init: Annotated[bool, typer.Option("--init", help="Print a commented plan file, or write it to -o FILE.")] = False,
    level: LevelOption = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            min=100,
            max=1_000_000,
            help="Number of random draws.",
            show_default="10000; 1000 with --plans",
        ),
    ] = None,
    seed: SeedOption = SEED,
) -> None:
    """Estimate time, energy, carbon, water and cost of a training run, with the uncertainty of every input.

    What is not given is assumed, and listed with its range and source. With --set alone nothing is assumed.

    [bold]Examples[/bold]

    forecast estimate --params 70B --tokens 15T

    forecast estimate --compute 3e25 --chip H100 --count 16384 --region FRA --own -o plan.md

    forecast estimate --set energy_kwh=433196 --set carbon_intensity_g_per_kwh=57

    forecast estimate --plans plans.csv -o estimates.csv
    """
    from forecast.costs.plan import plan_template, read_plan

    if init:
        emit.plain(plan_template())
        return
    options = {
        "--params": params, "--active-params": active_params, "--tokens": tokens,
        "--finetuning-tokens": finetuning_tokens, "--inference-tokens": inference_tokens, "--compute": compute,
        "--chip-hours": chip_hours, "--energy": energy, "--chip": chip, "--count": count, "--mfu": mfu,
        "--precision": precision, "--region": region, "--provider": provider, "--date": date, "--pue": pue,
        "--commitment": commitment, "--staff": staff,
    }  # fmt: skip
    stated = {flag: value for flag, value in options.items() if value is not None}
    command = _command(emit, plan, plans, stated, own, development, settings or (), level or (), draws, seed)
    entries: dict[str, Any] = {flag.removeprefix("--"): value for flag, value in stated.items()}
    if own is not None:
        entries["own"] = own
    if development:
        entries["development"] = True
    given = _settings(settings or ())
    base = read_plan(plan) if plan is not None else {}
    if plans is not None:
        _many(emit, plans, _merge(base, entries, given), command, level, draws, seed)
        return
    _one(emit, _merge(base, entries, given), bool(base or entries), command, level, draws or DRAWS, seed)


def _one(
    emit: Emitter, entries: dict[str, Any], assume: bool, command: str, level: list[float] | None, draws: int, seed: int
) -> None:
    import dataclasses

    from forecast.costs.estimation import estimate as compute
    from forecast.costs.plan import RunPlan
    from forecast.report.pages.estimate import estimate_answer
    from forecast.settings import generator

    if not entries:
        message = "nothing is known of the run"
        raise UsageError(message, hint="give at least its size: forecast estimate --params 70B --tokens 15T")
    found = compute(RunPlan.read(entries, assume=assume), levels=levels(level), draws=draws, rng=generator(seed))
    found = dataclasses.replace(found, provenance=dataclasses.replace(found.provenance, seed=seed))
    emit(estimate_answer(found, command, full=emit.shows_figures))


def _many(
    emit: Emitter, source: str, entries: dict[str, Any], command: str, level: list[float] | None, draws: int | None,
    seed: int,
) -> None:  # fmt: skip
    import dataclasses

    from forecast.costs.batches import BATCH_DRAWS, estimate_plans
    from forecast.data.table import read_table
    from forecast.report.pages.estimates import estimates_answer
    from forecast.settings import generator

    found = estimate_plans(
        read_table(source), entries, levels=levels(level), draws=draws or BATCH_DRAWS, rng=generator(seed)
    )
    found = dataclasses.replace(found, provenance=dataclasses.replace(found.provenance, seed=seed))
    emit(estimates_answer(found, command))


def _settings(texts: list[str] | tuple[()]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            message = f"--set {text}: is not NAME=VALUE"
            raise UsageError(message, hint="write for example --set pue=1.1, or --set utilization=0.3..0.5")
        if name.strip() in given:
            message = f"--set {name.strip()}: is given twice"
            raise UsageError(message)
        given[name.strip()] = value.strip()
    return given


def _merge(base: dict[str, Any], entries: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    # Options and --set say the same once; both override the file.
    from forecast.costs.plan import full_name

    named = {full_name(key): key for key in entries}
    for key in given:
        if full_name(key) in named:
            message = f"{key}: is given by --{named[full_name(key)]} and by --set"
            raise UsageError(message, hint="give it once")
    override = {full_name(key) for key in (*entries, *given)}
    kept = {key: value for key, value in base.items() if full_name(key) not in override}
    return {**kept, **entries, **given}


def _command(
    emit: Emitter, plan: str | None, plans: str | None, options: dict[str, str], own: bool | None, development: bool,
    settings: list[str] | tuple[()], level: list[float] | tuple[()], draws: int | None, seed: int,
) -> str:  # fmt: skip
    words = ["forecast", "estimate", *([plan] if plan else []), *(["--plans", plans] if plans else [])]
    words += [word for pair in options.items() for word in pair]
    words += ([] if own is None else ["--own" if own else "--rent"]) + (["--development"] if development else [])
    words += [word for text in settings for word in ("--set", text)]
    words += [word for each in level for word in ("--level", f"{each:g}")]
    words += ["--draws", str(draws)] if draws is not None else []
    words += ["--seed", str(seed)] if seed != SEED else []
    words += ["-o", emit.output] if emit.output else []
    return shlex.join(words)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Forecast")(estimate)
