from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.errors import UsageError
from forecast.report.formats import html, markdown
from forecast.report.rendering import render
from forecast.report.templating import Template, choose_template


def test_names_and_paths_are_chosen(tmp_path: Path) -> None:
    assert choose_template(None) == Template("full")
    assert choose_template("methods") == Template("methods")
    own = tmp_path / "own.html"
    own.write_text("x")
    assert choose_template(str(own)) == Template("methods", own)


@pytest.mark.parametrize(
    ("wanted", "part"), [("breif", "did you mean 'brief'"), ("no/such.html", "neither a template nor a file")]
)
def test_what_is_neither_is_refused(wanted: str, part: str) -> None:
    with pytest.raises(UsageError, match=part):
        choose_template(wanted)


@pytest.mark.parametrize("name", ["html", "markdown", "terminal"])
def test_each_depth_shows_more(make_answer: Callable, name: str) -> None:
    texts = [render(make_answer(), name, "r", Template(depth)).text for depth in ("brief", "full", "methods")]
    assert ["Procedure" in text for text in texts] == [False, True, True]
    assert ["Reckoning" in text for text in texts] == [False, False, True]


def test_a_template_of_ones_own_fills_and_escapes_html(make_answer: Callable, tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_text(
        "<h1>{{ document.title }}</h1>{% for s in sections %}{{ s.depth }} {% endfor %}{{ show(sections[0].blocks[0]) }}"
    )
    text = html.render(make_answer("<b>"), "r", Template("methods", own)).text
    assert text.startswith("<h1>Report on &lt;b&gt;</h1>brief full methods <p>&lt;b&gt;</p>")
    assert '<script type="application/json" id="forecast">' in text


def test_a_template_of_ones_own_may_extend_ours(make_answer: Callable, tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_text('{% extends "page.html" %}{% block header %}<p>House style</p>{% endblock %}')
    text = html.render(make_answer(), "r", Template("methods", own)).text
    assert "<p>House style</p>" in text
    assert "<h1>" not in text
    assert "<figure" in text


def test_a_template_of_ones_own_fills_and_escapes_markdown(make_answer: Callable, tmp_path: Path) -> None:
    own = tmp_path / "own.md"
    own.write_text("{{ document.title }} / {{ sections[0].title | upper }}\n\n{{ show(sections[0].blocks[3]) }}\n")
    text = markdown.render(make_answer("*x*"), "r", Template("methods", own)).text
    assert text.startswith(r"Report on \*x\* / \*X\*")
    assert "| [paper](<https://ok.example/a>) | 1 |" in text


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("a\nb\n{% if %}", "line 3"),
        ("a\n{{ nothing.here }}", "line 2.*'nothing' is undefined"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ document.title.__class__ }}", "unsafe"),
        ("{% for i in range(10000000) %}x{% endfor %}", "Range too big"),
        ('{% include "/etc/passwd" %}', "passwd"),
        ('{% include "../../pyproject.toml" %}', "pyproject"),
        ("{{ 1 / 0 }}", "division by zero"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("format_", [html, markdown])
def test_a_template_at_fault_is_told_with_its_line(
    make_answer: Callable, tmp_path: Path, format_, content: str, part: str
) -> None:
    own = tmp_path / "own.html"
    own.write_text(content)
    with pytest.raises(UsageError, match=rf"(?s)own\.html.*{part}"):
        format_.render(make_answer(), "r", Template("methods", own))


def test_a_template_that_is_no_text_is_refused(make_answer: Callable, tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(UsageError, match="cannot be filled"):
        html.render(make_answer(), "r", Template("methods", own))


@pytest.mark.parametrize("name", ["json", "csv", "svg"])
def test_a_format_that_holds_everything_has_no_use_for_a_template(make_answer: Callable, name: str) -> None:
    with pytest.raises(UsageError, match="changes nothing"):
        render(make_answer(), name, "r", Template("brief"))


def test_a_page_of_ones_own_is_no_terminal(make_answer: Callable, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not terminal"):
        render(make_answer(), "terminal", "r", Template("methods", tmp_path / "own.html"))


@pytest.mark.parametrize("format_", [html, markdown])
def test_all_that_a_template_may_use_is_documented(make_answer: Callable, tmp_path: Path, root: Path, format_) -> None:
    own = tmp_path / "own.md"
    own.write_text("{{ no_such_name }}")
    with pytest.raises(UsageError) as caught:
        format_.render(make_answer(), "r", Template("methods", own))
    names = caught.value.hint.removeprefix("it may use ").split(";")[0].split(", ")
    assert len(names) > 8
    guide = (root / "docs" / "reports.md").read_text()
    assert [name for name in names if f"`{name}" not in guide] == []
