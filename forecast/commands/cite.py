"""`forecast cite`: BibTeX of the tool, and of the data and methods behind a result."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.commands.emit import Emitter, with_output


@with_output
def cite(
    emit: Emitter,
    used: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LAW|METHOD|DATASET|TOPIC]...", help="What was used; by default the bundled models."),
    ] = None,
) -> None:
    """Print what to cite, as BibTeX: the tool, and the sources of the laws, methods and tables that were used.

    [bold]Examples[/bold]

    forecast cite

    forecast cite chinchilla pool carbon

    forecast cite water --json
    """
    from dataclasses import asdict

    from forecast.data.references import references
    from forecast.report.document import Answer, Code, Document, Section

    found = references("tool", *(used or ("models",)))
    emit(
        Answer(
            schema="forecast/cite/1",
            result={"rows": [asdict(row) | {"bibtex": row.bibtex()} for row in found]},
            document=Document("", [Section("", [Code("\n\n".join(row.bibtex() for row in found), "bibtex")])]),
            rows=[asdict(row) | {"topics": "; ".join(row.topics)} for row in found],
            explains=("forecast.data.references",),
        )
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="About")(cite)
