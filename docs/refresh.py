"""Run every command that README and docs show, and write what it prints beneath it.

A block that begins with ```` ```console ```` is a terminal session: lines that begin with ``$ `` are run one after another
in one empty folder per file (a line that ends in a backslash goes on), and what they print replaces what stood there.
``python docs/refresh.py`` rewrites the files; a test runs the same and compares, so that no figure in the documentation
can differ from what the code prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def refreshed(text: str) -> str:
    """Return a page whose sessions show what their commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        run = _runner(Path(folder))
        return _BLOCK.sub(lambda match: f"```console\n{_session(match[1], run)}```", text)


def _session(text: str, run: Callable[[str], str]) -> str:
    shown = []
    for command in _commands(text):
        printed = run("\n".join(line.removeprefix("$ ") for line in command))
        shown += [*command, *(line.rstrip() for line in printed.splitlines())]
    return "\n".join(shown) + "\n"


def _commands(text: str) -> list[list[str]]:
    commands: list[list[str]] = []
    going_on = False
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append([line])
        elif going_on:
            commands[-1].append(line)
        going_on = (line.startswith("$ ") or going_on) and line.endswith("\\")
    return commands


def _runner(folder: Path) -> Callable[[str], str]:
    binaries = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORECAST_")}
    environment |= {
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }

    def run(command: str) -> str:
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )  # fmt: skip
        return done.stdout

    return run


def main() -> None:
    """Rewrite every page."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        new = refreshed(text)
        if new != text:
            page.write_text(new, encoding="utf-8")
            sys.stdout.write(f"refreshed {page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
