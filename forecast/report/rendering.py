"""From an answer to text in a format, with the files that go beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath

from forecast.errors import UsageError
from forecast.registry import Registry
from forecast.report.document import Answer


@dataclass(frozen=True)
class Rendered:
    """Text, and companion files (name -> content) to be written beside it."""

    text: str
    files: dict[str, str] = field(default_factory=dict)


#: A format renders an answer; it gets the stem of the output file, or ``None`` when it prints to stdout.
Format = Callable[[Answer, str | None], Rendered]
FORMATS: Registry[Format] = Registry("format", "forecast.report.formats")

#: Short names and file suffixes
ALIASES = {"table": "terminal", "md": "markdown", "txt": "terminal", "htm": "html"}


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
        raise UsageError(message, hint="use .md, .html, .json, .csv or .txt, or add --format")
    return name


def render(answer: Answer, name: str, stem: str | None = None) -> Rendered:
    """Render an answer in the named format."""
    return FORMATS[name](answer, stem)
