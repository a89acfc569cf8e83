"""A real Chromium, and reports opened in it from disk; `make test-browser` installs what this needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from forecast.app import run

HOSTILE_NAMES = (
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 1</script>",
    '<img src="x" onerror="window.hacked = 1">',
    '"><svg onload="window.hacked = 1">',
    "{{ 7 * 7 }}",
    "[click](javascript:window.hacked=1)",
    "| a | b |",
    '=HYPERLINK("http://evil.example")',
    "turned \u202eround",
    "line\u2028break",
    "x" * 10_000,
    "模型 🚀",
)
HOSTILE_LINKS = (
    "javascript:window.hacked=1",
    'https://ok.example/"onmouseover="window.hacked=1',
    "https://ok.example/a",
)
HOSTILE_TARGET = "cost_usd <img src=x onerror='window.hacked=1'>"


@dataclass
class Opened:
    """A page, with everything it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments.split())
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Open a file: ``visit(path, width=390, dark=True, scripts=False)``; waits until its figures are drawn."""
    contexts = []

    def go(path: Path, *, width: int = 1280, dark: bool = False, scripts: bool = True, at: str = "") -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )  # fmt: skip
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("console", lambda message: opened.complaints.append(message.text))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.goto(path.as_uri() + at)
        if scripts:
            opened.page.wait_for_selector("figure.live")
        return opened

    yield go
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    assert run(["report", "cost", "power", "-q", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    rows = ["name,date,link,domain," + _quoted(HOSTILE_TARGET)]
    for number, name in enumerate(HOSTILE_NAMES):
        link = HOSTILE_LINKS[number % len(HOSTILE_LINKS)]
        rows.append(f"{_quoted(name)},{2010 + number}-03-01,{_quoted(link)},{_quoted(name)},{10 ** (3 + number / 3)}")
    (folder / "hostile.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    path = folder / "hostile.html"
    data = str(folder / "hostile.csv")
    assert run(["report", HOSTILE_TARGET, "--data", data, "-q", "-o", str(path)]) == 0
    return path


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
