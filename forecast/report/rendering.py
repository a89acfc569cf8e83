"""From an answer to text in a format, with the files that go beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from forecast.errors import UsageError
from forecast.registry import Registry
from forecast.report.document import Answer

if TYPE_CHECKING:
    from forecast.report.templating import Template


@dataclass(frozen=True)
class Rendered:
    """Text (or bytes, of a picture), and companion files (name -> content) to be written beside it."""

    text: str | bytes
    files: dict[str, str] = field(default_factory=dict)


#: A format renders an answer; it gets the stem of the output file, or ``None`` when it prints to stdout, and one that
#: can be laid out differently (:data:`TEMPLATED`) also a template.
Format = Callable[..., Rendered]
FORMATS: Registry[Format] = Registry("format", "forecast.report.formats")

#: Short names and file suffixes
ALIASES = {"table": "terminal", "md": "markdown", "txt": "terminal", "htm": "html"}
TEMPLATED = ("html", "markdown", "pdf")
#: They hold all there is, or no document, so a template changes nothing in them.
_UNSHAPED = ("csv", "json", "png", "svg")


def format_name(wanted: str | None, output: str | None) -> str:
    """Return the format asked for, else the one of the output's suffix, else the terminal's.

    Raises
    ------
    UsageError
        When the suffix says nothing.
    """
    if wanted is not None:
        name = ALIASES.get(wanted, wanted)
        if name not in FORMATS.names():
            FORMATS[wanted]  # raises, with the names
        return name
    if output is None or output == "-":
        return "terminal"
    suffix = PurePath(output).suffix.lstrip(".").lower()
    name = ALIASES.get(suffix, suffix)
    if name not in FORMATS.names():
        message = f"{output}: the suffix names no format"
        raise UsageError(message, hint="use .md, .html, .pdf, .json, .csv or .txt, or add --format")
    return name


def check_template(name: str, template: Template) -> None:
    """Refuse a template that the named format has no use for.

    Raises
    ------
    UsageError
        Saying which formats have.
    """
    if template.path is not None and name not in TEMPLATED:
        message = f"a template of your own lays out {', '.join(TEMPLATED)}, not {name}"
        raise UsageError(message, hint="write to .md, .html or .pdf")
    if template.depth != "full" and name in _UNSHAPED:
        message = f"--template {template.depth} changes nothing in {name}, which holds everything"
        raise UsageError(message, hint="write to .md, .html or .pdf")


def render(answer: Answer, name: str, stem: str | None = None, template: Template | None = None) -> Rendered:
    """Render an answer in the named format.

    Parameters
    ----------
    answer : Answer
        What to say.
    name : str
        One of ``FORMATS.names()``.
    stem : str, optional
        Of the output file.
    template : Template, optional
        How much is shown, and how it is laid out; by default ``full``.

    Raises
    ------
    UsageError
        When the template does not fit the format, or is at fault.
    """
    if template is not None:
        check_template(name, template)
    answer = replace(answer, document=answer.document.cut(template.depth if template else "full"))
    if template is not None and template.path is not None:
        return FORMATS[name](answer, stem, template)
    return FORMATS[name](answer, stem)
