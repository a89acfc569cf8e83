"""A document as sections, tables, figures and text; it knows no format.

Text from data is plain text here, and each format escapes it in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forecast.figures.drawing import Figure
from forecast.notes import Note


@dataclass(frozen=True)
class Text:
    """A paragraph; ``strong`` for the sentence that answers the question."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of short texts."""

    items: Sequence[str]


@dataclass(frozen=True)
class Code:
    """Commands or formulas, set in a fixed width."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Table:
    """Cells already formatted as text.

    Parameters
    ----------
    columns : sequence of str
        Headings; a unit stands in the heading or in every cell.
    rows : sequence of sequence of str
        One text per column.
    caption : str
        What the table shows; names the level of intervals.
    numeric : sequence of str
        Columns to align right.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    numeric: Sequence[str] = ()


Block = Text | Bullets | Code | Table | Figure


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; ``title`` may be empty for a short answer on a terminal."""

    title: str
    blocks: Sequence[Block]
    level: int = 2


@dataclass(frozen=True)
class Document:
    """A title and sections; ``front_matter`` is YAML that Markdown puts first, for tools that read it."""

    title: str
    sections: Sequence[Section]
    front_matter: str = ""


@dataclass(frozen=True)
class Answer:
    """What a command says: the same result as data and as a document.

    Parameters
    ----------
    schema : str
        Name and version of the result's shape, such as ``"forecast/predict/1"``.
    result : mapping
        Plain data; the JSON envelope's ``result``.
    document : Document
        The same for a reader.
    notes : sequence of Note
        What to doubt.
    provenance : mapping
        From :class:`forecast.provenance.Provenance`.
    rows : sequence of mapping
        The long table that ``--format csv`` prints; by default ``result["rows"]``.
    """

    schema: str
    result: Mapping[str, Any]
    document: Document
    notes: Sequence[Note] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] | None = None
