"""`forecast ledger`: keep forecasts as they were made, and score them when new data arrive."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands.emit import Emitter, check_writable, with_output
from forecast.commands.options import DrawsOption, LevelOption, SeedOption, levels
from forecast.commands.predict import (
    ByOption,
    DataOption,
    DateOption,
    FrontierOption,
    KnownByOption,
    MethodOption,
    SinceOption,
    WhereOption,
)
from forecast.errors import UsageError, did_you_mean
from forecast.settings import DRAWS, SEED

if TYPE_CHECKING:
    from forecast.questions.ledger import Entry, Ledger
    from forecast.trends.result import Estimand

DEFAULT = "forecast-ledger.jsonl"
LedgerOption = Annotated[str, typer.Option("--ledger", metavar="FILE", help="The ledger, one forecast a line.")]

ledger = typer.Typer(
    name="ledger", no_args_is_help=True, help="Keep forecasts as they were made, and score them when new data arrive."
)


@ledger.command("add")
@with_output
def add(
    emit: Emitter,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="As for 'forecast predict'.")],
    by: ByOption = None,
    estimand: Annotated[str, typer.Option("--estimand", help="member or record.")] = "member",
    since: SinceOption = None,
    known_by: KnownByOption = None,
    where: WhereOption = None,
    frontier: FrontierOption = None,
    method: MethodOption = "auto",
    data: DataOption = None,
    date: DateOption = None,
    level: LevelOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    label: Annotated[str, typer.Option("--label", help="Free text kept with the forecast.")] = "",
    path: LedgerOption = DEFAULT,
) -> None:
    """Forecast, and append the forecast to the ledger.

    [bold]Examples[/bold]

    forecast ledger add compute --by 2028 --label "budget round 2027"
    """
    from dataclasses import replace

    from forecast.questions.ledger import make_entry
    from forecast.report.pages.ledger import added_answer
    from forecast.settings import generator
    from forecast.trends.prediction import forecast_observations, observe, settings_for

    if estimand == "trend":
        message = "the trend line is no forecast of any model, so it cannot be scored"
        raise UsageError(message, hint="use --estimand member or record")
    check_writable(Path(path))
    wanted: Estimand = estimand  # type: ignore[assignment]
    settings = settings_for(data, since, frontier, method, wanted, levels(level), draws)
    (observations,) = observe([target], data, date, where or (), known_by)
    found = forecast_observations(observations, by or (), settings, generator(seed))
    found = replace(found, provenance=replace(found.provenance, seed=seed))
    today = dt.datetime.now(tz=dt.UTC).date()
    entry = make_entry(found, observations, settings, where or (), label, today)
    kept, fresh = _append(Path(path), entry)
    emit(added_answer(kept, path, fresh=fresh))


@ledger.command("list")
@with_output
def show(emit: Emitter, path: LedgerOption = DEFAULT) -> None:
    """List the forecasts of the ledger.

    [bold]Examples[/bold]

    forecast ledger list
    """
    from forecast.report.pages.ledger import list_answer

    emit(list_answer(_read(Path(path))))


@ledger.command("score")
@with_output
def score(
    emit: Emitter,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="FILE", help="The new data.", show_default="the bundled models"),
    ] = None,
    date: DateOption = None,
    level: LevelOption = None,
    path: LedgerOption = DEFAULT,
) -> None:
    """Score the forecasts on the frontier models that entered since they were made.

    [bold]Examples[/bold]

    forecast ledger score

    forecast ledger score --data newer.csv -o record.md
    """
    from forecast.data.dataset import load_dataset
    from forecast.data.table import read_table
    from forecast.questions.ledger import score_ledger
    from forecast.report.pages.ledger import score_answer

    found = _read(Path(path))
    table = read_table(data) if data is not None else None
    digest = {table.name: table.digest} if table else {"models": load_dataset("models").digest}
    emit(score_answer(found, score_ledger(found, table, levels(level), date), digest))


def _read(path: Path) -> Ledger:
    from forecast.questions.ledger import read_ledger

    if not path.is_file():
        near = [p.name for p in path.parent.glob("*.jsonl")] if path.parent.is_dir() else []
        guess = did_you_mean(path.name, near) if near else ""
        message = f"{path}: there is no such ledger{guess}"
        raise UsageError(message, hint=f"begin one: forecast ledger add compute --ledger {path}")
    return read_ledger(path.read_bytes().decode("utf-8", errors="replace"), str(path))


def _append(path: Path, entry: Entry) -> tuple[Entry, bool]:
    """Append an entry unless it stands there already; return the entry that stands there, and whether it is new."""
    import json

    from forecast.questions.ledger import read_ledger

    try:
        with path.open("a+b") as stream, _locked(stream.fileno()):
            stream.seek(0)
            content = stream.read()
            for known in read_ledger(content.decode("utf-8", errors="replace"), str(path)).entries:
                if known["id"] == entry["id"]:
                    return known, False
            # A line that a crash cut short must not swallow the next one.
            start = b"" if not content or content.endswith(b"\n") else b"\n"
            stream.write(start + json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror})"
        raise UsageError(message) from error
    return entry, True


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    # Two commands at once must neither mix their lines nor both add the same forecast.
    try:
        import fcntl
    except ImportError:  # not on Windows, where appending is all there is
        yield
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(ledger, rich_help_panel="Forecast")
