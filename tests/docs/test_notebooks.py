"""Notebooks run, and hold what their cells give."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NOTEBOOK, REFRESH = load("notebook"), load("refresh")


@pytest.mark.parametrize("path", sorted((DOCS / "notebooks").glob("*.py")), ids=lambda path: path.stem)
def test_a_notebook_holds_what_it_gives(path: Path) -> None:
    stored = path.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert REFRESH.same(stored, NOTEBOOK.executed(path.read_text(encoding="utf-8"))), "run: make docs-notebooks"


def test_cells_print_and_show_their_last_expression() -> None:
    source = "# %% [markdown]\n# # Title\n#\n# text\n\n# %%\nprint('a')\nb = 2\nb + 1\n\n# %%\nb = 0\n"
    text, shown, silent = json.loads(NOTEBOOK.executed(source))["cells"]
    assert "".join(text["source"]) == "# Title\n\ntext"
    assert [output.get("text") or output["data"] for output in shown["outputs"]] == [["a\n"], {"text/plain": ["3"]}]
    assert silent["outputs"] == []
