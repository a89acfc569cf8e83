"""`forecast list`: the names that options accept, each with one line."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.errors import UsageError, did_you_mean

#: kind -> the folder whose files are its entries
_FOLDERS = {
    "laws": "forecast.laws",
    "methods": "forecast.trends.methods",
    "intervals": "forecast.intervals",
    "components": "forecast.costs.quantities",
    "scores": "forecast.scores",
    "figures": "forecast.figures",
    "formats": "forecast.report.formats",
    "readers": "forecast.data.readers",
    "checks": "forecast.data.checks",
}
#: Modules of those folders that are no entries, and have nothing else to tell them by.
_HELPERS = ("clustered",)  # fmt: skip


def _registered(package: str) -> list[tuple[str, str]]:
    from forecast.registry import Registry

    registry: Registry[object] = Registry("entry", package)
    found = []
    for name in registry.names():
        module = importlib.import_module(f"{package}.{name}")
        # A score is the function of its file's name; everything else is an ENTRY.
        if name not in _HELPERS and hasattr(module, "ENTRY" if package != "forecast.scores" else name):
            found.append(
                (name, (module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ").replace("``", "").rstrip("."))
            )
    return found


def _losses() -> list[tuple[str, str]]:
    from forecast.solve.losses import LOSSES

    return list(LOSSES.items())


def _datasets() -> list[tuple[str, str]]:
    from forecast.data.schema import dataset_names, resource

    return [(name, resource(name).title) for name in dataset_names()]


def _targets() -> list[tuple[str, str]]:
    from forecast.trends.targets import TARGETS

    return [(name, f"{target.title} ({target.unit})") for name, target in TARGETS.items()]


def _scenarios() -> list[tuple[str, str]]:
    from forecast.generation.limits import limits

    return [(name, f"{limit.title}: {limit.source}") for name, limit in limits().items()]


def _estimands() -> list[tuple[str, str]]:
    from forecast.trends.result import ESTIMANDS

    return [(str(name), text) for name, text in ESTIMANDS.items()]


def _chips() -> list[tuple[str, str]]:
    from forecast.data.dataset import load_dataset

    frame = load_dataset("hardware").frame
    return list(zip(frame["short"], frame["accelerator"], strict=True))


def _regions() -> list[tuple[str, str]]:
    from forecast.data.dataset import load_dataset

    frame = load_dataset("grids").frame.drop_duplicates("zone")
    return list(zip(frame["zone"], frame["zone_name"], strict=True))


def _terms() -> list[tuple[str, str]]:
    from forecast.report.terms import TERMS

    return list(TERMS.items())


_OTHERS: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "losses": _losses, "targets": _targets, "estimands": _estimands, "scenarios": _scenarios, "datasets": _datasets,
    "chips": _chips, "regions": _regions, "terms": _terms,
}  # fmt: skip
KINDS = (*_FOLDERS, *_OTHERS)


def entries(kind: str) -> list[tuple[str, str]]:
    """Return the names of a kind, each with one line."""
    return _registered(_FOLDERS[kind]) if kind in _FOLDERS else _OTHERS[kind]()


@with_output
def list_(
    emit: Emitter, kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(KINDS)}.")]
) -> None:
    """List the names that options accept, with one line on each.

    [bold]Examples[/bold]

    forecast list methods

    forecast list laws --json
    """
    from forecast.report.document import Answer, Document, Section, Table

    if kind not in KINDS:
        message = f"unknown kind {kind!r}{did_you_mean(kind, KINDS)}"
        raise UsageError(message, hint=f"kinds: {', '.join(KINDS)}")
    rows = [{"name": name, "description": text} for name, text in entries(kind)]
    table = Table(["name", "description"], [[row["name"], row["description"]] for row in rows])
    document = Document(kind.capitalize(), [Section("", [table])])
    emit(Answer("forecast/list/1", {"rows": rows}, document, explains=("forecast.registry",)))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list", rich_help_panel="About")(list_)
