"""One self-contained HTML file: style, figures and scripts inline, nothing requested from the network.

The drawings and tables stand without a script. Where a figure is interactive, Vega-Lite (bundled) redraws it for a
reader whose browser runs scripts. The page's own policy lets only these scripts run, and nothing load.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from forecast.data.resources import templates_folder
from forecast.figures.drawing import Figure
from forecast.figures.interaction import Control, web_address
from forecast.report.document import Answer, Block, Bullets, Code, Link, Table, Text, slug, visible
from forecast.report.formats.json import plain
from forecast.report.record import attach, embed
from forecast.report.rendering import Rendered
from forecast.report.templating import Template, common_context, environment, fill

_KINDS = {Text: "text", Bullets: "bullets", Code: "code", Table: "table", Figure: "figure"}
_LIBRARIES = ("vega", "vega-lite", "vega-embed")
#: More rows than this are left to the CSV.
_ROWS_SHOWN = 200


def render(answer: Answer, stem: str | None = None, template: Template | None = None) -> Rendered:
    """Render as HTML; everything but our own markup and SVG is escaped."""
    return Rendered(attach(page(answer, template or Template()), answer, "html"))


def fragment(answer: Answer) -> str:
    """Return the answer as a piece of a page, without scripts, for a notebook."""
    return page(answer, Template(), scripts=False, layout="fragment.html")


def page(answer: Answer, template: Template, *, scripts: bool = True, layout: str = "page.html") -> str:
    """Return the page without its record; without scripts it is what a printer gets."""
    made = environment(template.path, autoescape=True, finalize=_visible)
    made.globals["asset"] = _asset
    document = answer.document
    figures = [block for section in document.sections for block in section.blocks if isinstance(block, Figure)]
    names = _names(figures)
    blocks = made.get_template("blocks.html").module

    def show(block: Block) -> Markup:
        kind = _KINDS[type(block)]
        value = _shown(block, names[id(block)], scripts) if isinstance(block, Figure) else block
        return Markup(getattr(blocks, kind)(value))

    sources = _scripts(figures) if scripts else []
    sections = [
        SimpleNamespace(
            title=section.title, blocks=section.blocks, level=section.level, depth=section.depth, anchor=anchor
        )
        for section, anchor in zip(document.sections, document.anchors(), strict=True)
    ]
    context = {"show": show, "scripts": sources, "sections": sections, "policy": _policy(sources)}
    return fill(made, template.path, layout, common_context(answer) | context)


def _visible(value: Any) -> Any:
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return re.sub(r"(?<=\d) (?=%)", "\u00a0", visible(value))


def _asset(name: str) -> Markup:
    return Markup((templates_folder() / name).read_text(encoding="utf-8"))


def _scripts(figures: Sequence[Figure]) -> list[Markup]:
    """Return the scripts that the page needs: none without figures, Vega-Lite only for interactive ones."""
    if not figures:
        return []
    libraries = _LIBRARIES if any(figure.interactive for figure in figures) else ()
    sources = [_asset(f"vendor/{name}.min.js") for name in libraries]
    # A browser's developer tools would ask for the map.
    bare = [Markup(re.sub(r"//# sourceMappingURL=.*", "", source).strip()) for source in sources]
    return [*bare, _asset("figures.js")]


def _policy(scripts: Sequence[str]) -> str:
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {allowed}; base-uri 'none'; form-action 'none'"


def _names(figures: Sequence[Figure]) -> dict[int, str]:
    found: dict[int, str] = {}
    for figure in figures:
        name, number = slug(figure.name), 1
        while name in found.values():
            number += 1
            name = f"{slug(figure.name)}-{number}"
        found.setdefault(id(figure), name)
    return found


@dataclass(frozen=True)
class _Shown:
    """A figure as ``blocks.html`` needs it."""

    anchor: str
    title: str
    alt: str
    svg: Markup
    live: bool
    controls: Sequence[Control]
    tables: Sequence[Table]
    data: Markup | None


def _shown(figure: Figure, name: str, scripts: bool) -> _Shown:
    tables = figure.all_tables()
    live = figure.interactive if scripts else None
    data = {
        "name": name,
        "tables": {key: _columnar(rows) for key, rows in tables.items()},
        "spec": live.spec if live else None,
        "picked": live.picked if live else [],
        "controls": {control.name: list(control.options.values()) for control in live.controls} if live else {},
    }
    return _Shown(
        anchor=f"figure-{name}",
        title=figure.title or figure.name,
        alt=figure.alt,
        svg=Markup(_own_identifiers(figure.svg, name)),
        live=live is not None,
        controls=live.controls if live else (),
        tables=[_data_table(key, rows) for key, rows in tables.items() if rows],
        data=Markup(embed(_visible_all(plain(data)))) if scripts and tables else None,
    )


def _own_identifiers(svg: str, name: str) -> str:
    """Return the SVG with identifiers of its own, so that two figures of a page do not share a marker."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)


def _columnar(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    fields = list(dict.fromkeys(key for row in rows for key in row))
    return {"fields": fields, "rows": [[row.get(field) for field in fields] for row in rows]}


def _visible_all(value: Any) -> Any:
    match value:
        case str():
            return visible(value)
        case list():
            return [_visible_all(item) for item in value]
        case dict():
            return {visible(key): _visible_all(item) for key, item in value.items()}
    return value


def _data_table(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    table = _columnar(rows[:_ROWS_SHOWN])
    cells = [[_cell(value) for value in map(plain, row)] for row in table["rows"]]
    numeric = [
        field
        for index, field in enumerate(table["fields"])
        if all(isinstance(row[index], int | float) and not isinstance(row[index], bool) for row in table["rows"])
    ]
    more = f"; the first {_ROWS_SHOWN} of {len(rows):,} rows, the CSV has all" if len(rows) > _ROWS_SHOWN else ""
    return Table([str(field) for field in table["fields"]], cells, f"{name}{more}", numeric)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = "" if value is None else str(value)
    address = web_address(text)
    return Link(address.split("://", 1)[1][:40], address) if address and address == text else text


ENTRY = render
