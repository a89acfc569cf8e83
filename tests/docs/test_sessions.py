"""README and docs show what the commands print."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh", ROOT / "docs" / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFRESH = load()
SHOWING = [page for page in REFRESH.PAGES if "```console\n" in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", SHOWING, ids=lambda page: page.name)
def test_every_session_shows_what_it_prints(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert REFRESH.refreshed(text) == text, "run: make docs-sessions"


def test_the_readme_shows_sessions() -> None:
    assert ROOT / "README.md" in SHOWING


def test_sessions_are_run_line_by_line_in_one_folder() -> None:
    text = "```console\n$ echo a > f\n$ cat f \\\n  f\nold\n```\n"
    assert REFRESH.refreshed(text) == "```console\n$ echo a > f\n$ cat f \\\n  f\na\na\n```\n"
