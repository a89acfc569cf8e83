"""Run the notebooks of docs/notebooks and store them with what their cells give.

A notebook is written as a Python file in the percent format (``# %%`` begins a cell of code, ``# %% [markdown]`` one of
text), which editors open as a notebook. ``python docs/notebook.py`` runs each and writes NAME.ipynb beside it; a test
does the same and compares.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "notebooks"
_CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)


def executed(source: str) -> str:
    """Return the notebook of a percent file, with outputs, as text."""
    parts = _CELL.split(source)[1:]
    cells: list[dict[str, Any]] = []
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for number, (kind, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
            body = re.sub(r"^# ?", "", text.strip(), flags=re.MULTILINE) if kind else text.strip()
            cell: dict[str, Any] = {
                "cell_type": "markdown" if kind else "code",
                "id": f"cell-{number}",
                "metadata": {},
                "source": body.splitlines(keepends=True),
            }
            if not kind:
                done = sum(other["cell_type"] == "code" for other in cells) + 1
                cell |= {"execution_count": done, "outputs": _outputs(body, names, done)}
            cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _outputs(code: str, names: dict[str, object], number: int) -> list[dict[str, Any]]:
    """Run a cell; return what it printed, and its last expression as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, "<cell>", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last is not None else None  # type: ignore[attr-defined]
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append(
            {"name": "stdout", "output_type": "stream", "text": printed.getvalue().splitlines(keepends=True)}
        )
    if value is not None:
        shown = {"text/html": "_repr_html_", "text/markdown": "_repr_markdown_"}
        data = {kind: getattr(value, method)() for kind, method in shown.items() if hasattr(value, method)}
        data["text/plain"] = f"<{type(value).__name__}>" if data else repr(value)
        lines = {kind: text.splitlines(keepends=True) for kind, text in sorted(data.items())}
        outputs.append({"data": lines, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return outputs


def main() -> None:
    """Run every notebook, and write those that changed."""
    for path in sorted(FOLDER.glob("*.py")):
        stored, text = path.with_suffix(".ipynb"), executed(path.read_text(encoding="utf-8"))
        if not stored.is_file() or stored.read_text(encoding="utf-8") != text:
            stored.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {stored.relative_to(ROOT)}\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ["TERM"] = "dumb"
    main()
