"""What the Tab key offers: names of metrics, methods, laws, chips, places, models, tables, and columns of your own file.

:func:`complete` gives each option of a command its completer by the option's name, so that one word completes alike
everywhere. Completers read little and import nothing heavy: the shell waits for them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

from forecast.data.resources import datasets_folder

Completer = Callable[[typer.Context, str], list[str]]
_TARGETS = ("parameters", "compute", "tokens", "cost", "energy", "power", "carbon", "water")
_PACKAGE = Path(__file__).resolve().parent.parent


def complete(name: str) -> Completer | None:
    """Return the completer of an option or argument of that name, if it has one."""
    return _COMPLETERS.get(name)


def _from(find: Callable[[typer.Context], Iterable[str]]) -> Completer:
    def offer(context: typer.Context, incomplete: str) -> list[str]:
        try:
            return sorted({text for text in find(context) if text.casefold().startswith(incomplete.casefold())})[:200]
        except (OSError, UnicodeDecodeError, csv.Error, ValueError, KeyError, StopIteration):
            return []  # a broken file is reported when the command runs, not while it is typed

    return offer


def _cells(table: str, column: str) -> Callable[[typer.Context], Iterable[str]]:
    def find(_: typer.Context) -> Iterable[str]:
        with (datasets_folder() / table).open(encoding="utf-8", newline="") as stream:
            return [row[column] for row in csv.DictReader(stream)]

    return find


def _modules(folder: str) -> Callable[[typer.Context], Iterable[str]]:
    return lambda _: [path.stem for path in (_PACKAGE / folder).glob("*.py") if not path.stem.startswith("_")]


def _tables(_: typer.Context) -> list[str]:
    package = json.loads((datasets_folder() / "datapackage.json").read_text(encoding="utf-8"))
    return [resource["name"] for resource in package["resources"]]


def _files(*suffixes: str) -> list[str]:
    return [path.name for path in Path().iterdir() if path.name.removesuffix(".gz").endswith(suffixes)]


def _columns(context: typer.Context) -> list[str]:
    # While an option is typed, arguments before it have not been given their names yet.
    given = context.params.get("data") or context.params.get("file") or next(iter(context.args), None)
    if not given:
        return []
    path = Path(given)
    if not path.exists() and given in _tables(context):
        package = json.loads((datasets_folder() / "datapackage.json").read_text(encoding="utf-8"))
        path = datasets_folder() / next(r["path"] for r in package["resources"] if r["name"] == given)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream))


def _targets(context: typer.Context) -> list[str]:
    return _columns(context) if context.params.get("data") else [*_TARGETS, *_files(".json", ".toml")]


def _fixed(*names: str) -> Callable[[typer.Context], Iterable[str]]:
    return lambda _: names


_COMPLETERS: dict[str, Completer] = {
    "target": _from(_targets), "targets": _from(_targets), "date": _from(_columns), "y": _from(_columns), "x": _from(_columns),
    "group": _from(_columns), "by_group": _from(_columns), "weights": _from(_columns),
    "law": _from(_modules("laws")), "method": _from(lambda c: ["auto", *_modules("trends/methods")(c)]), "figure": _from(_modules("figures")),
    "chip": _from(_cells("hardware.csv", "short")), "region": _from(_cells("zones.csv", "zone")),
    "name": _from(lambda c: [*_tables(c), *_cells("models.csv", "name")(c)]), "model": _from(_cells("models.csv", "name")),
    "first": _from(_cells("models.csv", "name")), "second": _from(_cells("models.csv", "name")),
    "file": _from(lambda c: [*_tables(c), *_files(".csv", ".tsv", ".jsonl", ".parquet", ".xlsx", ".json")]),
    "data": _from(lambda _: _files(".csv", ".tsv", ".jsonl", ".parquet", ".xlsx")),
    "frontier": _from(_fixed("top10", "top5", "top1", "percentile20", "all")), "estimand": _from(_fixed("member", "record", "trend")),
    "loss": _from(_fixed("huber", "lad", "mse")), "space": _from(_fixed("log", "raw", "log1p")),
    "scenario": _from(lambda c: ["all", "none", *_cells("limits.csv", "name")(c)]), "format": _from(_fixed("table", "json", "csv", "md", "html", "pdf")),
    "template": _from(_fixed("brief", "full", "methods")),
}  # fmt: skip


def attach(annotation: Any, name: str) -> None:
    """Give an annotated option or argument its completer, unless it has one of its own."""
    for info in getattr(annotation, "__metadata__", ()):
        if hasattr(info, "autocompletion") and info.autocompletion is None:
            info.autocompletion = complete(name)
