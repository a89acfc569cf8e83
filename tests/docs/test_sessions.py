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
SHOWING = [
    page for page in REFRESH.PAGES if any(f"```{kind}\n" in page.read_text("utf-8") for kind in ("console", "pycon"))
]


@pytest.mark.parametrize("page", SHOWING, ids=lambda page: page.name)
def test_every_session_shows_what_it_prints(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    drawn: dict[str, str] = {}
    new = REFRESH.refreshed(text, drawn)
    assert new == text or REFRESH.same(text, new), "run: make docs-sessions"
    assert [name for name, svg in drawn.items() if not REFRESH.is_current(name, svg)] == [], "run: make docs-sessions"


def test_the_readme_shows_sessions() -> None:
    assert ROOT / "README.md" in SHOWING


def test_sessions_are_run_line_by_line_in_one_folder() -> None:
    text = "```console\n$ echo a > f\n$ cat f \\\n  f\nold\n```\n"
    assert REFRESH.refreshed(text) == "```console\n$ echo a > f\n$ cat f \\\n  f\na\na\n```\n"


def test_python_sessions_share_their_names() -> None:
    text = "```pycon\n>>> a = 2\n>>> for i in range(2):\n...     print(a + i)\nold\n```\n\n```pycon\n>>> a\n```\n"
    new = REFRESH.refreshed(text)
    assert new == text.replace("old\n", "2\n3\n").replace(">>> a\n```", ">>> a\n2\n```")


def test_a_figure_is_what_a_session_of_the_page_wrote(tmp_path: Path) -> None:
    drawing = "printf '<svg><desc>up &amp; [on]</desc></svg>' > rise.svg"
    text = f"```console\n$ {drawing}\n```\n\n![old](../figures/rise.svg)\n"
    drawn: dict[str, str] = {}
    assert REFRESH.refreshed(text, drawn).endswith("![up & \\[on\\]](../figures/rise.svg)\n")
    assert drawn == {"rise.svg": "<svg><desc>up &amp; [on]</desc></svg>"}
    with pytest.raises(ValueError, match=r"no session of the page writes rise\.svg"):
        REFRESH.refreshed("![old](figures/rise.svg)")


def test_only_the_last_bits_may_differ() -> None:
    assert REFRESH.same("gradient norm 3e-10, loss 1.9", "gradient norm 4.1e-11, loss 1.9")
    assert not REFRESH.same("gradient norm 3e-10, loss 1.9", "gradient norm 3e-10, loss 1.8")
