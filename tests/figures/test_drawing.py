from __future__ import annotations

import re

from forecast.figures.drawing import canvas, rasters, to_svg


def _draw(label: str) -> str:
    with canvas() as (figure, axes):
        axes.scatter([1, 2], [3, 4])
        axes.set_xlabel(label)
        return to_svg(figure, title="A <title>", alt="What & why")


def test_the_same_input_gives_the_same_bytes() -> None:
    assert _draw("x") == _draw("x")


def test_it_can_stand_inside_a_page() -> None:
    svg = _draw("x")
    assert svg.startswith("<svg")
    assert "<style" not in svg
    assert "<metadata" not in svg
    assert re.search(r'role="img" aria-label="A &lt;title&gt;"', svg)
    assert "<title>A &lt;title&gt;</title>\n <desc>What &amp; why</desc>" in svg


def test_letters_are_outlines_unless_the_font_lacks_one() -> None:
    assert "<text" not in _draw("parameters")
    assert "模型</text>" in _draw("模型")


def test_pixels_are_made_where_asked_for() -> None:
    with rasters() as drawn:
        _draw("x")
        _draw("y")
    assert len(drawn) == 2
    assert all(png.startswith(b"\x89PNG") for png in drawn)
    with rasters() as again:
        _draw("x")
    assert again[0] == drawn[0]
