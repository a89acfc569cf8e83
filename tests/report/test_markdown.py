from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable

from markdown_it import MarkdownIt

from forecast.report.formats.markdown import escape, render


def _shown(rendered: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", rendered)).strip()


def test_a_markdown_reader_shows_data_as_it_is(hostile: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    rendered = reader.render(f"**{escape(hostile)}**\n\n| a |\n| --- |\n| {escape(hostile)} |\n")
    assert not set(re.findall(r"<(\w+)", rendered)) - {"p", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    flat = " ".join(re.sub("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", "", " ".join(hostile.split())).split())
    assert _shown(rendered).startswith(flat)
    assert _shown(rendered).endswith(flat)


def test_a_whole_report_keeps_its_shape(make_answer: Callable, hostile: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    rendered = render(make_answer(hostile), "r")
    plain = render(make_answer(), "r")
    shapes = [re.findall(r"<(/?\w+|!--)", reader.render(each.text)) for each in (rendered, plain)]
    assert shapes[0] == shapes[1]
    assert list(rendered.files) == ["r-fan.svg"]


def test_money_and_underscored_names_stay_readable() -> None:
    assert escape("$1.2 B to $3.4 B of training_compute_flop") == "$1.2 B to $3.4 B of training_compute_flop"


def test_a_paragraph_that_begins_like_a_list_is_none(make_answer: Callable) -> None:
    text = render(make_answer("1. one"), "r").text
    assert r"1\. one" in text


def test_figures_of_one_name_get_files_of_their_own(make_answer: Callable) -> None:
    answer = make_answer()
    section = answer.document.sections[0]
    other = dataclasses.replace(section.blocks[-1], svg="<svg/>\n")
    sections = [dataclasses.replace(section, blocks=[*section.blocks, other])]
    both = dataclasses.replace(answer, document=dataclasses.replace(answer.document, sections=sections))
    assert list(render(both, "r").files) == ["r-fan.svg", "r-fan-2.svg"]


def test_on_stdout_there_is_no_record_and_no_file(make_answer: Callable) -> None:
    rendered = render(make_answer())
    assert "<!--" not in rendered.text
    assert not rendered.files
