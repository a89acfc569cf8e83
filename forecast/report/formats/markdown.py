"""Markdown (GitHub's dialect), with figures as SVG files beside it. What comes from data is escaped."""

from __future__ import annotations

import re

from forecast.figures.drawing import Figure
from forecast.notes import Note
from forecast.report.document import Answer, Block, Bullets, Code, Table, Text
from forecast.report.rendering import Rendered

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def render(answer: Answer, stem: str | None = None) -> Rendered:
    """Render as Markdown; without a file stem, figures are given by their alt text."""
    files: dict[str, str] = {}
    front = answer.document.front_matter
    parts = [f"---\n{front.strip()}\n---"] if front else []
    parts.append(f"# {escape(answer.document.title)}")
    for section in answer.document.sections:
        if section.title:
            parts.append(f"{'#' * section.level} {escape(section.title)}")
        parts.extend(_block(block, stem, files) for block in section.blocks)
    if answer.notes:
        parts.append("## What to doubt")
        parts.append("\n".join(_note(note) for note in answer.notes))
    return Rendered("\n\n".join(part for part in parts if part) + "\n", files)


def escape(text: str) -> str:
    r"""Return text whose every character is shown as it is: no markup, no HTML, no automatic links.

    Examples
    --------
    >>> print(escape("<b>|x|* http://a.b"))
    \<b\>\|x\|\* http\://a.b
    """
    flat = _CONTROL.sub("", " ".join(text.split()))
    return _SPECIAL.sub(r"\\\1", flat).replace("://", r"\://").replace("www.", r"www\.")


def _block(block: Block, stem: str | None, files: dict[str, str]) -> str:
    match block:
        case Text(text, strong):
            return f"**{escape(text)}**" if strong else escape(text)
        case Bullets(items):
            return "\n".join(f"- {escape(item)}" for item in items)
        case Code(text, language):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{fence}{language}\n{text.strip()}\n{fence}"
        case Table():
            return _table(block)
        case Figure():
            return _figure(block, stem, files)


def _table(table: Table) -> str:
    marks = ["---:" if column in table.numeric else "---" for column in table.columns]
    lines = [table.columns, marks, *table.rows]
    body = "\n".join("| " + " | ".join(cell if row is marks else escape(cell) for cell in row) + " |" for row in lines)
    return f"{escape(table.caption)}\n\n{body}" if table.caption else body


def _figure(figure: Figure, stem: str | None, files: dict[str, str]) -> str:
    if stem is None:
        return f"Figure: {escape(figure.alt)}"
    name = f"{stem}-{figure.name}.svg"
    files[name] = figure.svg
    return f"![{escape(figure.alt)}](<{name}>)"


def _note(note: Note) -> str:
    hint = f" {escape(note.hint)}" if note.hint else ""
    mark = "**Warning** " if note.severity == "warning" else ""
    return f"- {mark}`{note.code}`: {escape(note.message)}{hint}"


ENTRY = render
