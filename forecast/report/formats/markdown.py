"""Markdown (GitHub's dialect), with figures as SVG files beside it. What comes from data is escaped."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

from forecast.figures.drawing import Figure
from forecast.report.document import Answer, Block, Bullets, Code, Link, Table, Text, slug, visible
from forecast.report.record import attach
from forecast.report.rendering import Rendered
from forecast.report.templating import Template, common_context, environment, fill

# Whatever Markdown, HTML or GitHub's mathematics would act on; an underscore inside a word, and $5, are plain already.
_SPECIAL = re.compile(r"([\\`*{}\[\]<>#|~]|(?<!\w)_|_(?!\w)|\$(?!\d)|&(?=#|\w+;))")
# What begins a list or underlines a heading when it begins a line.
_LEADING = re.compile(r"^(?:(\d+)([.)])(?=\s|$)|([-+=]))")


class _Safe(str):
    """Markdown made here, to be printed as it is."""


def render(answer: Answer, stem: str | None = None, template: Template | None = None) -> Rendered:
    """Render as Markdown; without a file stem, figures are given by their alt text and no record is added."""
    template = template or Template()
    files: dict[str, str] = {}
    document = answer.document
    sections = [
        SimpleNamespace(
            title=section.title,
            blocks=section.blocks,
            level=section.level,
            depth=section.depth,
            anchor=anchor,
            marks=_Safe("#" * section.level),
        )
        for section, anchor in zip(document.sections, document.anchors(), strict=True)
    ]
    made = environment(template.path, autoescape=False, finalize=_printed)
    context = {"show": lambda block: _Safe(_block(block, stem, files)), "sections": sections}
    text = fill(made, template.path, "page.md", common_context(answer) | context).strip() + "\n"
    return Rendered(text if stem is None else attach(text + "\n", answer, "markdown"), files)


def _printed(value: Any) -> Any:
    return escape(value) if isinstance(value, str) and not isinstance(value, _Safe) else value


def escape(text: str) -> str:
    r"""Return text whose every character is shown as it is: no markup, no HTML, no automatic links.

    Examples
    --------
    >>> print(escape("<b>|x|* http://a.b"))
    \<b\>\|x\|\* http\://a.b
    """
    flat = " ".join(visible(" ".join(text.split())).split())
    return _SPECIAL.sub(r"\\\1", flat).replace("://", r"\://").replace("www.", r"www\.")


def _paragraph(text: str) -> str:
    return _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", _inline(text))


def _block(block: Block, stem: str | None, files: dict[str, str]) -> str:
    match block:
        case Text(text, strong):
            return f"**{escape(text)}**" if strong else _paragraph(text)
        case Bullets(items):
            return "\n".join(f"- {_paragraph(item)}" for item in items)
        case Code(text, language):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{fence}{language}\n{visible(text).strip()}\n{fence}"
        case Table():
            return _table(block)
        case Figure():
            return _figure(block, stem, files)


def _table(table: Table) -> str:
    marks = ["---:" if column in table.numeric else "---" for column in table.columns]
    lines = [table.columns, marks, *table.rows]
    body = "\n".join("| " + " | ".join(cell if row is marks else _inline(cell) for cell in row) + " |" for row in lines)
    return f"{escape(table.caption)}\n\n{body}" if table.caption else body


def _figure(figure: Figure, stem: str | None, files: dict[str, str]) -> str:
    if stem is None:
        return f"Figure: {escape(figure.alt)}"
    name = f"{stem}-{slug(figure.name)}.svg"
    number = 1
    while files.get(name, figure.svg) != figure.svg:
        number += 1
        name = f"{stem}-{slug(figure.name)}-{number}.svg"
    files[name] = figure.svg
    return f"![{escape(figure.alt)}](<{name}>)"


def _inline(text: str) -> str:
    if isinstance(text, Link) and text.url:
        return f"[{escape(text)}](<{text.url}>)"
    return escape(text)


ENTRY = render
