"""`forecast data`: the bundled tables, checks of any table, and refreshing the models from Epoch AI's download."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from forecast.commands.emit import Emitter, check_writable, with_output, write_files

data = typer.Typer(no_args_is_help=True, help="Bundled tables: list, show, check, export, import, diff, card.")
imports = typer.Typer(no_args_is_help=True, help="Make models.csv anew from a public download.")

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A table, or - for stdin.")]


def list_(emit: Emitter) -> None:
    """List the bundled tables.

    [bold]Examples[/bold]

    forecast data list

    forecast data list -f csv
    """
    from forecast.report.pages.datasets import datasets_answer

    emit(datasets_answer())


def show(
    emit: Emitter,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A table, or a model by any of its names.")],
) -> None:
    """Explain a table, or show every figure of a model with how it is known.

    [bold]Examples[/bold]

    forecast data show models

    forecast data show chatgpt
    """
    from forecast.data.dataset import dataset_names, load_dataset
    from forecast.data.model_names import aliases_of, find_model
    from forecast.report.pages.datasets import dataset_answer
    from forecast.report.pages.model import model_answer

    if name in dataset_names():
        emit(dataset_answer(load_dataset(name)))
    else:
        row = find_model(name)
        emit(model_answer(row, aliases_of(str(row["name"]))))


def check(
    emit: Emitter,
    file: FileArgument,
    schema: Annotated[
        str | None,
        typer.Option("--schema", help="A bundled table's name, or epoch.", show_default="inferred from the columns"),
    ] = None,
) -> None:
    """Find what is wrong in a table: exit 3 with errors, 0 with warnings only, 5 with warnings under --strict.

    [bold]Examples[/bold]

    forecast data check refreshed.csv

    forecast data check all_ai_models.csv -o findings.csv
    """
    from forecast.data.check import inspect_table
    from forecast.data.table import read_table
    from forecast.report.pages.inspection import inspection_answer

    found = inspect_table(read_table(file), schema=schema)
    emit(inspection_answer(found))
    if found.errors or (emit.strict and found.warnings):
        raise typer.Exit(3 if found.errors else 5)


def export(
    emit: Emitter, name: Annotated[str, typer.Argument(metavar="NAME", help="A table, see forecast data list.")]
) -> None:
    """Write a bundled table to -o FILE (.csv .json .jsonl .parquet), with its attribution beside it.

    [bold]Examples[/bold]

    forecast data export models -o copy.csv

    forecast data export chinchilla -o runs.jsonl
    """
    from forecast.data.dataset import load_dataset
    from forecast.data.export import ATTRIBUTION_SUFFIX, attribution
    from forecast.data.export import export as written
    from forecast.report.pages.imported import export_answer

    dataset = load_dataset(name)
    target = emit.output or "-"
    emit.data_file(export_answer(dataset, target), written(dataset, target), {ATTRIBUTION_SUFFIX: attribution(dataset)})


def epoch(
    emit: Emitter,
    file: FileArgument,
    cleaning: Annotated[
        str | None, typer.Option("--cleaning", metavar="CSV", help="Write here how many cells each rule changed.")
    ] = None,
) -> None:
    """Make models.csv from the CSV of all or of notable models that Epoch AI offers at epoch.ai/data/ai-models.

    [bold]Examples[/bold]

    forecast data import epoch all_ai_models.csv -o models.csv
    """
    from forecast.data.refresh import import_epoch
    from forecast.data.table import read_table
    from forecast.report.pages.imported import import_answer

    if cleaning is not None:
        check_writable(Path(cleaning))
    imported = import_epoch(read_table(file))
    emit.data_file(import_answer(imported, file, emit.output or "-"), imported.csv)
    if cleaning is not None:
        write_files({Path(cleaning): imported.cleaning_csv})


def diff(
    emit: Emitter,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A table of models, Epoch AI's download, or 'models'.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same.")],
) -> None:
    """Say what a refresh changed: rows, figures, and the growth of compute, parameters and cost.

    [bold]Examples[/bold]

    forecast data diff models refreshed.csv
    """
    from forecast.data.dataset import load_dataset
    from forecast.data.diff import as_models
    from forecast.data.table import read_table
    from forecast.questions.revision import revise
    from forecast.report.pages.revision import revision_answer

    tables = [as_models(read_table(load_dataset("models").path if name == "models" else name)) for name in (old, new)]
    emit(revision_answer(revise(*tables), old, new))


def card(
    emit: Emitter,
    document: Annotated[str, typer.Argument(metavar="[readme|curation]", help="Which document.")] = "readme",
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the bundled file is current; exit 3 if not.")
    ] = False,
) -> None:
    """Write the data card (datasets/README.md), or every curation decision (datasets/CURATION.md), in Markdown.

    [bold]Examples[/bold]

    forecast data card -o datasets/README.md

    forecast data card curation --check
    """
    from forecast.data.resources import datasets_folder
    from forecast.errors import DataError, UsageError, did_you_mean
    from forecast.report.pages.data_card import card_answer, curation_answer
    from forecast.report.rendering import render

    pages = {"readme": (card_answer, "README.md"), "curation": (curation_answer, "CURATION.md")}
    if document not in pages:
        message = f"unknown document {document!r}{did_you_mean(document, pages)}"
        raise UsageError(message)
    page, name = pages[document]
    answer = page()
    if check:
        path = datasets_folder() / name
        if not path.is_file() or path.read_text(encoding="utf-8") != render(answer, "markdown").text:
            message = f"{path}: is not what the data gives now"
            raise DataError(message, hint=f"run: forecast data card {document} -o {path}")
        emit.say(f"{path}: current")
        return
    if emit.format is None and emit.output is None and not emit.json:
        emit = dataclasses.replace(emit, format="md")
    emit(answer)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command, writes in (
        ("list", list_, False), ("show", show, False), ("check", check, False), ("export", export, True),
        ("diff", diff, False), ("card", card, False),
    ):  # fmt: skip
        data.command(name)(with_output(command, data_file=writes))
    imports.command("epoch")(with_output(epoch, data_file=True))
    imports.callback()(lambda: None)
    data.add_typer(imports, name="import")
    app.add_typer(data, name="data", rich_help_panel="Data")
