"""Templates of reports: how much is shown (``brief``, ``full``, ``methods``), or a file of one's own.

A template runs in Jinja's sandbox: it sees the document and nothing else of the machine. It may extend ours
(``{% extends "page.html" %}``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forecast import __version__
from forecast.data.resources import templates_folder
from forecast.errors import UsageError, did_you_mean
from forecast.report.document import DEPTHS, Answer, Depth


@dataclass(frozen=True)
class Template:
    """How a report is laid out.

    Parameters
    ----------
    depth : {"brief", "full", "methods"}
        Which sections are shown.
    path : Path or None
        A file of one's own in place of the bundled page.
    """

    depth: Depth = "full"
    path: Path | None = None


def choose_template(wanted: str | None) -> Template:
    """Return the template of a name, or of a path.

    Raises
    ------
    UsageError
        When it is neither.

    Examples
    --------
    >>> choose_template("brief").depth
    'brief'
    """
    if wanted is None:
        return Template()
    for depth in DEPTHS:
        if wanted == depth:
            return Template(depth)
    path = Path(wanted)
    if not path.is_file():
        message = f"--template {wanted!r} is neither a template nor a file{did_you_mean(wanted, DEPTHS)}"
        raise UsageError(message, hint=f"templates: {', '.join(DEPTHS)}; or the path of a Jinja template of your own")
    return Template("methods", path)


def environment(path: Path | None, *, autoescape: bool, finalize: Callable[[Any], Any]) -> jinja2.Environment:
    """Return where templates are found and how what they print is made safe."""
    folders = [path.parent] if path else []
    return ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([*folders, templates_folder()]), autoescape=autoescape, finalize=finalize,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


def fill(environment: jinja2.Environment, path: Path | None, page: str, context: Mapping[str, Any]) -> str:
    """Return the filled template.

    Parameters
    ----------
    environment : jinja2.Environment
        From :func:`environment`.
    path : Path or None
        The user's own template.
    page : str
        The bundled one.
    context : mapping
        What it may use.

    Raises
    ------
    UsageError
        When the user's template is at fault, with its line.
    """
    try:
        return environment.get_template(path.name if path else page).render(context)
    except Exception as error:
        # Anything that happens while a stranger's template runs is the template's; ours are tested.
        if path is None:
            raise
        line = getattr(error, "lineno", None) or _line(error, path)
        place = f"{path}{f', line {line}' if line else ''}"
        message = f"{place}: the template cannot be filled: {error}"
        raise UsageError(message, hint=f"it may use {', '.join(sorted(context))}; see docs/reports.md") from error


def _line(error: Exception, path: Path) -> int | None:
    trace, found = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def common_context(answer: Answer) -> dict[str, Any]:
    """Return what templates of every format may use."""
    return {
        "answer": answer,
        "document": answer.document,
        "notes": answer.notes,
        "result": answer.result,
        "provenance": answer.provenance,
        "warnings": sum(note.severity == "warning" for note in answer.notes),
        "version": __version__,
    }
