from __future__ import annotations

import pytest

from forecast.report.document import Document, Link, Section, slug, visible


def _document(*depths: str) -> Document:
    return Document("", [Section(depth, [], depth=depth) for depth in depths])


def test_a_depth_keeps_its_sections_and_the_shorter_ones() -> None:
    document = _document("brief", "full", "methods")
    for count, depth in enumerate(("brief", "full", "methods"), start=1):
        assert len(document.cut(depth).sections) == count


def test_a_document_without_brief_sections_stays_whole() -> None:
    assert len(_document("full", "full", "methods").cut("brief").sections) == 2


def test_anchors_are_unique_and_do_not_depend_on_later_sections() -> None:
    one = [Section("Cost", []), Section("Data", [], 3)]
    two = [*one, Section("Compute", []), Section("Data", [], 3), Section("Compute", []), Section("Data", [], 3)]
    anchors = Document("", two).anchors()
    assert len(set(anchors)) == len(anchors)
    assert anchors[:2] == Document("", one).anchors() == ["cost", "cost--data"]
    assert anchors[-1] == "compute-2--data"


@pytest.mark.parametrize("text", ["../../etc/passwd", "a/b\\c", "x" * 500, "<script>", "", "\u202e"])
def test_a_slug_is_safe_in_a_file_name(text: str) -> None:
    name = slug(text)
    assert name
    assert len(name) <= 60
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", ""])
def test_a_link_follows_only_the_web(url: str) -> None:
    link = Link("paper", url)
    assert link.url == ""
    assert link == "paper"


def test_an_address_ends_where_markup_could_begin() -> None:
    assert Link("x", 'https://ok.example/"onclick="a').url == "https://ok.example/"
    assert Link("x", "https://ok.example/>(<b").url == "https://ok.example/"


def test_nothing_invisible_is_left() -> None:
    assert visible("a\x1b[31m\u202eb\u2066c\u200bd\u2028e\ufeff") == "a[31mbcde"
    assert visible("line\nnext\tcell") == "line\nnext\tcell"
