"""A small answer with everything a document can hold, and the same with hostile text in every place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forecast.figures.drawing import Figure
from forecast.figures.interaction import Control, Interactive
from forecast.notes import Note
from forecast.report.document import Answer, Bullets, Code, Document, Link, Section, Table, Text

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "| a | b |\n| --- | --- |",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "=HYPERLINK(1)",
    "turned \u202eround \u2066and\u2069",
    "# heading\n- item\n1. one",
    "**bold** _it_ ~~gone~~ `code` <!-- forecast\n{}\n-->",
    "&lt;b&gt; &#60;b&#62;",
    "$x^2$ https://evil.example www.evil.example",
    "{{ 7 * 7 }} {% raw %}",
    "\x1b[31mred\x07",
    "x" * 10_000,
)

SVG = '<svg xmlns:xlink="x" role="img"><defs><path id="m1"/></defs><use xlink:href="#m1" clip-path="url(#m1)"/></svg>\n'


@pytest.fixture(params=HOSTILE, ids=map(str, range(len(HOSTILE))))
def hostile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make_answer() -> Callable[..., Answer]:
    """Make an answer in which `text` stands everywhere that data can stand."""

    def make(text: str = "GPT-4", url: str = "https://ok.example/a") -> Answer:
        spec = {"mark": "point", "encoding": {"x": {"field": "value", "scale": {"choice": "scale"}}}}
        rows = [{"model": text, "value": 3.0, "level": 0.9, "source": url}]
        figure = Figure(
            "fan", SVG, f"One model: {text}", rows, title=text, tables={"models": rows},
            interactive=Interactive(spec, (Control("scale", "Scale", {text: {"type": "log"}}),), ("model", "source")),
        )  # fmt: skip
        table = Table(["model", text], [[text, "3.0"], [Link("paper", url), "1"]], f"What {text} holds", [text])
        blocks = [Text(text), Text(text, strong=True), Bullets([text, Link(text, url)]), table, figure]
        sections = [
            Section(text, blocks, depth="brief"), Section("Procedure", [Code(f"forecast '{text}'", "sh")], 3),
            Section("Reckoning", [Text("y = x")], depth="methods"),
        ]  # fmt: skip
        return Answer(
            schema="forecast/report/1",
            result={"rows": [{"target": text, "level": 0.9, "median": 2.0}]},
            document=Document(f"Report on {text}", sections),
            notes=[Note("few-points", "warning", f"about {text}", text)],
            provenance={"call": f"forecast report '{text}'", "seed": 0, "data": {text: "abc"}},
        )

    return make
