"""`forecast doctor`: whether this installation can do its work, and the remedy where it cannot."""

from __future__ import annotations

from importlib.util import find_spec

import typer

from forecast.commands.emit import Emitter, with_output

#: extra -> the module that it brings
_EXTRAS = {"parquet": "pyarrow", "excel": "openpyxl", "pdf": "weasyprint"}


@with_output
def doctor(emit: Emitter) -> None:
    """Check the installation: versions, extras, bundled data and templates. Exits with 3 if the data is damaged.

    [bold]Examples[/bold]

    forecast doctor

    forecast doctor --json
    """
    from forecast.data.dataset import dataset_names, load_dataset
    from forecast.data.resources import templates_folder
    from forecast.errors import ForecastError
    from forecast.provenance import versions
    from forecast.report.document import Answer, Document, Section, Table

    rows = [{"check": name, "status": "ok", "detail": found} for name, found in versions().items()]
    for extra, module in _EXTRAS.items():
        there = find_spec(module) is not None
        remedy = f"optional: pip install 'scaling-forecast[{extra}]'"
        rows.append(
            {"check": f"extra {extra}", "status": "ok" if there else "absent", "detail": module if there else remedy}
        )
    for name in dataset_names():
        try:
            found = load_dataset(name)
            rows.append(
                {
                    "check": f"dataset {name}",
                    "status": "ok",
                    "detail": f"{len(found.frame):,} rows, SHA-256 {found.digest[:12]}",
                }
            )
        except (OSError, ValueError, KeyError, ForecastError) as error:
            rows.append({"check": f"dataset {name}", "status": "damaged", "detail": f"{error}; reinstall the package"})
    page = templates_folder() / "page.html"
    rows.append(
        {
            "check": "templates",
            "status": "ok" if page.is_file() else "damaged",
            "detail": page.name if page.is_file() else "reinstall the package",
        }
    )
    columns = ["check", "status", "detail"]
    table = Table(columns, [[row[column] for column in columns] for row in rows])
    document = Document("Installation", [Section("", [table])])
    emit(Answer("forecast/doctor/1", {"rows": rows}, document, explains=("forecast.commands.doctor",)))
    if any(row["status"] == "damaged" for row in rows):
        raise typer.Exit(3)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="About")(doctor)
