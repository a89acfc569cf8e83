"""One self-contained HTML file: style and figures inline, nothing requested from the network."""

from __future__ import annotations

import jinja2

from forecast.data.resources import templates_folder
from forecast.figures.drawing import Figure
from forecast.report.document import Answer, Bullets, Code, Table, Text
from forecast.report.rendering import Rendered

_KINDS = {Text: "text", Bullets: "bullets", Code: "code", Table: "table", Figure: "figure"}


def render(answer: Answer, stem: str | None = None) -> Rendered:
    """Render as HTML through ``page.html``; everything but our own SVG is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.tests["kind"] = lambda block, kind: _KINDS[type(block)] == kind
    return Rendered(environment.get_template("page.html").render(answer=answer, document=answer.document) + "\n")


ENTRY = render
