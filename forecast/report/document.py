"""A document as sections, tables, figures and text; it knows no format.

Text from data is plain text here, and each format escapes it in its own way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from forecast.figures.drawing import Figure
from forecast.figures.interaction import web_address
from forecast.notes import Note

#: How much a reader gets: the answer, its table and figure; everything; everything with formulas and definitions.
Depth = Literal["brief", "full", "methods"]
DEPTHS: tuple[Depth, ...] = ("brief", "full", "methods")

# What would move the cursor, hide text or turn its direction around; none of it is ever meant to be seen.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


class Link(str):
    """Text that leads somewhere; formats that know no links show the text.

    Parameters
    ----------
    text : str
        What is read.
    url : str
        Where it leads; anything but ``http`` and ``https`` is not followed, and leaves plain text.

    Examples
    --------
    >>> Link("paper", "https://arxiv.org/abs/2203.15556").url
    'https://arxiv.org/abs/2203.15556'
    >>> Link("paper", "javascript:alert(1)").url
    ''
    """

    url: str

    def __new__(cls, text: str, url: str) -> Link:
        """Keep the address only if a browser may follow it."""
        link = super().__new__(cls, text)
        link.url = web_address(url)
        return link


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
        One text per column; a :class:`Link` where it leads somewhere.
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
    """A heading with what stands under it.

    Parameters
    ----------
    title : str
        May be empty for a short answer on a terminal.
    blocks : sequence of Block
        What stands under it.
    level : int
        2 for a section, 3 for one inside the last section of level 2.
    depth : {"brief", "full", "methods"}
        The shortest report that has it.
    """

    title: str
    blocks: Sequence[Block]
    level: int = 2
    depth: Depth = "full"


@dataclass(frozen=True)
class Document:
    """A title, sections, the day that stands on it (empty unless asked for), and YAML that Markdown puts first."""

    title: str
    sections: Sequence[Section]
    date: str = ""
    front_matter: str = ""

    def cut(self, depth: Depth) -> Document:
        """Return the document with the sections of a depth; one that marks no section brief stays whole when brief."""
        if depth == "brief" and not any(section.depth == "brief" for section in self.sections):
            depth = "full"
        kept = [section for section in self.sections if DEPTHS.index(section.depth) <= DEPTHS.index(depth)]
        return replace(self, sections=kept)

    def anchors(self) -> list[str]:
        """Return one stable identifier per section, those of level 3 beginning with the section they are in.

        Examples
        --------
        >>> Document("", [Section("Cost", []), Section("Data used", [], 3), Section("Cost", [])]).anchors()
        ['cost', 'cost--data-used', 'cost-2']
        """
        found: list[str] = []
        parent = ""
        for section in self.sections:
            name = slug(section.title)
            found.append(_numbered(f"{parent}--{name}" if section.level > 2 else name, found))
            parent = parent if section.level > 2 else found[-1]
        return found


def slug(text: str) -> str:
    """Return text as a short name that is safe in addresses and file names.

    Examples
    --------
    >>> slug("How it was computed"), slug("../Größe (%)"), slug("模型")
    ('how-it-was-computed', 'grosse', 'part')
    """
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:60].strip("-") or "part"


def _numbered(name: str, taken: Sequence[str]) -> str:
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def visible(text: str) -> str:
    r"""Return text without control characters, zero-width ones and marks that turn its direction.

    Examples
    --------
    >>> visible("a\u202eb\x00c")
    'abc'
    """
    return _INVISIBLE.sub("", text)


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
    explains : sequence of str
        Modules whose documentation says how the answer was made, for ``--explain``.
    topics : sequence of str
        What to cite for it, as in ``forecast cite``.
    next_command : str
        A command that goes on from here, suggested on a terminal.
    """

    schema: str
    result: Mapping[str, Any]
    document: Document
    notes: Sequence[Note] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] | None = None
    explains: Sequence[str] = ()
    topics: Sequence[str] = ()
    next_command: str = ""

    def long_table(self) -> Sequence[Mapping[str, Any]]:
        """Return the rows that CSV prints and that a report is checked by."""
        rows: Sequence[Mapping[str, Any]] = self.rows if self.rows is not None else self.result.get("rows", [])
        return rows
