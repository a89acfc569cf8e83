from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

LOCAL = ("file:", "data:", "blob:")


def _bands(page) -> list[str]:
    return page.locator("figure >> nth=0").locator(".chart .mark-area path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d'))"
    )  # fmt: skip


def _choose(page, name: str, option: str) -> None:
    before = page.locator("figure >> nth=0").locator(".chart svg").evaluate("svg => svg.outerHTML")
    page.locator(f"figure >> nth=0 >> select[name={name}]").select_option(label=option)
    page.wait_for_function(
        "old => { const svg = document.querySelector('figure .chart svg'); return svg && svg.outerHTML !== old; }",
        arg=before,
    )


def _options(page, name: str) -> list[str]:
    return page.locator(f"figure >> nth=0 >> select[name={name}] option").all_inner_texts()


@pytest.mark.parametrize("dark", [False, True])
def test_it_asks_the_network_for_nothing_and_complains_of_nothing(visit: Callable, report: Path, dark: bool) -> None:
    opened = visit(report, dark=dark)
    assert all(url.startswith(LOCAL) for url in opened.requests)
    assert opened.complaints == []


def test_every_figure_becomes_interactive(visit: Callable, report: Path) -> None:
    page = visit(report).page
    assert page.locator("figure").count() == page.locator("figure.live").count() > 1
    assert not page.locator("figure .drawing").first.is_visible()


def test_hovering_a_point_tells_model_value_and_how_it_is_known(visit: Callable, report: Path) -> None:
    page = visit(report).page
    point = page.locator(".chart .mark-symbol path").first
    point.scroll_into_view_if_needed()
    point.hover(force=True)
    tooltip = page.locator("#vg-tooltip-element")
    tooltip.wait_for(state="visible")
    at, box = point.bounding_box(), tooltip.bounding_box()
    assert abs(box["x"] - at["x"]) < 400
    assert abs(box["y"] - at["y"]) < 400
    text = tooltip.inner_text()
    for key in ("model", "date", "Training cost", "obtained", "role", "domain", "source"):
        assert key in text
    assert re.search(r"reported|derived|imputed", text)


def test_clicking_a_point_gives_its_source_as_a_link(visit: Callable, report: Path) -> None:
    page = visit(report).page
    page.locator(".chart .mark-symbol path").first.click(force=True)
    picked = page.locator(".picked >> nth=0")
    picked.wait_for()
    assert picked.locator("a").get_attribute("href").startswith("https://")
    assert "$" in picked.inner_text()


def test_the_level_chooses_the_bands(visit: Callable, report: Path) -> None:
    page = visit(report).page
    both = _bands(page)
    assert len(both) == 2
    _choose(page, "level", _options(page, "level")[1])
    assert len(_bands(page)) == 1
    assert _bands(page)[0] in both


def test_the_estimand_the_scale_and_the_models_change_the_drawing(visit: Callable, report: Path) -> None:
    page = visit(report).page
    member = _bands(page)
    _choose(page, "estimand", "record so far")
    record = _bands(page)
    assert record != member
    _choose(page, "scale", "linear")
    assert _bands(page) != record
    points = page.locator("figure >> nth=0").locator(".chart .mark-symbol path")
    every = points.count()
    _choose(page, "shown", "fitted only")
    fitted = points.count()
    assert fitted < every
    _choose(page, "domain", "Language")
    assert 0 < points.count() < fitted


def test_figures_and_their_data_can_be_saved(visit: Callable, report: Path, tmp_path: Path) -> None:
    page = visit(report).page
    for text, start in (("Download SVG", "<svg"), ("Download CSV: models", "model,date,year,value")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=text).first.click()
        waiting.value.save_as(tmp_path / "saved")
        content = (tmp_path / "saved").read_text(encoding="utf-8")
        assert content.startswith(start)
    assert len(content.splitlines()) > 100


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_axe_finds_no_violation(
    visit: Callable, report: Path, hostile: Path, root: Path, width: int, dark: bool
) -> None:
    for path in (report,) if dark else (report, hostile):
        page = visit(path, width=width, dark=dark).page
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        page.evaluate((root / ".browser" / "axe.min.js").read_text(encoding="utf-8"))
        found = page.evaluate("() => axe.run()")
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []


def test_it_reads_without_scripts(visit: Callable, report: Path) -> None:
    page = visit(report, scripts=False, width=390).page
    assert page.locator("figure .drawing svg").first.is_visible()
    assert page.locator("main table").first.is_visible()
    for part in (".controls", ".chart", ".downloads"):
        assert not page.locator(part).first.is_visible()
    page.locator("summary").first.click()
    assert "GPT" in page.locator("details").first.inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(visit: Callable, report: Path, hostile: Path, width: int) -> None:
    for path in (report, hostile):
        page = visit(path, width=width).page
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_deep_link_leads_to_its_section(visit: Callable, report: Path) -> None:
    page = visit(report, at="#training-cost-2023-dollars--data-used").page
    heading = page.locator("[id='training-cost-2023-dollars--data-used']")
    assert heading.inner_text() == "Data used"
    assert 0 <= heading.evaluate("it => it.getBoundingClientRect().top") < 900


def test_the_keyboard_meets_the_skip_link_first(visit: Callable, report: Path) -> None:
    page = visit(report).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_it_prints_the_drawings(visit: Callable, report: Path, size: str) -> None:
    page = visit(report, dark=True).page
    page.emulate_media(media="print")
    assert page.locator("figure .drawing svg").first.is_visible()
    for part in (".controls", ".chart", ".downloads", "nav"):
        assert not page.locator(part).first.is_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    printed = page.pdf(format=size, prefer_css_page_size=False)
    assert printed.startswith(b"%PDF")
    assert 3 <= printed.count(b"/Type /Page\n") <= 12


def test_the_drawing_stands_where_the_script_fails(visit: Callable, report: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    text = report.read_text(encoding="utf-8")
    broken.write_text(text.replace('"spec": {"layer": [', '"spec": {"layer": [{"mark": 7}, ', 1), encoding="utf-8")
    page = visit(broken).page
    first = page.locator("figure").first
    assert first.locator(".drawing svg").is_visible()
    assert not first.locator(".chart").is_visible()
    assert not first.locator(".controls").is_visible()


def test_nothing_in_hostile_data_runs(visit: Callable, hostile: Path) -> None:
    opened = visit(hostile)
    page = opened.page
    for index in range(page.locator(".chart .mark-symbol path").count()):
        point = page.locator(".chart .mark-symbol path").nth(index)
        point.hover(force=True)
        point.click(force=True)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert page.evaluate("window.hacked") is None
    assert all(url.startswith(LOCAL) for url in opened.requests)
    assert opened.complaints == []
    addresses = page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert all(address.startswith(("#", "https://ok.example/")) for address in addresses)
    assert page.locator("main img, main svg[onload], main [onerror], main [onmouseover]").count() == 0


def test_hostile_names_are_shown_as_text(visit: Callable, hostile: Path) -> None:
    page = visit(hostile).page
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    cells = page.locator("details table").last.locator("tbody th").all_text_contents()
    for name in (
        "<script>window.hacked = 1</script>",
        "{{ 7 * 7 }}",
        "| a | b |",
        "turned round",
        "x" * 10_000,
        "模型 🚀",
    ):
        assert name in cells
    assert "<img src=x onerror='window.hacked=1'>" in page.locator("h1").inner_text()
