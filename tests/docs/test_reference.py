"""The reference pages are what the code makes now; links inside the documentation lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.generator.__main__ import FOLDER, PAGES, made

DOCS = FOLDER.parent
#: Pages that docs/hooks.py makes from files outside of docs/.
MADE = {
    "data-card.md",
    "curation.md",
    "changelog.md",
    "notebooks/outlook.md",
    "notebooks/planning.md",
    "examples/index.md",
}
SOURCES = [path for path in sorted(DOCS.rglob("*.md")) if path.parent.name != "track-record"]


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == made(name), "run: make docs-reference"


@pytest.mark.parametrize("page", SOURCES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(<?(?!https?:|#)([^)#>\s]+)", text):
        place = (page.parent / target).resolve()
        assert place.exists() or place.relative_to(DOCS).as_posix() in MADE, target


def test_every_page_is_in_the_navigation() -> None:
    shown = set(re.findall(r": (\S+\.md)$", (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE))
    assert shown == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} | MADE


def test_every_note_has_a_message_in_the_reference() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \| ([^|]*) \|", (FOLDER / "notes.md").read_text(), re.MULTILINE)
    assert len(rows) > 40
    assert [code for code, severity, message in rows if not severity.strip() or not message.strip()] == []
