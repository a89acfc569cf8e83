"""Write the pages of docs/reference that are made from the code; a test makes them again and compares."""

from __future__ import annotations

import sys
from collections.abc import Callable

from docs.generator.answers import json_page
from docs.generator.commands import commands_page
from docs.generator.markdown import ROOT
from docs.generator.names import glossary_page, python_page
from docs.generator.notes import notes_page
from docs.generator.registries import graph_page, laws_page, methods_page, names_page, tables_page

FOLDER = ROOT / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page, "laws.md": laws_page, "methods.md": methods_page, "names.md": names_page,
    "cost-graph.md": graph_page, "tables.md": tables_page, "json.md": json_page, "notes.md": notes_page,
    "glossary.md": glossary_page, "python.md": python_page,
}  # fmt: skip
_NOTICE = "<!-- Made by docs/generator; change the code, not this page. -->"


def made(name: str) -> str:
    """Return a page as the code makes it now."""
    title, _, text = PAGES[name]().partition("\n")
    return f"{title}\n\n{_NOTICE}\n\n{text.lstrip()}"


def main() -> None:
    """Rewrite the pages that changed."""
    for name in PAGES:
        path, text = FOLDER / name, made(name)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote docs/reference/{name}\n")


if __name__ == "__main__":
    main()
