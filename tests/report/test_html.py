from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from forecast.report.formats.html import render
from forecast.report.templating import Template

VOID = {"meta", "img", "br", "hr", "input", "link", "use"}


class Reader(HTMLParser):
    """The shape of a page: its tags, its attributes, and the text that is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)


def test_hostile_data_changes_no_tag_and_no_attribute_name(make_answer: Callable, hostile: str) -> None:
    found, plain = Reader(render(make_answer(hostile)).text), Reader(render(make_answer()).text)
    assert found.tags == plain.tags
    assert not found.open
    assert {name for name, _ in found.attributes} <= {name for name, _ in plain.attributes}
    assert all(not name.startswith("on") for name, _ in found.attributes)


def test_hostile_data_is_shown_as_text(make_answer: Callable, hostile: str) -> None:
    shown = "".join(Reader(render(make_answer(hostile)).text).text)
    assert re.sub("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", "", hostile) in shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,<script>", 'https://a.b/"onclick="x'])
def test_a_link_leads_to_the_web_or_nowhere(make_answer: Callable, url: str) -> None:
    page = Reader(render(make_answer(url=url)).text)
    addresses = [value for name, value in page.attributes if name == "href"]
    assert all(value.startswith("#") or value == "https://a.b/" for value in addresses)


def test_nothing_is_loaded(make_answer: Callable) -> None:
    text = render(make_answer()).text
    page = Reader(text)
    assert not {"link", "iframe", "object", "img"} & set(page.tags)
    assert not {"src", "srcset", "action"} & {name for name, _ in page.attributes}
    assert "@import" not in text
    assert "sourceMappingURL" not in text


def test_the_policy_lets_only_our_own_scripts_run(make_answer: Callable) -> None:
    text = render(make_answer()).text
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert len(scripts) == 4
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"&#39;sha256-{digest}&#39;" in policy
    assert "default-src &#39;none&#39;" in policy
    assert "unsafe-eval" not in policy


def test_identifiers_are_unique_though_figures_repeat_theirs(make_answer: Callable) -> None:

    answer = make_answer()
    section = answer.document.sections[0]
    twice = dataclasses.replace(section, blocks=[*section.blocks, dataclasses.replace(section.blocks[-1])])
    text = render(dataclasses.replace(answer, document=dataclasses.replace(answer.document, sections=[twice]))).text
    page = Reader(text)
    found = [value for name, value in page.attributes if name == "id"]
    assert len(found) == len(set(found))
    assert {"fan-m1", "fan-2-m1"} <= set(re.findall(r'id="([\w-]+)"', text))
    assert 'xlink:href="#fan-2-m1" clip-path="url(#fan-2-m1)"' in text


def test_without_figures_there_is_no_script_to_speak_of(make_answer: Callable) -> None:

    answer = make_answer()
    sections = [
        dataclasses.replace(section, blocks=[block for block in section.blocks if not hasattr(block, "svg")])
        for section in answer.document.sections
    ]
    text = render(dataclasses.replace(answer, document=dataclasses.replace(answer.document, sections=sections))).text
    assert len(text) < 20_000
    assert "script-src &#39;none&#39;" in text


def test_the_data_of_a_figure_is_all_there(make_answer: Callable) -> None:
    text = render(make_answer("a <b> & </script>")).text
    data = json.loads(re.search(r'class="data">(.*?)</script>', text, flags=re.DOTALL)[1])
    assert data["tables"]["models"]["rows"][0] == ["a <b> & </script>", 3.0, 0.9, "https://ok.example/a"]
    assert data["controls"] == {"scale": [{"type": "log"}]}
    assert data["picked"] == ["model", "source"]


def test_a_printer_gets_no_scripts_and_no_controls(make_answer: Callable) -> None:
    from forecast.report.formats.html import page

    text = page(make_answer(), Template(), scripts=False)
    assert "<script" not in text
    assert "<select" not in text


def test_the_same_answer_gives_the_same_bytes(make_answer: Callable) -> None:
    assert render(make_answer()).text == render(make_answer()).text


def test_what_no_command_can_check_carries_no_record(make_answer: Callable) -> None:

    card = dataclasses.replace(make_answer(), schema="forecast/data-card/1")
    assert 'id="forecast"' in render(make_answer()).text
    assert 'id="forecast"' not in render(card).text
